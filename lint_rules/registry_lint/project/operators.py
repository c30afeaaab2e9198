"""What operators make of values."""

from __future__ import annotations

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project import text
from registry_lint.project.program import Node
from registry_lint.project.values import (
    MOST_JOINED,
    Blend,
    ClassValue,
    Collection,
    Container,
    Fallback,
    FunctionValue,
    Instance,
    Joined,
    Literal,
    Member,
    Value,
    Values,
    literal,
    unite,
)


def joined(operator: str, groups: tuple[Values, ...]) -> Values:
    """Return what a string's parts make (no operator), or the two operands of `+`, `-` or `%`."""
    return binary(operator, groups[0], groups[1]) if operator else text.join(groups)


def binary(operator: str, left: Values, right: Values, independent: bool = False) -> Values:
    """Return what an arithmetic operator makes of two operands.

    They are `independent` where each of several values of one goes with each of the other's.
    """
    if operator == "+" and left and right:
        merged = _add(left[0], right[0]) if len(left) == len(right) == 1 else None
        if merged is not None:
            return (merged,)
        if _textual(left) or _textual(right):
            return text.join((left, right), independent)
    if operator == "-" and (number := _difference(left, right)) is not None:
        return (number,)
    if operator == "%" and len(left) == 1 and isinstance(left[0], Literal):
        found = text.percent(left[0], right, independent)
        if found is not None:
            return found
    waits = operator in ("+", "%", "-") and any(value.free for value in (*left, *right))
    return (Joined(operator, (left, right)),) if waits else (Blend(unite(left, right)),)


def fallback(first: Values, second: Values) -> Values:
    """Return `first or second`, decided where it can be."""
    missing = [v for v in first if _is_nothing(v)]
    if first and len(missing) == len(first):
        return second
    sure = [v for v in first if isinstance(v, (Literal, ClassValue, FunctionValue, Instance, Collection))]
    if first and len(sure) == len(first) and not missing:
        return first
    if not _waits(first, second) and any(isinstance(v, (Container, Collection)) for v in (*first, *second)):
        return unite(first, second)
    return (Fallback(first, second),)


def _is_nothing(value: Value) -> bool:
    if isinstance(value, Collection):
        return value.kind == "tuple" and not value.values
    return isinstance(value, Literal) and not value.value


def _waits(first: Values, second: Values) -> bool:
    """`cls.names or (cls.name,)`: which of them counts is known once the class is."""
    asked = bool(first) and all(isinstance(value, Member) and value.free for value in first)
    return asked and all(isinstance(value, Collection) and value.kind == "tuple" for value in second)


def _add(left: Value, right: Value) -> Value | None:
    if isinstance(left, Collection) and isinstance(right, Collection) and left.kind == right.kind:
        if len(left.values) + len(right.values) > MOST_JOINED:
            return None
        return Collection(left.kind, (*left.keys, *right.keys), (*left.values, *right.values))
    return None


def _difference(left: Values, right: Values) -> Value | None:
    numbers = [one.value for one in (*left, *right) if isinstance(one, Literal) and one.kind is int]
    whole = [number for number in numbers if isinstance(number, int)]
    return literal(whole[0] - whole[1]) if len(left) == len(right) == 1 and len(whole) == 2 else None


def _textual(values: Values) -> bool:
    return any(isinstance(value, Literal) and isinstance(value.value, str) for value in values)


def are_plain(expression: facts.Binary, node: Node) -> bool:
    """True where the operands are literals and names of one loop each, perhaps a tuple of them."""
    sides: list[Expression] = [expression.left, expression.right]
    while sides:
        side = sides.pop()
        if isinstance(side, facts.Binary):
            sides += [side.left, side.right]
        elif isinstance(side, facts.Display) and side.kind == "tuple":
            sides += side.values
        elif not is_plain(side, node):
            return False
    return True


def is_plain(part: Expression, node: Node) -> bool:
    """True for a literal and for a name that one loop alone binds: such names do not hang together."""
    if not isinstance(part, facts.Name):
        return isinstance(part, facts.Constant)
    bound = node.bindings.get(part.id, ())
    return len(bound) == 1 and isinstance(bound[0], facts.Bind) and isinstance(bound[0].value, facts.Item)
