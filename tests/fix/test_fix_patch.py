"""`--diff` prints a patch that git and patch apply to the byte, and writes nothing."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import judge
import pytest
from places import READERS, run_fix

from registry_lint.codemod import fix
from registry_lint.config import Config

CONTENTS = {
    "plain": READERS.encode(),
    "crlf": READERS.replace("\n", "\r\n").encode(),
    "no final newline": READERS.rstrip().encode(),
    "crlf, no final newline": READERS.rstrip().replace("\n", "\r\n").encode(),
    "one line, no newline at all": b"class Readers: items = {}",
    "byte order mark": b"\xef\xbb\xbf" + READERS.encode(),
    "latin-1": b"# coding: latin-1\n# caf\xe9\n" + READERS.encode(),
}
APPLY = {
    "git": ["git", "apply", "-p1", "fix.patch"],
    "patch": ["patch", "--batch", "--binary", "-p1", "-i", "fix.patch"],
    "patch without --binary": ["patch", "--batch", "-p1", "-i", "fix.patch"],
}
NAMES = ["readers.py", "some readers.py", 'quoted "readers".py', "pkg/café.py"]


def patch_of(root: Path) -> bytes:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", newline="\r\n")
    status = fix(
        judge.analyse(root, Config()),
        diff=True,
        config=Config(),
        out=out,
        err=io.StringIO(),
        analyse=judge.analyse,
    )
    assert status == 1
    out.flush()
    return raw.getvalue()


def prove(root: Path, tool: str, files: dict[str, bytes]) -> None:
    command = APPLY[tool]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    patch = patch_of(root)
    assert {name: (root / name).read_bytes() for name in files} == files
    copy = root.parent / "copy"
    shutil.copytree(root, copy)
    (copy / "fix.patch").write_bytes(patch)
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    assert run_fix(root).status == 1
    assert all((copy / name).read_bytes() == (root / name).read_bytes() for name in files)


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("tool", APPLY)
def test_the_patch_gives_what_fix_writes(tmp_path: Path, tool: str, content: bytes) -> None:
    (tmp_path / "project").mkdir()
    prove(tmp_path / "project", tool, {"readers.py": content})


@pytest.mark.parametrize("tool", APPLY)
def test_one_patch_holds_all_files_whatever_they_are_called(tmp_path: Path, tool: str) -> None:
    (tmp_path / "project").mkdir()
    prove(tmp_path / "project", tool, dict.fromkeys(NAMES, READERS.encode()))


def test_a_file_behind_a_link_is_patched_under_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "readers.txt").write_text(READERS, encoding="utf-8")
    (tmp_path / "readers.py").symlink_to("readers.txt")
    assert patch_of(tmp_path).startswith(b"--- a/readers.txt\n+++ b/readers.txt\n")


def test_nothing_to_do_prints_nothing(tmp_path: Path) -> None:
    (tmp_path / "readers.py").write_text("x = {}\n", encoding="utf-8")
    assert run_fix(tmp_path, diff=True) == (0, "", "")
