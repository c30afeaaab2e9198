"""What a function gives that follows keys down into a table."""

from __future__ import annotations

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.program import Node
from registry_lint.project.values import Blend, Element, Value, Values


def followed(values: Values) -> Values:
    """Return what a call gives: a table *or* something inside it is whatever is kept there, so anything."""
    inside = [value for value in values if isinstance(value, Element)]
    tables = {_table(value) for value in inside}.intersection(values)
    if not tables:
        return values
    return (*(value for value in values if _table(value) not in tables), Blend(()))


def returned(values: Values, expression: Expression, node: Node) -> Values:
    """Return the values of a name that is returned, with what is inside them where it steps down a table."""
    if not isinstance(expression, facts.Name):
        return values
    steps = (getattr(statement, "value", None) for statement in node.bindings.get(expression.id, ()))
    if not any(isinstance(step, facts.Subscript) and step.value == expression for step in steps):
        return values
    return (*values, *(Element(value, ()) for value in values))


def _table(value: Value) -> Value:
    while isinstance(value, Element):
        value = value.value
    return value
