"""What a function of one parameter says about a known value: `def is_public(name): return …`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project import conditions
from registry_lint.project.binding import Known, bind
from registry_lint.project.program import Node
from registry_lint.project.values import Arguments, FunctionValue, Value, Values

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

Question = tuple[str, Values, Values]


def question(resolver: Resolver, node: Node, test: Expression) -> Question | None:
    """Return what a test asks a function of the project about one value, None where it asks nothing of it."""
    if not isinstance(test, facts.Call) or len(test.arguments) != 1 or test.keywords:
        return None
    asked = resolver.values(test.function, node)
    if len(asked) != 1 or not isinstance(asked[0], FunctionValue) or not _is_plain(asked[0].node):
        return None
    return "call", resolver.values(test.arguments[0], node), asked


def _is_plain(node: Node) -> bool:
    """True for a function that tests and returns, and does nothing else."""
    asked = {id(condition.test) for under in node.facts.whens for condition in under}
    return all(
        (isinstance(one, facts.Return) and not one.yielded)
        or (isinstance(one, facts.Evaluate) and id(one.value) in asked)
        for one in node.facts.statements
    )


def answer(resolver: Resolver, function: Value | None, argument: Value) -> bool | None:
    """Return whether a function gives what counts as true for a value, or None where that is not known."""
    key = ("answer", function, argument)
    if not isinstance(function, FunctionValue) or function.node.facts.decorators or not resolver.enter(key):
        return None
    try:
        known = Known(bind(resolver, function, Arguments(((argument,),))))
        return _returned(resolver, function.node, known)
    finally:
        resolver.leave(key)


def _returned(resolver: Resolver, node: Node, known: Known) -> bool | None:
    """What the first `return` gives whose conditions hold; without one, None, which is not true."""
    for statement in node.facts.statements:
        if not isinstance(statement, facts.Return):
            continue
        under = [_holds(resolver, node, one, known) for one in node.conditions(statement)]
        if False in under:
            continue
        return None if None in under else _truth(resolver, node, statement.value, known)
    return False


def _holds(resolver: Resolver, node: Node, condition: facts.Condition, known: Known) -> bool | None:
    found = _truth(resolver, node, condition.test, known)
    return None if found is None else found == condition.holds


def _truth(resolver: Resolver, node: Node, expression: Expression, known: Known) -> bool | None:
    match expression:
        case facts.Constant(value):
            return bool(value)
        case facts.Not(value):
            inner = _truth(resolver, node, value, known)
            return None if inner is None else not inner
        case facts.All(items):
            return _first(resolver, node, items, known, False)
        case facts.Either(first, second):
            return _first(resolver, node, (first, second), known, True)
    for test in conditions.asked(resolver, node, (facts.Condition(expression, True),)):
        changed = conditions.put(resolver, test, known)
        return None if changed is None else conditions.decide(resolver, changed)
    return None


def _first(
    resolver: Resolver, node: Node, items: tuple[Expression, ...], known: Known, wanted: bool
) -> bool | None:
    """What `and` and `or` give, from left to right: the first that decides."""
    for item in items:
        found = _truth(resolver, node, item, known)
        if found is None or found == wanted:
            return found
    return not wanted
