"""`fix` applies the edits that findings carry and finds nothing by itself; the command line does the same."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import judge
import pytest

from registry_lint.codemod import fix
from registry_lint.config import Config

TWO = """class Readers:
    items = {}


class Writers:
    items = {}
"""
REGISTRY = """class Readers:
    items = {}

    @classmethod
    def add(cls, name, reader):
        cls.items[name] = reader
"""


def apply(analysis: judge.Judged) -> str:
    out = io.StringIO()
    fix(analysis, config=Config(), out=out, err=out, analyse=judge.analyse)
    return out.getvalue()


def test_a_finding_without_an_edit_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "readers.py").write_text(TWO, encoding="utf-8")
    found = judge.analyse(tmp_path, Config()).findings
    assert apply(judge.Judged(tmp_path, tuple(finding._replace(edit=None) for finding in found))) == ""
    assert (tmp_path / "readers.py").read_text(encoding="utf-8") == TWO


def test_only_the_classes_of_the_findings_are_documented(tmp_path: Path) -> None:
    (tmp_path / "readers.py").write_text(TWO, encoding="utf-8")
    found = judge.analyse(tmp_path, Config()).findings
    assert apply(judge.Judged(tmp_path, found[1:])) == "readers.py:5: documented Writers.items\n"
    assert (tmp_path / "readers.py").read_text(encoding="utf-8").startswith(TWO[: TWO.index("class Writers")])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "pkg").mkdir(parents=True)
    (root / "pyproject.toml").write_text("", encoding="utf-8")
    (root / "pkg" / "__init__.py").write_bytes(REGISTRY.replace("\n", "\r\n").encode())
    (root / "pkg" / "readers.py").write_bytes(REGISTRY.rstrip().encode())
    return root


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    words = [sys.executable, "-m", "registry_lint", "fix", "--root", str(root), "--no-cache", *arguments]
    return subprocess.run(words, cwd=root, capture_output=True, timeout=300)


def contents(root: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((root / "pkg").glob("*.py"))}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_patch_of_the_command_is_what_the_command_writes(project: Path) -> None:
    before, shown = contents(project), command(project, "--diff")
    assert (shown.returncode, shown.stderr, contents(project)) == (1, b"", before)
    copy = shutil.copytree(project, project.parent / "copy")
    subprocess.run(["git", "apply", "-p1"], cwd=copy, input=shown.stdout, check=True)
    assert command(project).returncode == 1
    assert contents(copy) == contents(project) != before
    assert (command(project).returncode, command(project).stdout) == (0, b"")


def test_the_command_annotates_when_it_is_asked(project: Path) -> None:
    assert command(project, "--annotate", "pkg/readers.py").returncode == 1
    after = contents(project)
    assert b"from typing import ClassVar\n" in after["readers.py"]
    assert after["__init__.py"] == REGISTRY.replace("\n", "\r\n").encode()
