"""Under which tests an expression gives one of several things: `REGISTRY if scope == "all" else …`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import facts
from registry_lint.facts import Condition, Expression
from registry_lint.project import applying, conditions
from registry_lint.project.binding import Known, bind
from registry_lint.project.program import Node
from registry_lint.project.values import (
    Container,
    Element,
    FunctionValue,
    Instance,
    Member,
    Value,
    Values,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.candidates import Candidates
    from registry_lint.project.conditions import Test
    from registry_lint.project.resolve import Resolver

_DEEPEST = 3
# A name that more statements bind than a person compares.
_MOST_BOUND = 8
# What can be written to, or lead there.
_WRITABLE = (Container, Element, FunctionValue, Instance, Member)


class Case(NamedTuple):
    """What an expression gives where the tests hold; None stands for tests that are known to fail."""

    tests: tuple[Test, ...] | None
    values: Values


def leading(
    candidates: Candidates, expression: Expression, node: Node
) -> Iterator[tuple[Value, tuple[Test, ...]]]:
    """Yield what an expression may stand for, each with tests that hold where it does."""
    resolver = candidates.resolver
    found = resolver.values(expression, node)
    if len(found) < 2 or not any(map(candidates.is_kept, found)):
        yield from ((value, ()) for value in found)
        return
    among = _read(resolver, expression, node, 0)
    for value in found:
        tests = _tests(value, among)
        if tests is not None:
            yield value, tests


def returned(resolver: Resolver, function: Node, groups: Sequence[Values]) -> tuple[Case, ...]:
    """Return what each `return` of a function gives, or nothing where all of them give the same."""
    values = unite(*groups)
    if len(values) < 2 or not any(map(_is_writable, values)):
        return ()
    returns = [one for one in function.facts.statements if isinstance(one, facts.Return) and not one.yielded]
    if len(returns) != len(groups):
        return ()
    found: list[Case] = []
    for statement, group in zip(returns, groups, strict=True):
        inner = _whole(_read(resolver, statement.value, function, 1), group)
        found += _under(_asked(resolver, function, function.conditions(statement)), inner)
    return tuple(found) if any(case.tests for case in found) else ()


def possible(resolver: Resolver, function: Node, known: Known) -> Values:
    """Return what a function may return in a call, in terms of its parameters."""
    found = resolver.returns(function)
    cases = resolver.cases.get(function)
    if not cases:
        return found
    told = [Case(_told(resolver, case, known), case.values) for case in cases]
    if all(case.tests is not None for case in told):
        return found
    return tuple(value for value in found if _tests(value, told) is not None)


def _tests(value: Value, among: Sequence[Case]) -> tuple[Test, ...] | None:
    """What all ways to a value have in common; None where none of them can be gone."""
    ways = [case.tests for case in among if value in case.values]
    opened = [tests for tests in ways if tests is not None]
    if not opened:
        return None if ways else ()
    return tuple(test for test in opened[0] if all(test in tests for tests in opened))


def _read(resolver: Resolver, expression: Expression, node: Node, depth: int) -> list[Case]:
    if depth < _DEEPEST:
        match expression:
            case facts.Name():
                return _of_name(resolver, expression, node, depth)
            case facts.Attribute(value, attr):
                return [
                    Case(case.tests, resolver.each(lambda one: resolver.member(one, attr), case.values))
                    for case in _read(resolver, value, node, depth)
                ]
            case facts.Choice():
                return _of_choice(resolver, expression, node, depth)
            case facts.Either(first, second, of_none):
                missing = facts.Compare("is", first, facts.Constant(None)) if of_none else facts.Not(first)
                asked = _asked(resolver, node, (Condition(missing, True),))
                instead = _under(asked, _read(resolver, second, node, depth + 1))
                return [*_read(resolver, first, node, depth + 1), *instead]
            case facts.Call():
                return _of_call(resolver, expression, node, depth)
    return [Case((), resolver.values(expression, node))]


def _of_choice(resolver: Resolver, choice: facts.Choice, node: Node, depth: int) -> list[Case]:
    found: list[Case] = []
    for option, holds in zip(choice.options, (True, False), strict=True):
        asked = _asked(resolver, node, (Condition(choice.test, holds),))
        found += _under(asked, _read(resolver, option, node, depth + 1))
    return found


def _of_name(resolver: Resolver, name: facts.Name, node: Node, depth: int) -> list[Case]:
    """What each statement binds a function's own name to."""
    whole = Case((), resolver.values(name, node))
    own = node.is_callable and name.id in node.bindings and name.id not in node.rebound
    if not own or name.id in node.facts.outer_names:
        return [whole]
    statements = node.reaching(name.id, name.reach)
    if len(statements) > _MOST_BOUND:
        return [whole]
    found: list[Case] = []
    for one in statements:
        if not isinstance(one, facts.Bind):
            return [whole]
        value = one.value
        if isinstance(value, facts.Either) and getattr(value.first, "id", "") == name.id:  # what it was
            found += _read(resolver, value.first, node, depth + 1)
            value = value.second
        inner = _read(resolver, value, node, depth + 1)
        found += _under(_asked(resolver, node, node.conditions(one)), inner)
    return _whole(found, whole.values)


def _of_call(resolver: Resolver, call: facts.Call, node: Node, depth: int) -> list[Case]:
    """What a function of ours returns, with its parameters as they are in the call."""
    whole = resolver.values(call, node)
    functions = resolver.values(call.function, node)
    if len(functions) != 1 or not isinstance(functions[0], FunctionValue):
        return [Case((), whole)]
    function = functions[0]
    resolver.returns(function.node)
    cases = resolver.cases.get(function.node, ())
    known = bind(resolver, function, resolver.arguments(call, node)) if cases else Known()
    return _whole(_put(resolver, cases, known), whole)


def _put(resolver: Resolver, cases: Sequence[Case], known: Known) -> list[Case]:
    """Cases of a function with arguments for its parameters, and as they are."""
    return [
        Case(
            _told(resolver, case, known),
            unite(case.values, *(applying.substitute(resolver, one, known) for one in case.values)),
        )
        for case in cases
    ]


def _told(resolver: Resolver, case: Case, known: Known) -> tuple[Test, ...] | None:
    return conditions.substitute(resolver, case.tests, known) if case.tests else case.tests


def _whole(cases: list[Case], values: Values) -> list[Case]:
    """What no case explains may always be."""
    told = {value for case in cases for value in case.values}
    rest = tuple(value for value in values if value not in told)
    return [*cases, Case((), rest)] if rest else cases


def _under(tests: tuple[Test, ...] | None, cases: Sequence[Case]) -> list[Case]:
    """Cases that can only be where tests hold as well."""
    return [
        Case(None if tests is None or case.tests is None else (*tests, *case.tests), case.values)
        for case in cases
    ]


def _asked(resolver: Resolver, node: Node, under: tuple[Condition, ...]) -> tuple[Test, ...] | None:
    """The tests that a call can decide; None where one is known to fail."""
    return conditions.substitute(resolver, conditions.read_tests(resolver, node, under), Known())


def _is_writable(value: Value) -> bool:
    return isinstance(value, _WRITABLE)
