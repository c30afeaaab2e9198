from __future__ import annotations

import os
from pathlib import Path

import pytest
from flake8.processor import FileProcessor
from hypothesis import given
from hypothesis import strategies as st

from registry_lint.config import Config
from registry_lint.source import (
    SourceFile,
    Unreadable,
    decode,
    digest,
    discover,
    find_root,
    is_excluded,
    is_script,
    matches,
    module_name,
    read,
)


def names(root: Path, **settings: tuple[str, ...]) -> list[str]:
    return [path.as_posix() for path in discover(root, Config(**settings))]


@pytest.mark.parametrize("marker", ["pyproject.toml", "setup.cfg", "setup.py", ".git"])
def test_the_root_is_the_nearest_marked_folder(tmp_path: Path, marker: str) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a" / marker).touch()
    assert find_root([tmp_path / "a/b"]) == tmp_path / "a"
    assert find_root([tmp_path / "a/b/new.py"]) == tmp_path / "a"


def test_without_a_marker_the_root_is_the_path_or_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    assert find_root([tmp_path]) == tmp_path
    assert find_root([tmp_path / "a.py"]) == tmp_path


def test_a_given_root_wins(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/setup.py").touch()
    assert find_root([tmp_path / "a"], tmp_path) == tmp_path


def test_folders_that_are_no_source_are_left_out(write_project) -> None:
    skipped = [".venv", "node_modules", "build", "dist", "__pycache__", "site-packages", ".hidden"]
    root = write_project({f"{folder}/a.py": "" for folder in skipped} | {"pkg/b.py": "", "c.txt": ""})
    assert names(root) == ["pkg/b.py"]


def test_a_root_inside_a_skipped_folder_is_analysed(tmp_path: Path) -> None:
    root = tmp_path / "build" / ".cache"
    root.mkdir(parents=True)
    (root / "a.py").touch()
    assert names(root) == ["a.py"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("examples", ["a.py", "tests/a.py"]),
        ("examples/wrong", ["a.py", "examples/right/a.py", "tests/a.py"]),
        ("examples/*/a.py", ["a.py", "tests/a.py"]),
        ("tests/", ["a.py", "examples/right/a.py", "examples/wrong/a.py"]),
        ("./tests/a.py", ["a.py", "examples/right/a.py", "examples/wrong/a.py"]),
        ("a.py", []),
        ("**/a.py", []),
    ],
)
def test_exclude(write_project, pattern: str, left: list[str]) -> None:
    root = write_project(
        dict.fromkeys(["a.py", "tests/a.py", "examples/wrong/a.py", "examples/right/a.py"], "")
    )
    assert names(root, exclude=(pattern,)) == left
    everything = names(root)
    assert [path for path in everything if not is_excluded(path, Config(exclude=(pattern,)))] == left


@given(st.text(alphabet="a*?[]!-/.", max_size=12), st.text(alphabet="ab/.", max_size=12))
def test_no_pattern_is_an_error(pattern: str, path: str) -> None:
    assert matches(path, [pattern]) in (True, False)


def test_links_are_followed_to_files_in_the_root_only(write_project, tmp_path: Path) -> None:
    root = write_project({"pkg/a.py": ""})
    (tmp_path / "outside.py").write_text("")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/b.py").write_text("")
    (root / "out.py").symlink_to(tmp_path / "outside.py")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "inside.py").symlink_to(root / "pkg/a.py")
    (root / "pkg/loop").symlink_to(root)
    (root / "self.py").symlink_to(root / "self.py")
    assert names(root) == ["inside.py", "pkg/a.py"]


