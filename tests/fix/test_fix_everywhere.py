"""The command that fixes real projects sees what `fix` did there, and every promise that it could break."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ECOSYSTEM = Path(__file__).resolve().parent.parent / "ecosystem"
sys.path.insert(0, str(ECOSYSTEM))
from fix_everywhere import Content, broken_in_file, fix_project  # noqa: E402

REGISTRY = """class {name}:
    {docstring}
    items = {{}}

    @classmethod
    def register(cls, name, reader):
        cls.items[name] = reader
"""
DOCUMENTED = REGISTRY.format(name="Readers", docstring='"""Readers by format."""')
REFUSED = REGISTRY.format(name="Writers", docstring='"Writers " "by format."')
BEFORE = 'import os\n\n\nclass R:\n    """Doc."""\n    items = {}  # here\n\n\nclass S:\n    pass\n'
BARE = BEFORE.replace('    """Doc."""\n', "")


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "readers.py").write_text(DOCUMENTED, "utf-8")
    (tmp_path / "demo" / "writers.py").write_text(REFUSED, "utf-8")
    return tmp_path


def test_a_project_is_fixed_and_found_to_keep_its_promises(sources: Path) -> None:
    outcome = fix_project(sources / "demo")
    assert (outcome.documented, outcome.changed, outcome.broken) == (1, 1, ())
    assert outcome.refused[0].startswith("writers.py:1: left alone: class Writers: its docstring is joined")
    assert outcome.patch.startswith(b"--- a/readers.py\n+++ b/readers.py\n")


def test_the_sources_stay_as_they_are_and_the_patch_is_written(sources: Path) -> None:
    command = [sys.executable, ECOSYSTEM / "fix_everywhere.py", sources, "demo", "--patches", sources]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[:7] == ["demo", "documented", "1", "refused", "1", "files", "1"]
    assert (sources / "demo" / "readers.py").read_text("utf-8") == DOCUMENTED
    assert b"\n+++ b/readers.py\n" in (sources / "demo.patch").read_bytes()


def failures(before: str | bytes, after: str | bytes, mode: int = 0o644) -> list[str]:
    contents = [text if isinstance(text, bytes) else text.encode() for text in (before, after)]
    return list(broken_in_file(Content(contents[0], 0o644), Content(contents[1], mode)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BEFORE, BEFORE.replace("Doc.", "Doc.\n\n    é.\n    ")),
        (BEFORE.replace("\n", "\r\n"), BEFORE.replace("Doc.", "Doc.\n\n    More.").replace("\n", "\r\n")),
        (BARE, BARE.replace("class R:\n", 'class R:\n    """Doc."""\n\n')),
        ("class R: items = {}", 'class R:\n    """Doc."""\n\n    items = {}'),
    ],
)
def test_a_longer_docstring_breaks_nothing(before: str, after: str) -> None:
    assert failures(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "failure"),
    [
        (BEFORE, BEFORE.replace("{}", "{1: 2}"), "is another program"),
        (BEFORE, BEFORE.replace("# here", "# there"), "has changed outside of the docstrings"),
        (BEFORE, BEFORE.replace("import os\n", "import os \n"), "has changed outside of the docstrings"),
        (BEFORE, BEFORE.replace("# here\n", "# here\r\n"), "has changed outside of the docstrings"),
        (BEFORE, "\ufeff" + BEFORE, "has changed outside of the docstrings"),
        (BEFORE, BEFORE.removesuffix("\n"), "has changed outside of the docstrings"),
        (BARE, BARE.replace("class R:", 'class R:\n    # new\n    """Doc."""'), "has changed outside"),
        (BEFORE, BEFORE.replace('Doc."""', 'Doc.""'), "does not compile"),
    ],
)
def test_anything_else_is_said(before: str, after: str, failure: str) -> None:
    assert any(said.startswith(failure) for said in failures(before, after))


def test_another_mode_is_said() -> None:
    assert failures(BEFORE, BEFORE, 0o600) == ["has another mode"]
