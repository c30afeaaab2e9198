"""Docstrings follow the conventions of their place: every case of docstrings.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from places import run_fix

PAGE = (Path(__file__).parent / "docstrings.md").read_text(encoding="utf-8")
CASE = re.compile(r"^## (.+?)\n(?:.*?)```before\n(.*?)^```\n\n```after\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CASES = [pytest.param(before, after, id=title) for title, before, after in CASE.findall(PAGE)]


def test_every_heading_is_a_case() -> None:
    assert len(CASES) == PAGE.count("\n## ") > 20


@pytest.mark.parametrize(("before", "after"), CASES)
def test_the_docstring_is_written_as_the_page_shows(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "readers.py"
    file.write_text(before, encoding="utf-8")
    run = run_fix(tmp_path)
    assert (file.read_text(encoding="utf-8"), run.status, run.err) == (after, 1, "")


@pytest.mark.parametrize(("before", "after"), CASES)
def test_a_second_run_has_nothing_to_do(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "readers.py"
    file.write_text(after, encoding="utf-8")
    assert run_fix(tmp_path) == (0, "", "")
    assert file.read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    ("setting", "width"),
    [
        ({"pyproject.toml": "[tool.ruff]\nline-length = 60\n"}, 60),
        ({"pyproject.toml": "[tool.black]\n"}, 88),
        ({"pyproject.toml": "[tool.black]\nline-length = 70\n"}, 70),
        ({"ruff.toml": "line-length = 65\n"}, 65),
        ({"setup.cfg": "[flake8]\nmax-line-length = 66\n"}, 66),
        ({".flake8": "[flake8]\nmax-line-length = 90\nmax-doc-length = 61\n"}, 61),
        ({"pyproject.toml": "not toml", "tox.ini": "[flake8]\nmax_line_length=99\n"}, 99),
        ({}, 79),
    ],
)
def test_lines_are_as_long_as_the_project_allows(tmp_path: Path, setting: dict[str, str], width: int) -> None:
    for name, text in setting.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    file = tmp_path / "readers.py"
    file.write_text("class Readers:\n    items = {}\n", encoding="utf-8")
    run_fix(tmp_path)
    longest = max(map(len, file.read_text(encoding="utf-8").splitlines()))
    assert width - 12 < longest <= width


CLOSED_INLINE = '''def read(path):
    """Read a file,
    whatever its format."""


def write(path):
    """Write a file,
    whatever its format."""


class Readers:
    items = {}
'''


@pytest.mark.parametrize("source", [CLOSED_INLINE, CLOSED_INLINE.replace("items", '"""Doc."""\n    items')])
def test_the_closing_quotes_have_room_where_they_follow_the_text(tmp_path: Path, source: str) -> None:
    file = tmp_path / "readers.py"
    last_lines = set()
    for width in range(60, 80):
        (tmp_path / "setup.cfg").write_text(f"[flake8]\nmax-line-length = {width}\n", encoding="utf-8")
        file.write_text(source, encoding="utf-8")
        assert run_fix(tmp_path).status == 1
        lines = file.read_text(encoding="utf-8").splitlines()
        assert max(map(len, lines)) <= width
        last_lines.add(next(line.strip() for line in reversed(lines) if line.endswith('"""')))
    assert 'one."""' in last_lines


def test_the_convention_may_be_set_for_the_project(tmp_path: Path) -> None:
    settings = '[tool.ruff.lint.pydocstyle]\nconvention = "numpy"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    file = tmp_path / "readers.py"
    file.write_text("class Readers:\n    items = {}\n", encoding="utf-8")
    run_fix(tmp_path)
    assert "    Warnings\n    --------\n    ``items`` is" in file.read_text(encoding="utf-8")


LEFT_ALONE = {
    "an implicit concatenation": (
        'class R:\n    "Readers " "by format."\n    items = {}\n',
        "several literals",
    ),
    "an f-string": ('class R:\n    f"""Readers {1}."""\n    items = {}\n', "f-string"),
    "bytes": ('class R:\n    b"""Readers."""\n    items = {}\n', "bytes"),
    "a docstring on the line of the class": ('class R: "Readers."; items = {}\n', "line of its own"),
    "an assignment to __doc__": ("class R:\n    __doc__ = 'Readers.'\n    items = {}\n", "__doc__"),
    "a use of its own __doc__": (
        "class R:\n    items = {}\n    def usage(self):\n        return self.__doc__\n",
        "uses its own __doc__",
    ),
    "a use of its __doc__ beside it": (
        "class R:\n    items = {}\n\nprint(R.__doc__)\n",
        "line 4 uses its __doc__",
    ),
    "a docstring that is written beside it": (
        "class R:\n    items = {}\n\nR.__doc__ = 'Readers.'\n",
        "line 4 uses its __doc__",
    ),
    "escaped line ends": ('class R:\n    "Readers.\\n\\nBy format."\n    items = {}\n', "escapes"),
    "a continued last line": ('class R:\n    """Readers \\\n    """\n    items = {}\n', "continued line"),
}


@pytest.mark.parametrize(("source", "reason"), LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_what_cannot_be_edited_well_is_left_alone_with_a_reason(
    tmp_path: Path, source: str, reason: str
) -> None:
    file = tmp_path / "readers.py"
    file.write_text(source, encoding="utf-8")
    run = run_fix(tmp_path)
    assert (run.status, run.out, file.read_text(encoding="utf-8")) == (2, "", source)
    assert run.err.startswith("readers.py:1: left alone: class R: ")
    assert reason in run.err
    assert run.err.count("\n") == 1


def test_a_class_that_is_left_alone_does_not_hold_up_its_neighbours(tmp_path: Path) -> None:
    file = tmp_path / "readers.py"
    file.write_text('class R:\n    "a" "b"\n    items = {}\n\n\nclass S:\n    items = {}\n', encoding="utf-8")
    run = run_fix(tmp_path)
    assert (run.status, run.out) == (2, "readers.py:6: documented S.items\n")
    assert "readers.py:1: left alone" in run.err


def test_a_file_that_shows_no_convention_follows_its_neighbours(tmp_path: Path) -> None:
    neighbour = '"""Writers.\n\n@cvar items: The L{Writer}s.\n"""\n'
    (tmp_path / "writers.py").write_text(neighbour, encoding="utf-8")
    file = tmp_path / "readers.py"
    file.write_text("class Readers:\n    items = {}\n", encoding="utf-8")
    run_fix(tmp_path)
    assert '"""Holds the registry C{items}.\n' in file.read_text(encoding="utf-8")
