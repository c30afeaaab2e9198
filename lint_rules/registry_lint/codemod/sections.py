"""The sections of a docstring: where a warning already stands, and where a new one belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from registry_lint.codemod.conventions import GOOGLE_NAMES, NUMPY_NAMES, Convention

_GOOGLE_HEAD = re.compile(rf"({GOOGLE_NAMES}):")
_NUMPY_HEAD = re.compile(rf"({NUMPY_NAMES})")
_UNDERLINE = re.compile(r"-{3,}|={3,}")
_DIRECTIVE = re.compile(r"\.\. warning::.*")
_INLINE = re.compile(r"(?:Warning|WARNING):[ \t]+\S.*")
_FIELD = re.compile(r":[a-zA-Z][^:`\n]*:(?:\s|$)")
_EPYTEXT_FIELD = re.compile(r"@[a-zA-Z]+\b[^:\n]*:")

# Sections that stand after warnings in numpydoc's order, and that Google's style puts last.
_LAST = ("Example", "Examples", "References", "See Also", "Todo", "Notes")
# What takes the contract in, the first of these that is there. A `Note` is about one thing of its own.
_WARNINGS = (("Warning", "Warnings"), ("Notes",))


class Gap(NamedTuple):
    """Between which lines the contract goes: before line `at`, indented by `indent`.

    `extends` is true inside a section that is there already.
    """

    at: int
    indent: str
    extends: bool


def find_gap(lines: Sequence[str], base: str, unit: str, convention: Convention) -> Gap:
    """Return where the contract belongs in a docstring.

    `lines` are its text without the closing quotes' line, every line with its whitespace; `base` is the
    indentation of its text and `unit` one level.
    """
    return (
        _numpy_warning(lines, base)
        or _indented_warning(lines, base, unit)
        or _inline_warning(lines, base)
        or Gap(_new_section(lines, base, convention), base, False)
    )


def _numpy_warning(lines: Sequence[str], base: str) -> Gap | None:
    heads = [index for index in range(len(lines) - 1) if _is_numpy_head(lines, index, base)]
    for names in _WARNINGS:
        for index in heads:
            if lines[index].strip() in names:
                after = next((head for head in heads if head > index), len(lines))
                return Gap(_end(lines, index + 2, after), base, True)
    return None


def _is_numpy_head(lines: Sequence[str], index: int, base: str) -> bool:
    named, underline = lines[index].strip(), lines[index + 1].strip()
    return (
        _NUMPY_HEAD.fullmatch(named) is not None
        and _UNDERLINE.fullmatch(underline) is not None
        and _indent(lines, index, base) == base
    )


def _indented_warning(lines: Sequence[str], base: str, unit: str) -> Gap | None:
    """Return the end of a `Warning:` section, a `.. warning::` directive or else a `Notes:` section."""
    for names in _WARNINGS:
        for index, line in enumerate(lines):
            head, depth = line.strip(), unit
            if _DIRECTIVE.fullmatch(head) and "Warning" in names:
                depth = "   "
            elif head not in [f"{name}:" for name in names]:
                continue
            outer = _indent(lines, index, base)
            body = _body(lines, index, outer)
            if body or _DIRECTIVE.fullmatch(head):
                indent = _indent(lines, body[0], base) if body else outer + depth
                return Gap(_end(lines, index + 1, body[-1] + 1 if body else index + 1), indent, True)
    return None


def _body(lines: Sequence[str], head: int, outer: str) -> list[int]:
    """Return the numbers of the lines below a head that are indented deeper than it."""
    found = []
    for index in range(head + 1, len(lines)):
        if lines[index].strip():
            if len(_leading(lines[index])) <= len(outer):
                break
            found.append(index)
    return found


def _inline_warning(lines: Sequence[str], base: str) -> Gap | None:
    """Return the end of a paragraph that starts with `Warning: ` and its text."""
    for index, line in enumerate(lines):
        if _INLINE.fullmatch(line.strip()) and _indent(lines, index, base) == base and index > 0:
            after = next((at for at in range(index, len(lines)) if not lines[at].strip()), len(lines))
            body = [at for at in range(index + 1, after) if len(_leading(lines[at])) > len(base)]
            return Gap(after, _leading(lines[body[0]]) if body else base, True)
    return None


def _new_section(lines: Sequence[str], base: str, convention: Convention) -> int:
    for index in range(1, len(lines)):
        if _indent(lines, index, base) == base and _comes_after(lines, index, base, convention):
            return index
    return len(lines)


def _comes_after(lines: Sequence[str], index: int, base: str, convention: Convention) -> bool:
    """Return whether a warning belongs before this line."""
    line = lines[index].strip()
    if convention == "numpy":
        return index + 1 < len(lines) and line in _LAST and _is_numpy_head(lines, index, base)
    if convention == "google":
        return _GOOGLE_HEAD.fullmatch(line) is not None and line[:-1] in _LAST
    if convention == "epytext":
        return _EPYTEXT_FIELD.match(line) is not None
    return _FIELD.match(line) is not None


def _end(lines: Sequence[str], start: int, stop: int) -> int:
    """Return the place after the last line with text before `stop`."""
    while stop > start and not lines[stop - 1].strip():
        stop -= 1
    return stop


def _indent(lines: Sequence[str], index: int, base: str) -> str:
    """Return a line's indentation; the first line starts behind the quotes and counts as the text does."""
    return base if index == 0 else _leading(lines[index])


def _leading(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]
