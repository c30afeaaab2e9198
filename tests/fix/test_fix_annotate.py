"""`--annotate` adds `ClassVar`, keeps the written type, and imports the name once."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import run_fix

CLASS = "class R:\n    items: dict[str, int] = {}\n"
MARKED = "    items: ClassVar[dict[str, int]] = {}\n"


def annotated(tmp_path: Path, source: str) -> str:
    file = tmp_path / "readers.py"
    file.write_text(source, encoding="utf-8")
    run = run_fix(tmp_path, annotate=True)
    assert run.status == 1, run.err
    text = file.read_text(encoding="utf-8")
    compile(text, "readers.py", "exec")
    return text


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("items = {}", "items: ClassVar = {}"),
        ("items: dict = {}", "items: ClassVar[dict] = {}"),
        ('items: "dict[str, R]" = {}', 'items: ClassVar["dict[str, R]"] = {}'),
        ("items : dict={}; x = 1  # here", "items : ClassVar[dict]={}; x = 1  # here"),
        ("items: ClassVar[dict] = {}", "items: ClassVar[dict] = {}"),
        ("items: Final = {}", "items: Final = {}"),
        ("items = other = {}", "items = other = {}"),
        ("items = {}  # type: dict[str, int]", "items = {}  # type: dict[str, int]"),
    ],
)
def test_the_written_type_is_kept(tmp_path: Path, statement: str, expected: str) -> None:
    text = annotated(tmp_path, f"from typing import ClassVar, Final\n\n\nclass R:\n    {statement}\n")
    assert text.endswith(f"    {expected}\n")
    assert text.startswith("from typing import ClassVar, Final\n\n\nclass R:\n")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", "from typing import ClassVar\n\n\n"),
        ("from typing import Any\n\n\n", "from typing import Any, ClassVar\n\n\n"),
        ("from typing import Any, TypeVar\n\n\n", "from typing import Any, ClassVar, TypeVar\n\n\n"),
        (
            "from typing import TYPE_CHECKING, cast\n\n\n",
            "from typing import TYPE_CHECKING, ClassVar, cast\n\n\n",
        ),
        ("from typing import TypeVar, Any\n\n\n", "from typing import TypeVar, Any, ClassVar\n\n\n"),
        (
            "from typing import (\n    Any,\n    Dict,\n)\n\n\n",
            "from typing import (\n    Any,\n    ClassVar,\n    Dict,\n)\n\n\n",
        ),
        ("from typing import (\n    Any,\n)\n\n\n", "from typing import (\n    Any, ClassVar,\n)\n\n\n"),
        ("import os\nimport sys\n\n\n", "import os\nimport sys\nfrom typing import ClassVar\n\n\n"),
        (
            '"""Readers."""\n\nimport numpy\n\n\n',
            '"""Readers."""\n\nfrom typing import ClassVar\n\nimport numpy\n\n\n',
        ),
        (
            "from __future__ import annotations\n\n\n",
            "from __future__ import annotations\n\nfrom typing import ClassVar\n\n\n",
        ),
        (
            "import os\nfrom zlib import crc32\n\n\n",
            "import os\nfrom typing import ClassVar\nfrom zlib import crc32\n\n\n",
        ),
    ],
)
def test_the_import_is_added_where_it_belongs(tmp_path: Path, head: str, expected: str) -> None:
    text = annotated(tmp_path, head + CLASS)
    assert text.startswith(f"{expected}class R:\n")
    assert text.endswith(MARKED)


@pytest.mark.parametrize(
    ("head", "written"),
    [
        ("import typing\n", "typing.ClassVar"),
        ("import typing as t\n", "t.ClassVar"),
        ("from typing import ClassVar as CV\n", "CV"),
        ("from typing_extensions import ClassVar\n", "ClassVar"),
    ],
)
def test_the_name_that_the_file_has_is_used(tmp_path: Path, head: str, written: str) -> None:
    text = annotated(tmp_path, head + CLASS)
    assert text.startswith(f"{head}class R:\n")
    assert f"    items: {written}[dict[str, int]] = {{}}\n" in text


LAZY = "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n"
CHECKED = "if TYPE_CHECKING:\n    from typing import ClassVar\n"


def test_a_name_for_type_checkers_will_do_where_annotations_are_not_evaluated(tmp_path: Path) -> None:
    assert annotated(tmp_path, LAZY + CHECKED + CLASS).startswith(LAZY + CHECKED + "class R:\n")


def test_and_will_not_do_where_they_are(tmp_path: Path) -> None:
    file, source = tmp_path / "readers.py", f"from typing import TYPE_CHECKING\n{CHECKED}{CLASS}"
    file.write_text(source, encoding="utf-8")
    assert run_fix(tmp_path, annotate=True).status == 2
    assert file.read_text(encoding="utf-8") == source


def test_two_classes_import_the_name_once(tmp_path: Path) -> None:
    text = annotated(tmp_path, f"{CLASS}\n\n{CLASS.replace('R', 'S')}")
    assert text.count("import ClassVar") == 1
    assert text.count(MARKED) == 2


def test_a_class_var_of_its_own_is_not_mistaken(tmp_path: Path) -> None:
    file, source = tmp_path / "readers.py", f"class ClassVar: pass\n\n\n{CLASS}"
    file.write_text(source, encoding="utf-8")
    run = run_fix(tmp_path, annotate=True)
    assert (run.status, file.read_text(encoding="utf-8")) == (2, source)
    assert "uses the name ClassVar for something else" in run.err


def test_line_ends_are_kept_there_too(tmp_path: Path) -> None:
    file = tmp_path / "readers.py"
    file.write_bytes(f"import os\n\n\n{CLASS}".replace("\n", "\r\n").encode())
    assert run_fix(tmp_path, annotate=True).status == 1
    assert file.read_bytes().count(b"\n") == file.read_bytes().count(b"\r\n")
    assert b"import os\r\nfrom typing import ClassVar\r\n\r\n" in file.read_bytes()


def test_nothing_is_annotated_unless_it_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "readers.py"
    file.write_text(CLASS, encoding="utf-8")
    assert run_fix(tmp_path).status == 1
    assert "ClassVar" not in file.read_text(encoding="utf-8")
