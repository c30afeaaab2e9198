"""The idiom `if not is_list(names): names = [names]`: what was given tells whether it was wrapped."""

from __future__ import annotations

from registry_lint.project.values import Collection, Container, Literal, Value, Values

_ROWS = frozenset({"list", "tuple", "set"})


def one_or_several(then: Values, otherwise: Values) -> Values | None:
    """Return `[value]` where the value is one text, the value itself where it is several.

    None where neither alternative is the other in a display, or what was given is not known: who goes
    through the letters of a text, or has a list as the only entry of another, does not wrap.
    """
    for outer, inner in ((then, otherwise), (otherwise, then)):
        if len(outer) == 1 and _only_entry(outer[0]) == inner:
            if all(map(_is_text, inner)):
                return outer
            return inner if all(map(_is_row, inner)) else None
    return None


def _only_entry(value: Value) -> Values | None:
    is_display = isinstance(value, Collection) and value.kind in _ROWS and len(value.values) == 1
    return value.values[0] if is_display and isinstance(value, Collection) else None


def _is_text(value: Value) -> bool:
    return isinstance(value, Literal) and isinstance(value.value, str)


def _is_row(value: Value) -> bool:
    return isinstance(value, (Collection, Container)) and value.kind in _ROWS
