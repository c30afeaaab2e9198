"""What a run printed is printed again while nothing has changed, and never after."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_lint.cli import dispatch, main
from registry_lint.cli.replay import record_name
from registry_lint.seals import FOLDER

REGISTRY = """\
class Formats:
    known = {}

    @classmethod
    def register(cls, name, writer):
        cls.known[name] = writer
"""
LATE = "from formats import Formats\n\n\ndef late():\n    Formats.register('x', print)\n"
SETTINGS = (
    '[tool.registry-lint]\nexclude = ["left_out", "old.py"]\nsrc = ["lib"]\nbaseline = "accepted.json"\n'
)
FILES = {
    "pyproject.toml": SETTINGS,
    "accepted.json": '{"schema": 1, "findings": []}',
    "formats.py": REGISTRY,
    "app/__init__.py": "",
    "app/late.py": LATE,
    "app/same.py": LATE,
    "lib/empty.py": "",
    "left_out/wrong.py": REGISTRY,
    "old.py": REGISTRY,
    "bad.py": "(",
}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere nothing is replayed")


class Done(NamedTuple):
    status: int
    out: str
    err: str
    replayed: bool

    @property
    def said(self) -> tuple[int, str, str]:
        return self.status, self.out, self.err


@pytest.fixture
def no_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were written just now may be recorded: the tests let the clock tick between two writes."""
    monkeypatch.setattr("registry_lint.cli.recording.NANOSECONDS_IN_DOUBT", 0)


@pytest.fixture
def root(write_project, no_doubt: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_project(FILES)
    monkeypatch.chdir(root)
    let_it_tick()
    return root


def let_it_tick() -> None:
    time.sleep(0.02)


def run(*words: str, terminal: bool = False) -> Done:
    out, err = (Terminal() if terminal else io.StringIO() for _ in range(2))
    began: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        real = dispatch.run
        patch.setattr(dispatch, "run", lambda words: began.append(words) or real(words))
        status = main(words)
    return Done(status, out.getvalue(), err.getvalue(), not began)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def anew(*words: str) -> tuple[int, str, str]:
    return run(words[0], "--no-cache", *words[1:]).said


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "."),
        ("check", "app", "formats.py"),
        ("check", "--format", "json", "--statistics"),
        ("check", "--format=sarif", "--select", "REG101"),
        ("check", "--baseline", "accepted.json"),
        ("check", "--root=.", "--config=pyproject.toml", "--exit-zero"),
        ("map",),
        ("map", "--all", "--format=json", "app"),
        ("fix", "app"),
    ],
    ids=" ".join,
)
def test_the_second_run_prints_what_the_first_one_did(root: Path, words: tuple[str, ...]) -> None:
    first, second = run(*words), run(*words)
    assert (first.replayed, second.replayed) == (False, True)
    assert first.said == second.said == anew(*words)


