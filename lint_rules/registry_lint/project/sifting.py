"""Which of what a loop goes through its tests let through, asked for each once it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.facts import Condition, Expression
from registry_lint.project import conditions
from registry_lint.project.binding import Known
from registry_lint.project.program import Node
from registry_lint.project.turns import turns
from registry_lint.project.values import Blend, Element, Picked, Value, Values, unite

if TYPE_CHECKING:
    from registry_lint.project.conditions import Test
    from registry_lint.project.resolve import Resolver


def sifted(resolver: Resolver, node: Node, tests: tuple[Expression, ...], found: Values) -> Values:
    """Return what a comprehension gives, with its tests where they can be asked later."""
    if not tests or node.function is None or not found or turns(found) != list(found):
        return found
    turn = turns(found)[0]
    under = tuple(Condition(test, True) for test in tests)
    asked = conditions.asked(resolver, node, under)
    told = tuple(test if conditions.is_decidable(test) else conditions.unanswered(turn) for test in asked)
    return (Picked(told, found, ()),)


def again(resolver: Resolver, value: Picked, known: Known, found: Values) -> Values:
    """Return which of the values that are now known the tests let through.

    One of which nobody can say that is not known in a `single` turn, and let through with others.
    """
    turn = value.then[0]
    if any(one.free for one in found):
        return tuple(_waiting(resolver, value, known, one, len(found) == 1) for one in found)
    left: list[Values] = []
    for one in found:
        verdicts = _verdicts(resolver, value.tests, turning(known, turn, one) if len(found) > 1 else known)
        if False not in verdicts:
            left.append((Blend((one,)),) if known.single and None in verdicts else (one,))
    return unite(*left)


def _waiting(resolver: Resolver, value: Picked, known: Known, one: Value, alone: bool) -> Value:
    """What is still not known keeps its tests; of several, each is asked about by itself."""
    if not isinstance(one, Element):
        return one
    if not alone:
        return Picked((conditions.unanswered(one),), (one,), ())
    asked = [conditions.put(resolver, test, known) for test in value.tests]
    return Picked(tuple(test or conditions.unanswered(one) for test in asked), (one,), ())


def turning(known: Known, turn: Value, one: Value, single: bool = False) -> Known:
    """Return what is known in one turn of a loop."""
    inner = Known(known, single=known.single or single)
    inner.done[turn] = (one,)
    return inner


def _verdicts(resolver: Resolver, tests: tuple[Test, ...], known: Known) -> list[bool | None]:
    asked = [conditions.put(resolver, test, known) for test in tests]
    return [None if test is None else conditions.decide(resolver, test) for test in asked]
