"""How containers are read: by key, whole, or only to ask whether something is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.defaults import by_default
from registry_lint.project.mutators import ADDING, JOINING, MUTATORS
from registry_lint.project.program import Node, children, expressions
from registry_lint.project.values import Container, Element, Value

if TYPE_CHECKING:
    from registry_lint.project.candidates import Candidates
    from registry_lint.project.resolve import Resolver


_WHOLE = frozenset({"items", "values", "keys", "index", "most_common", "elements", "valuerefs", "keyrefs"})
_WHOLE |= {"union", "intersection", "difference", "symmetric_difference", "__iter__", "__getitem__"}
_FILLING = ADDING | JOINING


# Functions that go through what they are given; others may do anything with it.
_READING = frozenset(
    {"all", "any", "deepcopy", "dict", "dir", "enumerate", "filter", "frozenset", "getattr", "isinstance"}
    | {"issubclass", "iter", "list", "map", "max", "min", "next", "print", "repr", "reversed", "set"}
    | {"sorted", "str", "sum", "super", "tuple", "type", "zip"}
)


class Reading(NamedTuple):
    """One read: in which scope, and how (`key`, `entry` under a fixed key, `truth`, `whole`, …)."""

    node: Node
    how: str


class Readers:
    """Reads of containers by name, resolved when asked."""

    def __init__(self, resolver: Resolver, candidates: Candidates) -> None:
        self._resolver, self._other_names = resolver, candidates.other_names
        names = candidates.names
        self._found: dict[str, list[tuple[Expression, Node, str]]] = {}
        self._answers: dict[Container, tuple[Reading, ...]] = {}
        for node in resolver.program.nodes():
            for statement in node.facts.statements:
                for expression in expressions(statement):
                    skip = statement.object if isinstance(statement, (facts.SetItem, facts.Delete)) else None
                    if expression is not skip and not isinstance(statement, facts.Update):
                        is_asked = isinstance(statement, facts.Evaluate)
                        self._scan(expression, node, "truth" if is_asked else "whole", names)

    def _scan(self, expression: Expression, node: Node, how: str, names: set[str]) -> None:
        stack = [(expression, how)]
        while stack:
            current, way = stack.pop()
            if isinstance(current, facts.Name):
                if current.id in names:
                    self._found.setdefault(current.id, []).append((current, node, way))
                continue
            if isinstance(current, facts.Attribute) and current.attr in names:
                self._found.setdefault(current.attr, []).append((current, node, way))
            if not isinstance(current, facts.Constant):
                stack.extend(_inner(current))

    def of(self, container: Container) -> tuple[Reading, ...]:
        """Return the reads of a container."""
        if container not in self._answers:
            names = dict.fromkeys((container.name, *self._other_names.get(container, ())))
            found = [one for name in names for one in self._found.get(name, ())]
            self._answers[container] = tuple(
                Reading(node, how) for expression, node, how in found if self._is(expression, node, container)
            )
        return self._answers[container]

    def _is(self, expression: Expression, node: Node, container: Container) -> bool:
        for value in self._resolver.values(expression, node):
            if _root(value) == container:
                return True
            if value.free and any(_same(one, container) for one in by_default(self._resolver, value)):
                return True
        return False


def _by_method(attr: str) -> str:
    """How a method reads its container; one that no container has is the object's own."""
    if attr in ("get", "pop", "setdefault"):
        return "key"
    if attr in MUTATORS:
        return "write"
    return "whole" if attr in _WHOLE else "member"


def _same(value: Value, container: Container) -> bool:
    found = _root(value)
    if found == container:
        return True
    if not isinstance(found, Container) or found.name != container.name:
        return False
    # A container of `self`, whoever that is, stands for that of every object of the class.
    mine, theirs = getattr(container.home, "node", None), getattr(found.home, "node", None)
    return mine is not None and mine is theirs


def _root(value: Value) -> Value:
    while isinstance(value, Element):
        value = value.value
    return value


def _inner(current: Expression) -> Iterator[tuple[Expression, str]]:
    if isinstance(current, facts.Attribute):
        yield current.value, "attribute"
    elif isinstance(current, facts.Call):
        yield from _handed(current)
    elif isinstance(current, facts.Subscript):
        yield current.value, "entry" if _is_fixed(current.index) else "key"
        yield current.index, "whole"
    elif isinstance(current, facts.Compare):
        asks = current.operator in ("in", "not in")
        yield current.left, "whole" if asks else "member"
        yield current.right, "member"
    elif isinstance(current, facts.Not):
        yield current.value, "member"
    elif isinstance(current, facts.Choice):
        yield current.test, "truth"
        yield from ((option, "whole") for option in current.options)
    else:
        for child in children(current):
            yield child, "whole"


def _is_fixed(index: Expression) -> bool:
    """A name that is written out: who asks for it wants that entry, whatever was asked of him."""
    return isinstance(index, facts.Constant) and isinstance(index.value, str)


def _handed(call: facts.Call) -> Iterator[tuple[Expression, str]]:
    function = call.function
    if isinstance(function, facts.Attribute) and (table := _filled(function)) is not None:
        yield table, "write"
        yield from ((child, "whole") for child in (*_given(function.value), *_given(call)))
    elif isinstance(function, facts.Attribute):
        how = _by_method(function.attr)
        is_entry = how == "key" and bool(call.arguments) and _is_fixed(call.arguments[0])
        yield function.value, "entry" if is_entry else how
        for child in children(call):
            if child is not function:
                yield child, "whole"
    elif isinstance(function, facts.Name) and function.id in ("len", "id"):
        for argument in call.arguments:
            yield argument, "member"
    else:
        handing = isinstance(function, facts.Name) and function.id not in _READING
        for child in children(call):
            handed = handing and isinstance(child, (facts.Name, facts.Attribute)) and child is not function
            yield child, "argument" if handed else "whole"


def _filled(method: facts.Attribute) -> Expression | None:
    """`table.setdefault(key, []).append(entry)`: what asks for the list only adds to it."""
    asked = method.value
    if method.attr not in _FILLING or not isinstance(asked, facts.Call):
        return None
    inner = asked.function
    return inner.value if isinstance(inner, facts.Attribute) and inner.attr == "setdefault" else None


def _given(call: Expression) -> Iterator[Expression]:
    return (
        child for child in children(call) if not isinstance(call, facts.Call) or child is not call.function
    )
