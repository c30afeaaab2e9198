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
    Collection,
    Container,
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
from registry_lint.project.wrapped import one_or_several

if TYPE_CHECKING:
    from registry_lint.project.alternatives import Bound
    from registry_lint.project.binding import Known
    from registry_lint.project.conditions import Test
    from registry_lint.project.resolve import Resolver

_OF_DEFINITION = frozenset({"__name__", "__qualname__", "__module__"})
_NAMED = (Element, Member, ParameterValue)
_MAY_BE_TEXT = (Collection, Literal, Joined, Member, Element, ParameterValue, Fallback, Picked, Result)


def choice(resolver: Resolver, expression: facts.Choice, node: Node) -> Values:
    """Return what `then if test else otherwise` stands for."""
    then, otherwise = (resolver.values(option, node) for option in expression.options)
    found = picked(resolver, node, (Condition(expression.test, True),), then, otherwise)
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
    groups = _as_displays(groups)
    found = given or groups[0]
    for tests, group in list(zip(under, groups, strict=True))[0 if given else 1 :]:
        chosen = picked(resolver, node, tests[shared:], group, found) if len(tests) > shared else None
        if chosen is None:
            return None
        found = chosen
    return found


def returned(resolver: Resolver, node: Node, groups: Sequence[Values]) -> Values | None:
    """Return what a function with several `return` statements gives: that of the first that is reached.

    None where nothing tells which one is.
    """
    returns = [one for one in node.facts.statements if isinstance(one, facts.Return) and not one.yielded]
    if len(groups) < 2 or len(groups) != len(returns):
        return None
    if not all(isinstance(value, _MAY_BE_TEXT) for group in groups for value in group):
        return None
    under = [node.conditions(statement) for statement in returns]
    found, told = groups[-1], False
    for place in reversed(range(len(groups) - 1)):
        sure = all(_excludes(under[place], later) for later in under[place + 1 :])
        tests = conditions.read_all(resolver, node, under[place]) if sure else None
        told, options = bool(tests), (groups[place], found)
        found = settled(resolver, tests, *options) if tests else (Blend(unite(*options)),)
    return found if told and any(map(_is_plain, (one for group in groups for one in group))) else None


def _excludes(under: tuple[Condition, ...], later: tuple[Condition, ...]) -> bool:
    """True where what comes later knows that one of the conditions did not hold: no loop or `try` is left."""
    return any(Condition(one.test, not one.holds) in later for one in under)


def _is_plain(value: Value) -> bool:
    return is_text(value) or (isinstance(value, Literal) and isinstance(value.value, bool))


def _shared(under: Sequence[tuple[Condition, ...]]) -> int:
    """How many conditions all have in common, from the left."""
    return next(
        (position for position, column in enumerate(zip(*under, strict=False)) if len(set(column)) > 1),
        min(map(len, under)),
    )


def picked(
    resolver: Resolver, node: Node, under: tuple[Condition, ...], then: Values, otherwise: Values
) -> Values | None:
    """Return `then` or `otherwise` as conditions tell; None where they are no texts or nobody can ask."""
    then, otherwise = _as_displays((then, otherwise))
    values = (*then, *otherwise)
    if not then or not otherwise or not all(isinstance(value, _MAY_BE_TEXT) for value in values):
        return None
    plain = any(is_text(value) or isinstance(value, Collection) for value in values)
    tests = conditions.read_all(resolver, node, under) if plain else None
    return None if tests is None else settled(resolver, tests, then, otherwise)


def _as_displays(groups: Sequence[Values]) -> Sequence[Values]:
    """`[name]` and `[]` beside `names` are what a function makes to go through."""
    if not any(map(_holds_one, groups)):
        return groups
    return [tuple(map(_display, group)) for group in groups]


def _holds_one(group: Values) -> bool:
    """True for `[name]` of a parameter, or of what hangs on one."""
    made = _display(group[0]) if len(group) == 1 else None
    if not isinstance(made, Collection) or made.kind == "dict" or len(made.values) != 1:
        return False
    return bool(made.values[0]) and all(isinstance(one, _NAMED) and one.free for one in made.values[0])


def _display(value: Value) -> Value:
    """What a list of the function's own holds."""
    if not isinstance(value, Container) or not isinstance(value.home, Node) or value.home.function is None:
        return value
    return value.contents if value.contents is not None and value.kind != "dict" else value


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
    return unsettled(then, otherwise)


def unsettled(then: Values, otherwise: Values) -> Values:
    """Return what is one of two, nobody can say which: not known, but for the one value of an idiom."""
    return one_or_several(then, otherwise) or (Blend(unite(then, otherwise)),)


def substitute(resolver: Resolver, tests: tuple[Test, ...], known: Known) -> tuple[Test, ...] | None:
    """Return the tests with arguments for parameters, or None where one cannot be asked any more."""
    changed = [conditions.put(resolver, test, known) for test in tests]
    told = tuple(test for test in changed if test is not None)
    return told if len(told) == len(changed) else None


def may_be_text(value: Value) -> bool:
    """True for what may be a text, or several."""
    return isinstance(value, _MAY_BE_TEXT)


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
        case Element(inner, index):  # a part of it
            return is_text(inner) and len(index) == 1 and getattr(index[0], "kind", "") == "slice"
        case Joined("+" | "%", groups):  # lists are added as well
            return any(is_text(one) for group in groups for one in group)
    return isinstance(value, (Joined, Picked))