def test_from_elsewhere(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    assert run("check", "project").said == run("check", "project").said
    assert run("check", "project").replayed
    monkeypatch.chdir(root / "app")
    assert not run("check", "..").replayed
    assert run("check", "..").replayed


def test_a_terminal_gets_what_is_for_terminals(root: Path) -> None:
    plain, coloured = run("check"), run("check", terminal=True)
    assert not coloured.replayed
    assert plain.out != coloured.out
    assert run("check", terminal=True).said == (coloured.status, coloured.out, run("check").err)


def keep_the_time(file: Path, change: Callable[[bytes], bytes]) -> None:
    """Write to a file as a program would that sets its times back."""
    before = file.stat()
    file.write_bytes(change(file.read_bytes()))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace_by_a_link(file: Path, target: Path) -> None:
    target.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(target)


CHANGES: dict[str, Callable[[Path], object]] = {
    "an edit": lambda root: (root / "formats.py").write_text(REGISTRY * 2),
    "an edit of the same size and time": lambda root: keep_the_time(
        root / "formats.py", lambda data: data.replace(b"{}", b"()")
    ),
    "a noqa": lambda root: (root / "formats.py").write_text(REGISTRY.replace("{}", "{}  # noqa")),
    "another encoding": lambda root: (root / "formats.py").write_bytes(b"\xff" + REGISTRY.encode()),
    "a file less": lambda root: (root / "app/late.py").unlink(),
    "a file more": lambda root: (root / "lib/more.py").write_text(REGISTRY),
    "a new name": lambda root: (root / "app/late.py").rename(root / "app/later.py"),
    "two names exchanged": lambda root: exchange(root / "app/late.py", root / "formats.py"),
    "a file in another's place": lambda root: (root / "app/same.py").replace(root / "app/late.py"),
    "no package any more": lambda root: (root / "app/__init__.py").unlink(),
    "a folder moved in": lambda root: shutil.copytree(root / "app", root / "lib/app"),
    "a folder less": lambda root: shutil.rmtree(root / "app"),
    "the root a package": lambda root: (root / "__init__.py").touch(),
    "a link": lambda root: replace_by_a_link(root / "app/late.py", root / "target"),
    "a file that can be read": lambda root: (root / "bad.py").write_text("x = 1\n"),
    "a setting": lambda root: (root / "pyproject.toml").write_text(SETTINGS + 'ignore = ["REG1"]\n'),
    "a wrong setting": lambda root: (root / "pyproject.toml").write_text("[tool.registry-lint]\nno = 1\n"),
    "no settings": lambda root: (root / "pyproject.toml").unlink(),
    "what was left out gone": lambda root: shutil.rmtree(root / "left_out"),
    "a file that was left out gone": lambda root: (root / "old.py").unlink(),
    "a source root gone": lambda root: shutil.rmtree(root / "lib"),
    "a baseline": lambda root: run("check", "--write-baseline", "accepted.json"),
    "no baseline": lambda root: (root / "accepted.json").unlink(),
    "a root inside": lambda root: (root / "app/setup.cfg").touch(),
}


def exchange(first: Path, second: Path) -> None:
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)


@pytest.mark.parametrize(
    "words", [("check", "app", "."), ("map", "app", "formats.py"), ("fix", "--diff", "app")], ids=" ".join
)
@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_replayed_after(change: str, words: tuple[str, ...], root: Path) -> None:
    run(*words)
    assert run(*words).replayed
    let_it_tick()
    CHANGES[change](root)
    done = run(*words)
    assert not done.replayed
    assert done.said == anew(*words)


UNSEEN: dict[str, Callable[[Path], object]] = {
    "notes": lambda root: (root / "notes.txt").write_text("x"),
    "compiled files": lambda root: (root / "app/__pycache__").mkdir(),
    "a hidden folder": lambda root: (root / ".venv").mkdir(),
    "what lies in a folder that is left out": lambda root: (root / "left_out/wrong.py").unlink(),
}


@pytest.mark.parametrize("change", UNSEEN)
def test_what_no_run_reads_is_no_change(change: str, root: Path) -> None:
    first = run("check")
    UNSEEN[change](root)
    again = run("check")
    assert again.replayed
    assert first.said == again.said == anew("check")


def test_touching_a_file_costs_one_run(root: Path) -> None:
    first = run("check")
    let_it_tick()
    (root / "formats.py").touch()
    assert run("check").said == first.said
    assert run("check").replayed


def test_a_file_that_may_be_written_again_in_the_same_tick_is_not_trusted(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry_lint.cli.recording.NANOSECONDS_IN_DOUBT", 2 * 10**9)
    run("check")
    assert not run("check").replayed
    monkeypatch.undo()
    os.chdir(root)
    future = time.time() + 3600
    os.utime(root / "formats.py", (future, future))
    run("check")
    assert not run("check").replayed


@pytest.mark.parametrize(
    "words",
    [
        ("check", "--no-cache"),
        ("check", "--output", "report.txt"),
        ("check", "--write-baseline", "accepted.json"),
        ("map", "--output", "map.txt"),
        ("check", "tool"),
        ("fix", "--diff"),
        ("fix", "--diff", "formats.py"),
        ("fix", "bad.py"),
        ("explain", "REG101"),
        ("check", "absent"),
    ],
    ids=" ".join,
)
def test_what_does_or_reads_more_is_never_replayed(root: Path, words: tuple[str, ...]) -> None:
    (root / "tool").write_text("#!/usr/bin/env python\n" + REGISTRY)
    first, second = run(*words), run(*words)
    assert first.said == second.said
    assert not second.replayed


def test_links_are_never_trusted(root: Path, tmp_path: Path) -> None:
    (root / "app/linked.py").symlink_to(root / "formats.py")
    run("check")
    assert not run("check").replayed
    (root / "app/linked.py").unlink()
    (tmp_path / "link").symlink_to(root)
    for words in (("check", str(tmp_path / "link")), ("check", "--root", str(tmp_path / "link"))):
        run(*words)
        assert not run(*words).replayed


def test_an_error_of_ours_is_not_replayed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("registry_lint.check.judging.link", lambda *arguments: 1 / 0)
        assert "REG000" in run("check").out
        run("map")
    assert "REG000" not in run("check").out
    assert not run("map").replayed


def records(root: Path) -> Iterator[Path]:
    name = record_name(["check"], io.StringIO(), io.StringIO())
    yield root / FOLDER / name[:2] / name[2:]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1],
        lambda data: data.replace(b"REG101", b"REG999"),
        lambda data: b"",
        lambda data: b"0" * 64 + data[64:],
        lambda data: data + b"x",
    ],
)
def test_a_record_that_is_not_ours_is_passed_over(root: Path, spoil: Callable[[bytes], bytes]) -> None:
    first = run("check")
    assert run("check").replayed
    for record in records(root):
        record.write_bytes(spoil(record.read_bytes()))
    again = run("check")
    assert not again.replayed
    assert again.said == first.said


