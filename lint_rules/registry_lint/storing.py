"""Facts as text: one line of JSON in which the numbers of lines stand apart from everything else."""

from __future__ import annotations

import json
from typing import Any

from registry_lint import facts
from registry_lint.facts import Constant, ModuleFacts, Name, Note, Shared
from registry_lint.places import Span

# Any change of the shapes makes stored facts unreadable: count up.
FORMAT = 6

_SHAPES: tuple[type[Any], ...] = (
    Span, Name, facts.Attribute, facts.Subscript, Constant, facts.Keyword, facts.Call, facts.Starred,
    facts.Display, facts.Comprehension, facts.Joined, facts.Binary, facts.Either, facts.Choice, facts.Compare,
    facts.Not, facts.All, facts.Item, facts.Entered, facts.Lambda, facts.Opaque, facts.Condition, facts.Bind,
    facts.SetAttribute, facts.SetItem, facts.Delete, facts.Update, facts.Evaluate, facts.Return, facts.Define,
    facts.Import, facts.Parameter, facts.Decorator, Note, facts.Scope, ModuleFacts,
)  # fmt: skip
_NUMBERS = {shape: number for number, shape in enumerate(_SHAPES)}
_FIELDS = tuple(len(shape._fields) for shape in _SHAPES)
_PLAIN, _NAME, _CONSTANT = -1, _NUMBERS[Name], _NUMBERS[Constant]
_SPAN, _NOTE = _NUMBERS[Span], _NUMBERS[Note]


def dump(known: ModuleFacts) -> str:
    """Return facts as one line of JSON: the numbers of lines, how they are ordered, and everything else."""
    lines: dict[int, int] = {}
    packed = _pack(known, lines)
    order = [lines[line] for line in sorted(lines)]
    whole = [list(lines), order, FORMAT, packed]
    return json.dumps(whole, separators=(",", ":"), check_circular=False)


def split(text: str) -> tuple[str, str]:
    """Return the numbers of lines in what `dump` wrote, and the rest.

    Two texts have the same rest where their facts differ in the numbers of lines and not in their order.
    """
    lines, bracket, rest = text.partition("]")
    return lines[1:] + bracket, rest


def load(text: str) -> ModuleFacts:
    """Return the facts that `dump` wrote.

    Raises ValueError for anything else.
    """
    try:
        lines, _, number, packed = json.loads(text)
        known = _unpack(packed, Shared(), lines)
    except (TypeError, IndexError, RecursionError) as error:
        raise ValueError("stored facts cannot be read") from error
    if number != FORMAT or not isinstance(known, ModuleFacts):
        raise ValueError("stored facts of another format")
    return known


def _pack(value: Any, lines: dict[int, int]) -> Any:
    """Return plain lists, with each line as its position in `lines`, which grows."""
    kind = type(value)
    if kind is Name:
        return [_NAME, value.id, *value.reach]
    if kind is Span:
        start = lines.setdefault(value.line, len(lines))
        return [_SPAN, start, value.column, lines.setdefault(value.end_line, len(lines)), value.end_column]
    if kind is Note:
        return [_NOTE, lines.setdefault(value.line, len(lines)), value.text]
    if isinstance(value, tuple):
        number = _NUMBERS.get(kind, _PLAIN)
        return [number, *[_pack(field, lines) if isinstance(field, tuple) else field for field in value]]
    return value


def _unpack(value: Any, shared: Shared, lines: list[int]) -> Any:
    if not isinstance(value, list):
        return value
    number, *fields = value
    if number == _NAME:  # three of four have nothing inside
        return shared.name(fields[0], tuple(fields[1:]))
    if number != _PLAIN and len(fields) != _FIELDS[number]:
        raise ValueError("stored facts of another shape")
    if number == _CONSTANT:
        return shared.constant(fields[0])
    if number == _SPAN:
        return Span(lines[fields[0]], fields[1], lines[fields[2]], fields[3])
    if number == _NOTE:
        return Note(lines[fields[0]], fields[1])
    fields = [_unpack(field, shared, lines) if type(field) is list else field for field in fields]
    if number == _PLAIN:
        return tuple(fields)
    return tuple.__new__(_SHAPES[number], fields)  # what `_make` does, but for the count, which is known
