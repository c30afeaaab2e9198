"""The codemod as a command of LibCST's own tool, on whole projects and in several processes."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import READERS

from registry_lint.check import analyse
from registry_lint.codemod import fix
from registry_lint.config import Config

DECORATED = '''class Readers:
    """Readers by format."""

    items = {}

    @classmethod
    def register(cls, name):
        def keep(reader):
            cls.items[name] = reader
            return reader

        return keep
'''
COMMAND = "registry_lint.codemod.AddRegistryContract"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "pkg").mkdir(parents=True)
    (root / "setup.cfg").write_text("", encoding="utf-8")
    (root / "pkg" / "__init__.py").write_text("", encoding="utf-8")
    (root / ".libcst.codemod.yaml").write_text("modules:\n- 'registry_lint.codemod'\n", encoding="utf-8")
    for number in range(12):
        (root / "pkg" / f"readers{number}.py").write_bytes((DECORATED + "# é\n").encode())
    (root / "pkg" / "crlf.py").write_bytes(b"\xef\xbb\xbf" + DECORATED.replace("\n", "\r\n").encode())
    (root / "pkg" / "none.py").write_text("x = {}\n", encoding="utf-8")
    return root


def run_tool(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "libcst.tool", "codemod", "--no-format", "--hide-progress", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)


def contents(root: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (root / "pkg").glob("*.py")}


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_the_tool_writes_what_fix_writes(project: Path, jobs: str) -> None:
    copy = project.parent / "copy"
    shutil.copytree(project, copy)
    out = io.StringIO()
    assert fix(analyse(copy, Config()), config=Config(), out=out, err=out) == 1
    ran = run_tool(project, COMMAND, ".", "-j", jobs)
    assert ran.returncode == 0, ran.stderr
    assert contents(project) == contents(copy)
    assert b"forkserver" in contents(project)["crlf.py"]


def test_a_second_run_changes_nothing(project: Path) -> None:
    run_tool(project, COMMAND, ".")
    before = contents(project)
    assert run_tool(project, COMMAND, ".").returncode == 0
    assert contents(project) == before


def test_only_the_file_that_is_named_is_changed(project: Path) -> None:
    before = contents(project)
    assert run_tool(project, COMMAND, "pkg/readers3.py").returncode == 0
    changed = {name for name, content in contents(project).items() if content != before[name]}
    assert changed == {"readers3.py"}


def test_it_works_without_a_configuration_file_too(project: Path) -> None:
    (project / ".libcst.codemod.yaml").unlink()
    assert run_tool(project, "-x", COMMAND, "pkg").returncode == 0
    assert b"forkserver" in contents(project)["readers0.py"]


def test_what_is_left_alone_is_said(project: Path) -> None:
    odd = DECORATED.replace('"""Readers by format."""', '"Readers " "by format."')
    (project / "pkg" / "odd.py").write_text(odd, encoding="utf-8")
    ran = run_tool(project, COMMAND, "pkg")
    assert "WARNING: pkg/odd.py:1: left alone: class Readers: its docstring is joined" in ran.stderr
    assert contents(project)["odd.py"] == odd.encode()


def test_a_file_that_libcst_would_change_elsewhere_is_skipped(project: Path) -> None:
    odd = (DECORATED + "try:\n    pass\nexcept ValueError :\n    pass\n").encode()
    for name, content in (("odd.py", odd), ("odd_none.py", odd[len(DECORATED) :])):
        (project / "pkg" / name).write_bytes(content)
    ran = run_tool(project, COMMAND, "pkg")
    assert ran.stderr.count("LibCST would not write all of it back as it is") == 2
    assert (contents(project)["odd.py"], contents(project)["odd_none.py"]) == (odd, odd[len(DECORATED) :])


def test_a_mistake_in_the_settings_is_a_failure(project: Path) -> None:
    settings = "[tool.registry-lint]\ntemplate = 'no contract'\n"
    (project / "pyproject.toml").write_text(settings, encoding="utf-8")
    before = contents(project)
    ran = run_tool(project, COMMAND, "pkg")
    assert ran.returncode == 1
    assert "would not satisfy REG101" in ran.stderr
    assert contents(project) == before


def test_standard_input_has_no_project(project: Path) -> None:
    command = [sys.executable, "-m", "libcst.tool", "codemod", "--no-format", COMMAND, "-"]
    ran = subprocess.run(command, cwd=project, input=READERS, capture_output=True, text=True, timeout=300)
    assert ran.stdout.rstrip("\n") == READERS.rstrip("\n")
    assert "stdin stays as it is" in ran.stderr
