"""What a function gives that follows keys down into a table."""

from __future__ import annotations

from registry_lint.project.values import Blend, Element, Value, Values


def followed(values: Values) -> Values:
    """Return what a call gives: a table *or* something inside it is whatever is kept there, so anything."""
    inside = [value for value in values if isinstance(value, Element)]
    tables = {_table(value) for value in inside}.intersection(values)
    if not tables:
        return values
    return (*(value for value in values if _table(value) not in tables), Blend(()))


def _table(value: Value) -> Value:
    while isinstance(value, Element):
        value = value.value
    return value
