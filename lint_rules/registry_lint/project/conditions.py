"""What the tests around a statement say: main guards, type checking, and tests of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import facts
from registry_lint.facts import Condition, Expression
from registry_lint.project import absence, applying, defaults, enumerations, predicates
from registry_lint.project.methods import decorator_names
from registry_lint.project.program import Node
from registry_lint.project.turns import turns
from registry_lint.project.values import (
    BuiltType,
    ClassValue,
    Collection,
    Container,
    Element,
    External,
    Fallback,
    FunctionValue,
    Instance,
    Literal,
    Member,
    ParameterValue,
    Partial,
    Picked,
    Result,
    Value,
    Values,
    parts,
)

if TYPE_CHECKING:
    from registry_lint.project.binding import Known
    from registry_lint.project.resolve import Resolver

_MAIN = {"__main__"}
MOST_TESTS = 4
_QUESTIONS = frozenset({
    "builtins.callable", "builtins.isinstance", "builtins.issubclass", "builtins.hasattr",
    "inspect.isclass", "inspect.isfunction", "inspect.isroutine", "inspect.isabstract",
})  # fmt: skip
_TYPE_VARIABLES = frozenset({"typing.TypeVar", "typing_extensions.TypeVar"})
_DEFINITE = (Literal, ClassValue, FunctionValue, Instance, Collection, Container, Partial, BuiltType)


class Test(NamedTuple):
    """A test that holds (or not) where an effect happens; an empty operator asks for truth."""

    operator: str
    left: Values
    right: Values
    holds: bool


def is_type_checking(conditions: tuple[Condition, ...]) -> bool:
    """True under `if TYPE_CHECKING:`, which never runs (typing, "TYPE_CHECKING")."""
    return any(condition.holds and _last(condition.test) == "TYPE_CHECKING" for condition in conditions)


def is_main_guard(conditions: tuple[Condition, ...]) -> bool:
    """True under `if __name__ == "__main__":` (and what stands for it)."""
    return any(_guards(part, holds) for condition in conditions for part, holds in split(condition))


def _guards(test: Expression, holds: bool) -> bool:
    if not isinstance(test, facts.Compare) or (test.operator, holds) not in (("==", True), ("!=", False)):
        return False
    sides = (test.left, test.right)
    named = any(isinstance(side, facts.Name) and side.id == "__name__" for side in sides)
    return named and any(isinstance(side, facts.Constant) and side.value in _MAIN for side in sides)


def split(condition: Condition) -> Iterator[tuple[Expression, bool]]:
    """Yield the single tests of a condition: `not` turned round, `and` taken apart where it holds."""
    test, holds = condition.test, condition.holds
    while isinstance(test, facts.Not):
        test, holds = test.value, not holds
    if isinstance(test, facts.All) and holds:
        for part in test.parts:
            yield from split(Condition(part, True))
    elif isinstance(test, facts.Either) and not holds:
        yield from split(Condition(test.first, False))
        yield from split(Condition(test.second, False))
    else:
        yield test, holds


def _last(test: Expression) -> str:
    if isinstance(test, facts.Attribute):
        return test.attr
    return test.id if isinstance(test, facts.Name) else ""


def read_tests(resolver: Resolver, node: Node, conditions: tuple[Condition, ...]) -> tuple[Test, ...]:
    """Return the tests that depend on the parameters of the functions around."""
    return tuple(test for test in asked(resolver, node, conditions) if is_decidable(test))[:MOST_TESTS]


def asked(resolver: Resolver, node: Node, conditions: tuple[Condition, ...]) -> list[Test]:
    """Return every single test of conditions."""
    parts = (part for condition in conditions for part in split(condition))
    return [_read(resolver, node, test, holds) for test, holds in parts]


def _read(resolver: Resolver, node: Node, test: Expression, holds: bool) -> Test:
    if isinstance(test, facts.All):
        return Test("", (), (), holds)  # nobody can say which part of it does not hold
    if not isinstance(test, facts.Compare):
        called = predicates.question(resolver, node, test)
        return Test(*called, holds) if called else Test("", resolver.values(test, node), (), holds)
    return Test(test.operator, resolver.values(test.left, node), resolver.values(test.right, node), holds)


def read_all(resolver: Resolver, node: Node, under: tuple[Condition, ...]) -> tuple[Test, ...] | None:
    """Return the tests that conditions ask, or None where one can be answered neither now nor at a call."""
    found = [_read(resolver, node, test, holds) for one in under for test, holds in split(one)]
    askable = all(is_decidable(test) or decide(resolver, test) is not None for test in found)
    return tuple(found) if askable and len(found) <= MOST_TESTS else None


def unanswered(turn: Element) -> Test:
    """Return a question about what a loop meets that nobody can answer."""
    return Test("?", (turn,), (), True)


def is_decidable(test: Test) -> bool:
    """Only a plain question about one parameter can be answered at a call."""
    if _asks_inside(test):
        return True
    if len(test.left) != 1 or not test.left[0].free or len(test.right) > 1:
        return False
    left = test.left[0]
    if isinstance(left, Picked):
        return True
    if left.depth > 4 and (left.depth > 9 or not turns(test.left)):
        return False
    if isinstance(left, Result) and isinstance(left.callee, External):
        return left.callee.name in _QUESTIONS
    if isinstance(left, Result) and isinstance(left.callee, Member):
        return left.callee.attr in ("startswith", "endswith")
    if isinstance(left, (Element, Fallback)):  # an option, or an entry of a class's namespace
        return not any(isinstance(value, Container) for value in parts(left))
    return isinstance(left, (ParameterValue, Member))


def substitute(resolver: Resolver, tests: tuple[Test, ...], known: Known) -> tuple[Test, ...] | None:
    """Return the tests with arguments for parameters, or None where one is known to fail."""
    left: list[Test] = []
    for test in tests:
        changed = put(resolver, test, known)
        verdict = decide(resolver, changed) if changed is not None else None
        if verdict is False or (changed is not None and verdict is None and _is_kept(resolver, changed)):
            return None
        if changed is not None and verdict is None and is_decidable(changed):
            left.append(changed)
        elif verdict is None:
            left += _doubts(resolver, test, known)
    return tuple(left)


def _doubts(resolver: Resolver, test: Test, known: Known) -> Iterator[Test]:
    """A test of what a loop meets that cannot be asked any more leaves a doubt."""
    for turn in turns(test.left):
        for one in turns(applying.substitute(resolver, turn, known)):
            yield unanswered(one)


def _is_kept(resolver: Resolver, test: Test) -> bool:
    """True for a test that misses what the object at hand always has: `self.table is None`."""
    left = test.left[0]
    of_none = test.operator in ("is", "is not") and test.right == (Literal(None, type(None)),)
    if not of_none or not isinstance(left, Member) or not isinstance(left.value, ParameterValue):
        return False
    found = defaults.by_default(resolver, left)
    kept = bool(found) and all(isinstance(value, (Container, Instance)) for value in found)
    return kept and test.holds == (test.operator == "is")


def put(resolver: Resolver, test: Test, known: Known) -> Test | None:
    """Return a test with arguments for parameters; one of several values cannot be decided any more."""
    left = applying.substitute(resolver, test.left[0], known)
    right = applying.substitute(resolver, test.right[0], known) if test.right else ()
    if len(left) != 1 or len(right) != len(test.right):
        return None
    return Test(test.operator, left, right, test.holds)


def decide(resolver: Resolver, test: Test) -> bool | None:
    """Return whether a test is known to come out as it should, or None."""
    if len(test.left) != 1:
        return None
    left = test.left[0]
    right = test.right[0] if len(test.right) == 1 else None
    outcome = _outcome(resolver, test.operator, left, right)
    return None if outcome is None else outcome == test.holds


def _asks_inside(test: Test) -> bool:
    """`"." in name` and `"label" in members`."""
    if test.operator not in ("in", "not in") or len(test.left) != 1 or len(test.right) != 1:
        return False
    asked = test.right[0]
    return (
        isinstance(test.left[0], Literal) and bool(asked.free) and isinstance(asked, (ParameterValue, Member))
    )


def _is_inside(resolver: Resolver, left: Value, right: Value) -> bool | None:
    """Whether a text stands in another, or a class body binds a name."""
    if not isinstance(left, Literal) or not isinstance(left.value, str):
        return None
    if isinstance(right, Literal) and isinstance(right.value, str):
        return left.value in right.value
    if isinstance(right, Member) and right.attr == "__dict__" and isinstance(right.value, ClassValue):
        return not all(
            isinstance(one, Literal) and one.value is None for one in resolver.element(right, (left,))
        )
    return None


def _outcome(resolver: Resolver, operator: str, left: Value, right: Value | None) -> bool | None:
    if operator == "":
        return _truth(resolver, left)
    if operator == "call":
        return predicates.answer(resolver, right, left)
    inside = _is_inside(resolver, left, right) if right is not None and operator in ("in", "not in") else None
    if inside is not None:
        return inside == (operator == "in")
    if isinstance(right, Container) and resolver.fixed.holds(right):
        right = right.contents
    if right is None or not isinstance(right, _DEFINITE):
        return None
    if not isinstance(left, _DEFINITE) and not enumerations.is_member(resolver, left):
        return None
    comparable = (isinstance(right, Literal) and right.value is None) or type(left) is type(right)
    if operator in ("is", "==", "is not", "!=") and comparable:
        return (left == right) == (operator in ("is", "=="))
    if operator in ("in", "not in") and isinstance(right, Collection) and isinstance(left, Literal):
        groups = right.keys if right.kind == "dict" else right.values
        if all(len(group) == 1 and isinstance(group[0], Literal) for group in groups):
            return any(group[0] == left for group in groups) == (operator == "in")
    return None


def _truth(resolver: Resolver, value: Value) -> bool | None:
    if isinstance(value, Literal):
        return bool(value.value)
    if isinstance(value, (ClassValue, FunctionValue, Partial, BuiltType)):
        return True
    if isinstance(value, Collection):
        return bool(value.values)
    if isinstance(value, Member) and isinstance(value.value, ClassValue):
        return False if absence.has(resolver, value.value, value.attr) is False else None
    if isinstance(value, Result) and value.arguments and len(value.arguments[0]) == 1:
        subject = value.arguments[0][0]
        if isinstance(value.callee, External):
            return _asked(resolver, value.callee.name, subject, value.arguments[1:])
        if isinstance(value.callee, Member) and isinstance(value.callee.value, Literal):
            return _text(value.callee.value.value, value.callee.attr, subject)
    return None


def _text(text: object, method: str, argument: Value) -> bool | None:
    if method in ("startswith", "endswith") and isinstance(text, str) and isinstance(argument, Literal):
        return bool(getattr(text, method)(argument.value)) if isinstance(argument.value, str) else None
    return None


def _asked(resolver: Resolver, name: str, subject: Value, rest: tuple[Values, ...]) -> bool | None:
    if not isinstance(subject, _DEFINITE):
        return _is_made_outside(name, subject, rest)
    if name == "builtins.callable":
        return (
            True
            if isinstance(subject, (ClassValue, FunctionValue, Partial, BuiltType))
            else _uncallable(subject)
        )
    if name in ("inspect.isclass", "inspect.isfunction", "inspect.isroutine"):
        return isinstance(subject, (ClassValue, BuiltType) if name == "inspect.isclass" else FunctionValue)
    if name == "inspect.isabstract" and isinstance(subject, ClassValue):
        return is_abstract(resolver, subject.node)
    if name == "builtins.isinstance" and rest:
        answers = {_is_a(subject, kind) for kind in _kinds(rest[0])}
        return True if True in answers else None if None in answers or not answers else False
    if name == "builtins.hasattr" and rest and len(rest[0]) == 1 and isinstance(rest[0][0], Literal):
        return absence.has(resolver, subject, str(rest[0][0].value))
    if name == "builtins.issubclass" and rest and isinstance(subject, ClassValue):
        kinds = [kind.node for kind in _kinds(rest[0]) if isinstance(kind, ClassValue)]
        if any(kind in resolver.classes.line(subject.node) for kind in kinds):
            return True
        return False if kinds and resolver.classes.is_all_known(subject.node) else None
    return None


def _is_made_outside(name: str, subject: Value, rest: tuple[Values, ...]) -> bool | None:
    """`isinstance(TypeVar("T"), TypeVar)`: what a class outside the project has made is of that class."""
    if name != "builtins.isinstance" or not rest or not isinstance(subject, Result):
        return None
    return (isinstance(subject.callee, External) and subject.callee in set(_kinds(rest[0]))) or None


def _uncallable(subject: Value) -> bool | None:
    return False if isinstance(subject, (Literal, Collection)) else None


def _kinds(values: Values) -> Iterator[Value]:
    for value in values:
        if isinstance(value, Collection):
            for group in value.values:
                yield from group
        else:
            yield value


def _is_a(subject: Value, kind: Value) -> bool | None:
    if isinstance(kind, External) and kind.name.startswith("builtins."):
        name = kind.name.partition(".")[2]
        if isinstance(subject, Container):
            return False if name in ("str", "bytes", "int", "type") else None
        if isinstance(subject, Literal):
            return subject.kind.__name__ == name
        if isinstance(subject, (ClassValue, BuiltType)):
            return name in ("type", "object")
        if isinstance(subject, FunctionValue):
            return False
        if isinstance(subject, Collection):
            return subject.kind == name
    if isinstance(kind, External) and kind.name.endswith(("FunctionType", "Callable")):
        return isinstance(subject, (FunctionValue, Partial)) or None
    if isinstance(kind, External) and kind.name in _TYPE_VARIABLES:
        return False
    if isinstance(kind, ClassValue) and isinstance(subject, (Literal, FunctionValue, Collection)):
        return False
    return None


def is_abstract(resolver: Resolver, node: Node) -> bool:
    """True if a class still has abstract methods (abc, "abstractmethod")."""
    seen: set[str] = set()
    for owner in resolver.classes.line(node):
        for child in owner.children:
            if child.kind == "function" and child.facts.name not in seen:
                seen.add(child.facts.name)
                if any(name.startswith("abstract") for name in decorator_names(child)):
                    return True
        seen.update(owner.bindings)
    return False