@pytest.mark.parametrize(
    ("path", "src", "module", "is_package"),
    [
        ("a.py", (), "a", False),
        ("pkg/__init__.py", (), "pkg", True),
        ("pkg/sub/mod.py", (), "pkg.sub.mod", False),
        ("deep/pkg2/__init__.py", (), "pkg2", True),
        ("deep/pkg2/data/mod.py", (), "pkg2.data.mod", False),
        ("src/ns/pkg3/__init__.py", (), "ns.pkg3", True),
        ("src/ns/mod.py", (), "ns.mod", False),
        ("python/mod.py", (), "mod", False),
        ("lib/mod.py", (), "lib.mod", False),
        ("scripts/run.py", (), "scripts.run", False),
        ("deep/pkg2/__init__.py", (".",), "deep.pkg2", True),
        ("deep/pkg2/__init__.py", ("deep/", "."), "pkg2", True),
        ("scripts/run.py", ("scripts",), "run", False),
    ],
)
def test_module_names(write_project, path: str, src: tuple[str, ...], module: str, is_package: bool) -> None:
    packages = ["pkg", "pkg/sub", "deep/pkg2", "src/ns/pkg3", "lib"]
    root = write_project({f"{package}/__init__.py": "" for package in packages})
    assert module_name(root, path, Config(src=src)) == (module, is_package)


def test_a_root_that_is_a_package_keeps_its_name(tmp_path: Path) -> None:
    root = tmp_path / "outer/inner"
    root.mkdir(parents=True)
    for folder in (root, root.parent):
        (folder / "__init__.py").touch()
    assert module_name(root, "a.py", Config()) == ("outer.inner.a", False)
    assert module_name(root, "__init__.py", Config()) == ("outer.inner", True)


TEXTS = [
    b"",
    b"x = 1\n",
    b"x = 1",
    b"x = 1\r\ny = 2\r\n",
    b"x = 1\ry = 2\r",
    b"\xef\xbb\xbfx = 1\n",
    b"\xef\xbb\xbf\xef\xbb\xbfx = 1\n",
    b"# coding: latin-1\nx = '\xe9'\n",
    "# coding: utf-8\nx = 'ü\x0c\u2028'\n".encode(),
    b"x = '\x0c\x0b\x1c'\n",
    b"x = 1\x00\n",
]


@pytest.mark.parametrize("data", TEXTS)
def test_the_text_is_what_flake8_reads(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(data)
    theirs = "".join(FileProcessor(str(file), options=_Options()).lines)
    source = read(tmp_path, Path("a.py"), Config())
    assert isinstance(source, SourceFile)
    assert source.text == theirs
    assert source.digest == digest(theirs)


class _Options:
    hang_closing = False
    indent_size = 4
    max_line_length = 79
    max_doc_length = None
    verbose = 0


@given(st.binary(max_size=80))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except (SyntaxError, UnicodeError, LookupError):
        return
    assert len(digest(text)) == 32


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x = '\xe9'\n", "cannot be decoded"),
        (b"# coding: no-such\n", "unknown encoding"),
        (b"# coding: rot13\n", "cannot be decoded"),
        (b"# coding: punycode\n" + b"a-" * 100_000, "no encoding for source"),
        (b"# coding: utf-16\nx\n", "cannot be decoded"),
    ],
)
def test_what_cannot_be_decoded_says_why(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.py").write_bytes(data)
    entry = read(tmp_path, Path("a.py"), Config())
    assert isinstance(entry, Unreadable)
    assert reason in entry.reason
    assert "\n" not in entry.reason


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    entry = read(tmp_path, Path("a.py"), Config())
    assert entry == Unreadable("a.py", 0, "cannot be read: Not a regular file")


def test_a_folder_named_like_a_file_is_a_folder(write_project) -> None:
    root = write_project({"x.py/y.py": ""})
    assert names(root) == ["x.py/y.py"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("tool", "#!/usr/bin/env python3\n", True),
        ("tool", "#!/bin/sh\n", False),
        ("tool.pyw", "", True),
        ("tool.py", "", True),
        ("tool.toml", "#!/usr/bin/env python3\n", False),
        ("stub.pyi", "", False),
    ],
)
def test_which_other_files_are_python(tmp_path: Path, name: str, content: str, expected: bool) -> None:
    (tmp_path / name).write_text(content)
    assert is_script(tmp_path, name) is expected
