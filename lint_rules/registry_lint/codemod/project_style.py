"""What the project's own tools say about docstrings: how long a line may be, and which convention."""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from registry_lint.codemod.conventions import Convention
from registry_lint.config import load_toml

# What black and ruff take when their table does not say.
FORMATTER_LENGTH = 88

_INI_FILES = ("setup.cfg", "tox.ini", ".flake8", ".pycodestyle")
_INI_SECTIONS = ("flake8", "pycodestyle")
_CONVENTIONS: Mapping[str, Convention] = {"google": "google", "numpy": "numpy"}


class ProjectStyle(NamedTuple):
    """The line length that the project's flake8, ruff or black keeps, and its pydocstyle convention."""

    line_length: int | None = None
    convention: Convention | None = None


def read_project_style(root: Path) -> ProjectStyle:
    """Return what the project's configuration files say; what cannot be read says nothing.

    Where several tools name a length the shortest wins: it satisfies all of them.
    """
    tools, ruff = _tools(root), _ruff(root)
    lengths = [*_ini_lengths(root), *_ruff_lengths(ruff), *_tool_lengths(tools)]
    return ProjectStyle(min(lengths, default=None), _convention(tools, ruff))


def _tools(root: Path) -> Mapping[str, Any]:
    return _tables(_toml(root / "pyproject.toml"), "tool")


def _ruff(root: Path) -> Mapping[str, Any] | None:
    for name in (".ruff.toml", "ruff.toml"):
        if (root / name).is_file():
            return _toml(root / name)
    tools = _tools(root)
    return _tables(tools, "ruff") if "ruff" in tools else None


def _toml(file: Path) -> Mapping[str, Any]:
    try:
        return load_toml(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _tables(table: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        inner = table.get(name)
        table = inner if isinstance(inner, dict) else {}
    return table


def _tool_lengths(tools: Mapping[str, Any]) -> Iterator[int]:
    if "black" in tools:
        yield from _numbers(_tables(tools, "black").get("line-length", FORMATTER_LENGTH))
    for name in _INI_SECTIONS:
        table = _tables(tools, name)
        yield from _numbers(table.get("max-doc-length"), table.get("max-line-length"))


def _ruff_lengths(ruff: Mapping[str, Any] | None) -> Iterator[int]:
    if ruff is not None:
        style = _tables(ruff, "lint", "pycodestyle")
        yield from _numbers(ruff.get("line-length", FORMATTER_LENGTH), style.get("max-doc-length"))


def _ini_lengths(root: Path) -> Iterator[int]:
    for name in _INI_FILES:
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read(root / name, encoding="utf-8")
        except (configparser.Error, UnicodeError, OSError):
            continue
        for section in _INI_SECTIONS:
            for key in ("max-line-length", "max_line_length", "max-doc-length", "max_doc_length"):
                yield from _numbers(parser.get(section, key, fallback=None))


def _numbers(*values: object) -> Iterator[int]:
    for value in values:
        if str(value).strip().isdigit() and int(str(value)) > 0:
            yield int(str(value))


def _convention(tools: Mapping[str, Any], ruff: Mapping[str, Any] | None) -> Convention | None:
    named: tuple[object, ...] = (
        _tables(ruff or {}, "lint", "pydocstyle").get("convention"),
        _tables(tools, "pydocstyle").get("convention"),
    )
    return next(
        (_CONVENTIONS[name] for name in named if isinstance(name, str) and name in _CONVENTIONS), None
    )
