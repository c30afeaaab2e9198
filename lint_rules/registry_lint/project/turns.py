"""What a loop meets that goes through something not known yet: the same value in its keys and its tests."""

from __future__ import annotations

from collections.abc import Iterator

from registry_lint.project.values import (
    Blend,
    Element,
    External,
    Member,
    ParameterValue,
    Picked,
    Result,
    Value,
    Values,
    parts,
)

# How deep in a key or a test what the loop meets may stand.
_DEEPEST = 6


def turns(values: Values) -> list[Element]:
    """Return what a loop may meet, of which values are made, each once."""
    return list(dict.fromkeys(one for value in values for one in _inside(value, _DEEPEST)))


def _inside(value: Value, depth: int) -> Iterator[Element]:
    if isinstance(value, Blend) or depth == 0 or not value.free:
        return
    if isinstance(value, Element) and _may_be_names(value):
        yield value
        return
    for part in value.then if isinstance(value, Picked) else parts(value):
        yield from _inside(part, depth - 1)


def _may_be_names(value: Element) -> bool:
    source = value.value
    if value.index:
        return False
    if isinstance(source, ParameterValue):
        return True
    if isinstance(source, Member):
        return source.attr == "__dict__"
    return isinstance(source, Result) and source.callee == External("builtins.dir")


def value_in(turn: Element) -> Element:
    """Return what stands under a name in the namespace that a loop goes through."""
    return Element(Result(Member(turn.value, "values"), ()), ())
