"""Calls and decorations by the last name of what is called, and by what that name stands for there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.handed import is_outside_class
from registry_lint.project.methods import last_name
from registry_lint.project.program import Node, Site
from registry_lint.project.values import (
    ClassValue,
    Collection,
    External,
    FunctionValue,
    Instance,
    Literal,
    Member,
    Partial,
    Result,
    Value,
    Values,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


class Mention(NamedTuple):
    """A call or decoration, by the last name of what is called."""

    function: Expression
    call: facts.Call | None
    site: Site


class Standing(NamedTuple):
    """The mentions of one name by the functions, classes and classes of objects that it stands for.

    `strange` are methods of things of unknown class.
    """

    functions: dict[Node, list[Mention]]
    classes: dict[Node, list[Mention]]
    objects: dict[Node, list[Mention]]
    strange: list[Mention]


class Mentions:
    """What a name stands for is worked out for all its mentions when one of them is first asked about."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._by_name: dict[str, list[Mention]] = {}
        self._standing: dict[str, Standing] = {}

    def add(self, mention: Mention) -> None:
        """Note a mention."""
        self._by_name.setdefault(last_name(mention.function), []).append(mention)

    def standing(self, name: str) -> Standing:
        """Return the mentions of a name by what it stands for."""
        if name not in self._standing:
            self._standing[name] = self._resolved(self._by_name.get(name, ()))
        return self._standing[name]

    def _resolved(self, mentions: list[Mention] | tuple[()]) -> Standing:
        found = Standing({}, {}, {}, [])
        for mention in mentions:
            values = self._resolver.values(mention.function, mention.site.node)
            for value in values:
                table, node = _told(value, found)
                if node is not None:
                    table.setdefault(node, []).append(mention)
            if isinstance(mention.function, facts.Attribute) and _is_strange(values):
                found.strange.append(mention)
        return found


def _told(value: Value, found: Standing) -> tuple[dict[Node, list[Mention]], Node | None]:
    while isinstance(value, Partial):
        value = value.callee
    if isinstance(value, ClassValue):
        return found.classes, value.node
    if isinstance(value, Instance):
        return found.objects, value.node
    return found.functions, value.node if isinstance(value, FunctionValue) else None


def _is_strange(values: Values) -> bool:
    """True where `thing` in `thing.method` is of no known class."""
    if any(isinstance(value, (ClassValue, FunctionValue, External, Instance)) for value in values):
        return False
    return not any(isinstance(v, Member) and _is_known(v.value) for v in values)


def _is_known(thing: Value) -> bool:
    """True for a class or object of ours without that method, and for an object of an outside class.

    An outside object that was given anything may hand on to that.
    """
    if isinstance(thing, Result) and isinstance(thing.callee, Member) and thing.callee.attr == "__enter__":
        thing = thing.callee.value
    if isinstance(thing, Result):
        given = (value for group in thing.arguments for value in group)
        return is_outside_class(thing.callee) and all(isinstance(v, (Literal, Collection)) for v in given)
    return isinstance(thing, (ClassValue, Instance))


def of_classes(table: dict[Node, list[Mention]], owner: Node, resolver: Resolver) -> Iterator[Mention]:
    """Yield the mentions of a class and of those that derive from it."""
    for node, mentions in table.items():
        if owner in resolver.classes.line(node):
            yield from mentions