def test_another_users_record_is_passed_over(root: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "theirs"))
    run("check")
    assert run("check").replayed
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "ours"))
    assert not run("check").replayed


def test_a_record_does_not_move_to_another_folder(root: Path, tmp_path: Path, monkeypatch) -> None:
    run("check", "--root", str(root))
    shutil.copytree(root, tmp_path / "copy")
    shutil.rmtree(root)
    (tmp_path / "copy").rename(root)
    assert not run("check", "--root", str(root)).replayed


def test_a_secret_in_the_checkout_is_not_trusted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("check")
    shutil.copytree(os.environ["XDG_CACHE_HOME"], root / ".cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / ".cache"))
    assert not run("check").replayed


@pytest.mark.parametrize("blocked", ["a file", "a link"])
def test_a_cache_that_cannot_be_written_only_costs_speed(root: Path, tmp_path: Path, blocked: str) -> None:
    if blocked == "a file":
        (root / FOLDER).write_text("")
    else:
        (tmp_path / "elsewhere").mkdir()
        (root / FOLDER).symlink_to(tmp_path / "elsewhere")
    first, second = run("check"), run("check")
    assert not second.replayed
    assert first.said == second.said


def test_records_that_nobody_asks_for_go(root: Path) -> None:
    run("check")
    (root / FOLDER / "swept").unlink(missing_ok=True)
    long_ago = time.time() - 15 * 24 * 3600
    for record in records(root):
        os.utime(record, (long_ago, long_ago))
    run("map")
    assert not any(record.exists() for record in records(root))


def test_two_at_once(root: Path) -> None:
    command = [sys.executable, "-m", "registry_lint", "check"]
    expected = anew("check")[1]
    for _ in range(3):
        runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
        assert {each.communicate()[0].decode() for each in runs} == {expected}


NAMES = ("formats.py", "app/late.py", "app/__init__.py", "lib/other.py", "pyproject.toml")
TEXTS = (REGISTRY, LATE, LATE.replace("x", "y"), "", "(", "[tool.registry-lint]\nignore = ['REG101']\n")
STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
    st.tuples(st.just("write with its old time"), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
    st.tuples(st.just("remove"), st.sampled_from(NAMES), st.just("")),
    st.tuples(st.just("rename"), st.sampled_from(NAMES[:4]), st.sampled_from(NAMES[:4])),
)


def take(root: Path, step: str, name: str, text: str) -> None:
    file = root / name
    file.parent.mkdir(exist_ok=True)
    if step == "remove":
        file.unlink(missing_ok=True)
    elif step == "rename" and file.exists():
        (root / text).parent.mkdir(exist_ok=True)
        file.rename(root / text)
    elif step == "write" or not file.exists():
        file.write_text(text if step != "rename" else "")
    else:
        keep_the_time(file, lambda data: text.encode())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=6))
def test_with_and_without_the_cache_everything_is_the_same(
    root: Path, steps: list[tuple[str, str, str]]
) -> None:
    for step in (("write", "pyproject.toml", ""), *steps):
        take(root, *step)
        let_it_tick()
        for words in (("check",), ("map", "--all")):
            assert run(*words).said == run(*words).said == anew(*words)
