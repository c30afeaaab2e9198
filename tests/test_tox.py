"""Real tox, in a project that runs us in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOX = """\
[tox]
env_list = lint
no_package = true

[testenv:lint]
deps = {checkout}
commands = registry-lint check {{tox_root}}
"""

pytestmark = pytest.mark.installs


@pytest.mark.parametrize(("example", "fails"), [("wrong", True), ("right", False)])
def test_tox_fails_and_passes_with_us(example: str, fails: bool, tmp_path: Path) -> None:
    project = Path(shutil.copytree(ROOT / "examples" / example, tmp_path / example))
    (project / "tox.ini").write_text(TOX.format(checkout=ROOT.as_posix()), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TOX_")}
    ran = subprocess.run(
        [sys.executable, "-m", "tox", "run", "-c", str(project)],
        env={**clean, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ("REG201" in ran.stdout, ran.returncode != 0) == (fails, fails), ran.stdout + ran.stderr
