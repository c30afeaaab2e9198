"""The shipped examples: each says exactly what its `expected.txt` says, and the wrong one can be mended.

Run as a script, it writes anew what the commands in the `expected.txt` files print; read the difference.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
FINDING = re.compile(r"^\S+?:\d+:\d+: (REG\d{3}) ", re.MULTILINE)


class Step(NamedTuple):
    """One command of a transcript, and all that it prints."""

    command: str
    output: str


def _transcript(example: str) -> list[Step]:
    """The steps of `expected.txt`: a line `$ command`, then what it prints."""
    text = (EXAMPLES / example / "expected.txt").read_text(encoding="utf-8")
    _, *parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    return [Step(*part.partition("\n")[::2]) for part in parts]


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one line of a transcript with this interpreter and the commands beside it."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    words = command.split()
    if words[0] == "python":
        words[0] = sys.executable
    else:
        words[0] = shutil.which(words[0], path=path) or words[0]
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of the example named by the test's parameter."""
    return Path(shutil.copytree(EXAMPLES / request.param, tmp_path / request.param))


wrong = pytest.mark.parametrize("copy", ["wrong"], indirect=True)


@pytest.mark.parametrize(
    ("copy", "step"),
    [(example, step) for example in ("wrong", "right") for step in _transcript(example)],
    ids=lambda value: value.command if isinstance(value, Step) else value,
    indirect=["copy"],
)
def test_each_command_prints_exactly_what_is_expected(copy: Path, step: Step) -> None:
    done = _run(step.command, copy)
    assert done.stdout + done.stderr == step.output
    assert done.returncode == bool(FINDING.search(step.output))


def test_the_wrong_example_shows_each_rule_of_wave_one_and_the_right_one_none() -> None:
    codes = {
        name: {c for s in _transcript(name) for c in FINDING.findall(s.output)} for name in ("wrong", "right")
    }
    assert codes == {"wrong": {"REG101", "REG201", "REG202"}, "right": set()}


def test_both_examples_run_the_same_commands() -> None:
    assert [step.command for step in _transcript("wrong")] == [step.command for step in _transcript("right")]


@wrong
def test_fix_makes_the_undocumented_registry_go_away_and_nothing_else(copy: Path) -> None:
    before = FINDING.findall(_run("registry-lint check .", copy).stdout)
    _run("registry-lint fix .", copy)
    after = FINDING.findall(_run("registry-lint check .", copy).stdout)
    assert sorted(before) == sorted([*after, "REG101"])
    assert "REG101" not in after


def _write_again(example: str, scratch: Path) -> None:
    """Replace the outputs of a transcript with those of today."""
    folder = Path(shutil.copytree(EXAMPLES / example, scratch / example))
    done = [(step.command, _run(step.command, folder)) for step in _transcript(example)]
    text = "".join(f"$ {command}\n{ran.stdout}{ran.stderr}" for command, ran in done)
    (EXAMPLES / example / "expected.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for example in ("wrong", "right"):
            _write_again(example, Path(scratch))
