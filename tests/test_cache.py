from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_lint.cache import FOLDER, Cache, entry_name, get, open_cache, own_code, put, sweep
from registry_lint.cli.replay import record_name

NAME = entry_name("facts", "content")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / FOLDER, b"s" * 32)


def entry(cache: Cache) -> Path:
    return cache.folder / NAME[:2] / NAME[2:]


def test_what_is_put_is_got(cache: Cache) -> None:
    assert get(cache, NAME) is None
    put(cache, NAME, "facts ü \udcff".replace("\udcff", ""))
    assert get(cache, NAME) == "facts ü "


def test_the_folder_says_what_it_is(cache: Cache) -> None:
    put(cache, NAME, "facts")
    assert (
        (cache.folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )
    assert (cache.folder / ".gitignore").read_text() == "*\n"


def test_names_depend_on_kind_and_content() -> None:
    assert len({entry_name("a", "b"), entry_name("a", "c"), entry_name("b", "b")}) == 3


def test_our_own_code_is_part_of_what_names_are_made_from() -> None:
    assert own_code("extract") != own_code("check")
    assert own_code("extract") == own_code("extract")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_a_foreign_entry_is_a_miss(cache: Cache, data: bytes) -> None:
    put(cache, NAME, "facts")
    entry(cache).write_bytes(data)
    assert get(cache, NAME) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(end=st.integers(0, 60))
def test_a_truncated_entry_is_a_miss(cache: Cache, end: int) -> None:
    put(cache, NAME, "facts")
    whole = entry(cache).read_bytes()
    entry(cache).write_bytes(whole[:end])
    assert get(cache, NAME) is None


def test_an_entry_of_another_name_or_another_user_is_a_miss(cache: Cache) -> None:
    other = entry_name("facts", "other")
    put(cache, NAME, "facts")
    assert get(cache._replace(secret=b"t" * 32), NAME) is None
    (cache.folder / other[:2]).mkdir(exist_ok=True)
    entry(cache).rename(cache.folder / other[:2] / other[2:])
    assert get(cache, other) is None


def test_an_entry_that_is_no_file_is_a_miss(cache: Cache, tmp_path: Path) -> None:
    put(cache, NAME, "facts")
    whole = entry(cache).read_bytes()
    for make in (os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")):
        entry(cache).unlink() if not entry(cache).is_dir() else entry(cache).rmdir()
        make(entry(cache))
        assert get(cache, NAME) is None
    entry(cache).unlink()
    entry(cache).write_bytes(whole)
    assert get(cache, NAME) == "facts"


def test_an_oversized_entry_is_a_miss(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    put(cache, NAME, "facts")
    monkeypatch.setattr("registry_lint.seals.LARGEST_ENTRY", 10)
    assert get(cache, NAME) is None


def test_links_are_never_written_through(cache: Cache, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    cache.folder.mkdir()
    (cache.folder / NAME[:2]).symlink_to(elsewhere)
    put(cache, NAME, "facts")
    assert list(elsewhere.iterdir()) == []

    linked = Cache(tmp_path / "link", cache.secret)
    linked.folder.symlink_to(elsewhere)
    put(linked, NAME, "facts")
    sweep(linked)
    assert list(elsewhere.iterdir()) == []


def test_a_file_in_place_of_the_folder_only_costs_speed(cache: Cache) -> None:
    cache.folder.write_text("")
    put(cache, NAME, "facts")
    sweep(cache)
    assert get(cache, NAME) is None


def test_old_entries_go_and_read_ones_stay(cache: Cache) -> None:
    put(cache, NAME, "facts")
    old = entry_name("facts", "old")
    put(cache, old, "facts")
    (cache.folder / old[:2] / ".new-abc").write_text("left over")
    (cache.folder / "notes.txt").write_text("not ours")
    long_ago = time.time() - 15 * 24 * 3600
    for file in cache.folder.rglob("*"):
        os.utime(file, (long_ago, long_ago))
    assert get(cache, NAME) == "facts"
    sweep(cache)
    assert get(cache, NAME) == "facts"
    assert get(cache, old) is None
    assert (cache.folder / "notes.txt").exists()
    assert not list(cache.folder.rglob(".new-*"))


def test_the_sweep_looks_once_a_day(cache: Cache) -> None:
    put(cache, NAME, "facts")
    sweep(cache)
    long_ago = time.time() - 15 * 24 * 3600
    os.utime(entry(cache), (long_ago, long_ago))
    sweep(cache)
    assert entry(cache).exists()


def test_the_secret_is_made_once_and_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    first, second = open_cache(tmp_path / "a"), open_cache(tmp_path / "b")
    assert first is not None
    assert second is not None
    assert first.secret == second.secret
    assert (tmp_path / "home/registry-lint/secret").stat().st_mode & 0o077 == 0


def test_without_a_home_there_is_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert open_cache(tmp_path) is None


def test_a_secret_in_the_checkout_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "project/.cache"))
    assert open_cache(tmp_path / "project") is None


def test_a_linked_cache_folder_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / FOLDER).symlink_to(tmp_path / "elsewhere")
    assert open_cache(tmp_path) is None


def _work(folder: Path, number: int) -> bool:
    cache = Cache(folder, b"s" * 32)
    for turn in range(50):
        name = entry_name("facts", str(turn % 5))
        put(cache, name, f"facts {turn % 5}" * 1000)
        if get(cache, name) != f"facts {turn % 5}" * 1000:
            return False
    return True


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert all(pool.starmap(_work, [(tmp_path / FOLDER, number) for number in range(3)]))


def test_records_belong_to_one_version_of_our_code_and_one_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def name() -> str:
        return record_name(["check"], sys.stdout, sys.stderr)

    ours = tmp_path / "registry_lint"
    (ours / "cli").mkdir(parents=True)
    (ours / "facts.py").write_text("1")
    module = import_module("registry_lint.cli.replay")
    monkeypatch.setattr(module, "__file__", str(ours / "cli/replay.py"))
    before = name()
    assert name() == before
    time.sleep(0.02)  # the clock must tick between two writes
    (ours / "facts.py").write_text("2")
    changed = name()
    assert changed != before
    monkeypatch.setattr(sys, "version", "3.99")
    assert name() != changed


def test_a_replay_loads_nothing_of_the_engine(write_project) -> None:
    root = write_project({"empty.py": ""})
    code = (
        "import sys; from registry_lint.cli import main; main(['check'])\n"
        "print(sorted(m for m in sys.modules if m.startswith('registry_lint')), file=sys.stderr)\n"
        "print({'re', 'json', 'argparse', 'pathlib', 'dataclasses'} & set(sys.modules), file=sys.stderr)\n"
    )
    time.sleep(2.1)
    command = [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path}\n{code}"]
    done = [subprocess.run(command, cwd=root, capture_output=True, text=True, check=True) for _ in range(2)][
        -1
    ]
    *_, rooms, libraries = done.stderr.splitlines()
    assert rooms == str(
        [f"registry_lint{room}" for room in ("", ".cli", ".cli.replay", ".folders", ".seals")]
    )
    assert libraries == "set()"
