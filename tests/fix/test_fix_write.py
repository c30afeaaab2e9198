"""Writing: the file is the old one or the new one at every moment, and stays the same file."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from places import READERS, run_fix

from registry_lint.codemod.outcomes import RefusalError
from registry_lint.codemod.write import write


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o4755])
def test_the_mode_is_kept(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "readers.py"
    file.write_text(READERS, encoding="utf-8")
    file.chmod(mode)
    assert run_fix(tmp_path).status == 1
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "code" / "readers.txt", tmp_path / "readers.py"
    file.parent.mkdir()
    file.write_text(READERS, encoding="utf-8")
    link.symlink_to(Path("code") / "readers.txt")
    assert run_fix(tmp_path).status == 1
    assert link.is_symlink()
    assert "forkserver" in file.read_text(encoding="utf-8")


def test_a_file_with_two_names_is_edited_once(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("b.py")
    (tmp_path / "b.py").write_text(READERS, encoding="utf-8")
    run = run_fix(tmp_path)
    assert (run.status, run.out) == (1, "b.py:1: documented Readers.items\n")
    assert (tmp_path / "b.py").read_text(encoding="utf-8").count("forkserver") == 1
    assert run_fix(tmp_path).status == 0


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside.py"
    root.mkdir()
    outside.write_text(READERS, encoding="utf-8")
    (root / "readers.py").symlink_to(outside)
    run = run_fix(root)
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("readers.py:1: left alone: leads out of the project")
    assert outside.read_text(encoding="utf-8") == READERS


def test_a_read_only_file_is_refused_and_the_others_are_fixed(tmp_path: Path) -> None:
    locked, other = tmp_path / "locked.py", tmp_path / "other.py"
    for file in (locked, other):
        file.write_text(READERS, encoding="utf-8")
    locked.chmod(0o444)
    run = run_fix(tmp_path)
    assert (run.status, run.out) == (2, "other.py:1: documented Readers.items\n")
    assert run.err == "locked.py:1: left alone: is read-only; make it writable first\n"
    assert locked.read_text(encoding="utf-8") == READERS


def test_a_file_that_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "readers.py"
    file.write_bytes(b"typed meanwhile")
    with pytest.raises(RefusalError, match="somebody else"):
        write(file, b"as it was read", b"rewritten")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [
        ("readers.py", b"typed meanwhile")
    ]


def test_a_file_that_is_gone_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(RefusalError, match="cannot be written: No such file"):
        write(tmp_path / "gone.py", b"", b"new")


def test_only_the_paths_that_are_named_are_touched(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "readers.py").write_text(READERS, encoding="utf-8")
    assert run_fix(tmp_path, tmp_path / "a").out == "a/readers.py:1: documented Readers.items\n"
    assert (tmp_path / "b" / "readers.py").read_text(encoding="utf-8") == READERS


def test_a_path_outside_the_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readers.py").write_text(READERS, encoding="utf-8")
    run = run_fix(tmp_path, tmp_path.parent)
    assert (run.status, run.err.count("\n")) == (2, 1)
    assert "outside the project" in run.err


WRITER = """
import sys
from pathlib import Path
from registry_lint.codemod.write import write
file, old, new = Path(sys.argv[1]), b"# old\\n" * 200_000, b"# new\\n" * 200_000
print("ready", flush=True)
while True:
    write(file, old, new)
    write(file, new, old)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_kill_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    file, seen, chance = tmp_path / "readers.py", set(), random.Random(5)
    old, new = b"# old\n" * 200_000, b"# new\n" * 200_000
    for _ in range(25):
        file.write_bytes(old)
        command = [sys.executable, "-c", WRITER, str(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.02))
            os.kill(writer.pid, signal.SIGKILL)
        content = file.read_bytes()
        assert content in (old, new)
        seen.add(content)
    leftovers = [each.name for each in tmp_path.iterdir() if each != file]
    assert not any(name.endswith(".py") for name in leftovers)
    assert len(seen) == 2, "the kills never fell on both sides of a write"


FIXER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import judge
from registry_lint.codemod import fix
from registry_lint.config import Config
root = Path(sys.argv[1])
fix(judge.analyse(root, Config()), config=Config(), out=sys.stdout, err=sys.stderr, analyse=judge.analyse)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("lines", [1, 9])
def test_a_killed_run_leaves_whole_files_and_the_next_run_finishes_it(tmp_path: Path, lines: int) -> None:
    files = [tmp_path / f"readers{number:02}.py" for number in range(20)]
    for file in files:
        file.write_text(READERS, encoding="utf-8")
    command = [sys.executable, "-u", "-c", FIXER, str(tmp_path), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as fixer:
        assert fixer.stdout is not None
        assert all(fixer.stdout.readline() for _ in range(lines))
        os.kill(fixer.pid, signal.SIGKILL)
    done = [file for file in files if file.read_text(encoding="utf-8") != READERS]
    assert len(done) >= lines
    run_fix(tmp_path)
    assert len({file.read_bytes() for file in files}) == 1
    assert b"forkserver" in files[-1].read_bytes()
