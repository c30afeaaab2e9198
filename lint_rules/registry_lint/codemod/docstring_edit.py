"""The docstring of a class with the contract in it: a new one, or what is there and one section more."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from registry_lint.codemod.contract_text import Contract
from registry_lint.codemod.literals import Literal
from registry_lint.codemod.original import LINE_END, universal
from registry_lint.codemod.outcomes import RefusalError
from registry_lint.codemod.sections import Gap, find_gap
from registry_lint.codemod.style import TAB, Style


def write_docstring(present: Literal | None, contract: Contract, style: Style) -> Literal:
    """Return the literal that says what `present` says, and the contract.

    Raises RefusalError for a docstring that text cannot be added to.
    """
    if present is None or not present.body.strip():
        quotes = style.habits.quotes if present is None else present.quotes[0] * 3
        literal = Literal("" if present is None else present.prefix, quotes, _new_body(contract, style))
    else:
        literal = present.over_lines(_extended_body(present, contract, style))
    return literal._replace(body=_with_newlines(literal.body, present, style.newline))


def _new_body(contract: Contract, style: Style) -> str:
    # The quotes stand before the first line, or on a line of their own.
    opening = ["", style.indent] if style.habits.opens_below else [""]
    quotes = "" if style.habits.opens_below else style.habits.quotes
    # A summary is one line, or tools take its second one for the description.
    fits = len(quotes + contract.summary) <= style.width_after(style.indent)
    opening[-1] += contract.summary if fits else contract.brief
    section = _section(contract, style, style.indent, None)
    return "\n".join([*opening, "", *_with_room(section, style, _closing(style))]) + _closing(style)


def _extended_body(present: Literal, contract: Contract, style: Style) -> str:
    body = universal(present.body)
    text = body.rstrip()
    lines, tail = text.split("\n"), body[len(text) :]
    _refuse_open_end(present, text, tail)
    base = _base(lines, style.indent)
    if "\n" not in body:
        tail = _closing(style)
        if style.habits.opens_below and not present.is_raw:
            lines = ["", style.indent + text.lstrip()]
    gap = find_gap(lines, base, style.unit, style.convention)
    section = _section(contract, style, base, gap)
    if not any(line.strip() for line in lines[gap.at :]):
        section = _with_room(section, style, tail)
    return "\n".join(_fill(lines, gap, section)) + tail


def _with_room(lines: list[str], style: Style, tail: str) -> list[str]:
    """Return the last lines of a docstring with room for the closing quotes behind them."""
    if "\n" in tail or len(lines[-1].expandtabs(TAB)) + len(tail + style.habits.quotes) <= style.habits.width:
        return lines
    before, _, word = lines[-1].rpartition(" ")
    indent = lines[-1][: len(lines[-1]) - len(lines[-1].lstrip())]
    return [*lines[:-1], before, indent + word] if before.strip() else lines


def _refuse_open_end(present: Literal, text: str, tail: str) -> None:
    if present.is_raw:
        return
    if text.endswith("\\") and tail.startswith("\n"):
        raise RefusalError("its docstring ends with a continued line; end it with plain text first")
    if "\\n" in text and "\n" not in text:
        raise RefusalError("its docstring is written with \\n escapes; break its lines first")


def _base(lines: Sequence[str], indent: str) -> str:
    """Return the indentation that a docstring's text has below its first line."""
    below = [line for line in lines[1:] if line.strip()]
    return min((line[: len(line) - len(line.lstrip())] for line in below), key=len, default=indent)


def _fill(lines: Sequence[str], gap: Gap, section: Sequence[str]) -> list[str]:
    """Return the lines with a section in the gap, one blank line on each side of it."""
    before, after = list(lines[: gap.at]), list(lines[gap.at :])
    while len(before) > 1 and not before[-1].strip():
        before.pop()
    while after and not after[0].strip():
        after.pop(0)
    return [*before, "", *section, *(["", *after] if after else [])]


def _section(contract: Contract, style: Style, base: str, gap: Gap | None) -> list[str]:
    """Return the lines of the contract: under a head of its own, unless it extends a section."""
    if gap is not None and gap.extends:
        return _paragraphs(contract, gap.indent, style)
    if style.convention == "google":
        return [f"{base}Warning:", *_paragraphs(contract, base + style.unit, style)]
    if style.convention == "numpy":
        return [f"{base}Warnings", f"{base}--------", *_paragraphs(contract, base, style)]
    if style.convention == "sphinx":
        deeper = "\t" if style.unit == "\t" else " " * style.habits.directive_indent
        return [f"{base}.. warning::", "", *_paragraphs(contract, base + deeper, style)]
    return _paragraphs(contract, base, style)


def _paragraphs(contract: Contract, indent: str, style: Style) -> list[str]:
    lines: list[str] = []
    for paragraph in contract.paragraphs:
        lines += ["", *_wrap(paragraph, indent, style)] if lines else _wrap(paragraph, indent, style)
    return lines


def _wrap(paragraph: str, indent: str, style: Style) -> list[str]:
    width = style.width_after(indent)
    wrapped = textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)
    return [indent + line for line in wrapped]


def _closing(style: Style) -> str:
    return "" if style.habits.closes_inline else f"\n{style.indent}"


def _with_newlines(body: str, present: Literal | None, newline: str) -> str:
    """Return the body with the file's line ends; a docstring that has its own kind keeps it."""
    ends = LINE_END.findall(present.body) if present is not None else []
    if len(set(ends)) > 1:
        raise RefusalError("its docstring mixes kinds of line ends; make them one kind first")
    return body.replace("\n", ends[0] if ends else newline)
