"""Which of two texts counts, where a test says so: now, or once its parameters are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Condition
from registry_lint.project import conditions
from registry_lint.project.program import Node
from registry_lint.project.text import PURE
from registry_lint.project.values import (
    Blend,
    Element,
    External,
    Fallback,
    Joined,
    Literal,
    Member,
    ParameterValue,
    Picked,
    Result,
    Value,
    Values,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.alternatives import Bound
    from registry_lint.project.binding import Known
    from registry_lint.project.conditions import Test
    from registry_lint.project.resolve import Resolver

_OF_DEFINITION = frozenset({"__name__", "__qualname__", "__module__"})
_MAY_BE_TEXT = (Literal, Joined, Member, Element, ParameterValue, Fallback, Picked, Result)


def choice(resolver: Resolver, expression: facts.Choice, node: Node) -> Values:
    """Return what `then if test else otherwise` stands for."""
    then, otherwise = (resolver.values(option, node) for option in expression.options)
    found = _picked(resolver, node, (Condition(expression.test, True),), then, otherwise)
    return unite(then, otherwise) if found is None else found


def bound(resolver: Resolver, name: Bound, groups: Sequence[Values]) -> Values | None:
    """Return the value of a name that statements may have bound, each under its conditions.

    None where nothing tells which of them did.
    """
    node, text, statements, given = name
    bindings = [one for one in statements if isinstance(one, facts.Bind)]
    if text in node.rebound or len(bindings) != len(statements) or len(groups) + bool(given) < 2:
        return None
    under = [node.conditions(statement) for statement in bindings]
    shared = 0 if given else _shared(under)
    found = given or groups[0]
    for tests, group in list(zip(under, groups, strict=True))[0 if given else 1 :]:
        picked = _picked(resolver, node, tests[shared:], group, found) if len(tests) > shared else None
        if picked is None:
            return None
        found = picked
    return found


def _shared(under: Sequence[tuple[Condition, ...]]) -> int:
    """How many conditions all have in common, from the left."""
    return next(
        (position for position, column in enumerate(zip(*under, strict=False)) if len(set(column)) > 1),
        min(map(len, under)),
    )


def _picked(
    resolver: Resolver, node: Node, under: tuple[Condition, ...], then: Values, otherwise: Values
) -> Values | None:
    """One of two texts, or None where they are none or nobody can ask."""
    values = (*then, *otherwise)
    if not then or not otherwise or not all(isinstance(value, _MAY_BE_TEXT) for value in values):
        return None
    tests = conditions.read_all(resolver, node, under) if any(map(is_text, values)) else None
    return None if tests is None else settled(resolver, tests, then, otherwise)


def settled(resolver: Resolver, tests: tuple[Test, ...], then: Values, otherwise: Values) -> Values:
    """Return what tests pick, or wait for their parameters; what can never be decided is not known."""
    verdicts = [conditions.decide(resolver, test) for test in tests]
    if False in verdicts:
        return otherwise
    open_tests = tuple(test for test, verdict in zip(tests, verdicts, strict=True) if verdict is None)
    if not open_tests:
        return then
    if all(map(conditions.is_decidable, open_tests)):
        return (Picked(open_tests, then, otherwise),)
    return (Blend(unite(then, otherwise)),)


def substitute(resolver: Resolver, tests: tuple[Test, ...], known: Known) -> tuple[Test, ...] | None:
    """Return the tests with arguments for parameters, or None where one cannot be asked any more."""
    changed = [conditions.put(resolver, test, known) for test in tests]
    told = tuple(test for test in changed if test is not None)
    return told if len(told) == len(changed) else None


def is_text(value: Value) -> bool:
    """True for what can only be a text, known or not."""
    match value:
        case Literal(known):
            return isinstance(known, str)
        case Member(_, attr):
            return attr in _OF_DEFINITION
        case Result(Member(Result(External("re.compile")), "sub")):
            return True
        case Result(Member(_, attr)):
            return attr in PURE or attr == "format"
        case Result(External(name)):
            return name in ("builtins.str", "builtins.repr", "re.sub")
        case Fallback(first, second):
            return any(map(is_text, (*first, *second)))
        case Element(_, index):
            return len(index) == 1 and getattr(index[0], "kind", "") == "slice"
    return isinstance(value, (Joined, Picked))
