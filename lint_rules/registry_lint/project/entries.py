"""Registries that stand in a table, and have the name that a subscript of it is bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.places import Span
from registry_lint.project.program import Node
from registry_lint.project.values import (
    Arguments,
    Collection,
    Container,
    Instance,
    Literal,
    Value,
    Values,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


def named(
    resolver: Resolver, entry: facts.Subscript, node: Node, home: Node | Instance, name: str, span: Span
) -> Values:
    """Return the objects that `name = table["key"]` names, empty where no object of ours is known there.

    They belong to the name: tables are asked with a fixed key, and what a `defaultdict` makes for a key
    is made once (collections, "defaultdict objects").
    """
    if not isinstance(home, Node) or home is not node or home.function is not None:
        return ()
    keys, tables = resolver.values(entry.index, node), resolver.values(entry.value, node)
    if len(keys) != 1 or not isinstance(keys[0], Literal) or len(tables) != 1:
        return ()
    table = tables[0]
    if (
        not isinstance(table, Container)
        or not isinstance(table.home, Node)
        or table.home.function is not None
    ):
        return ()
    found = _shown(table, keys) or _made(resolver, table, table.home)
    kept = tuple(_kept(one, table, home, name, span) for one in found)
    return () if None in kept else tuple(one for one in kept if one is not None)


def _shown(table: Container, key: Values) -> Values:
    """The value beside a key in the display that a table is born with."""
    if not isinstance(table.contents, Collection) or table.contents.kind != "dict":
        return ()
    shown = zip(table.contents.keys, table.contents.values, strict=False)
    return next((group for known, group in shown if known == key), ())


def _made(resolver: Resolver, table: Container, home: Node) -> Values:
    """What the factory of a `defaultdict` gives."""
    bound = home.bindings.get(table.name, ()) if table.kind == "defaultdict" else ()
    made = bound[0].value if len(bound) == 1 and isinstance(bound[0], facts.Bind) else None
    if not isinstance(made, facts.Call) or not made.arguments:
        return ()
    factories = resolver.values(made.arguments[0], home)
    return resolver.each(lambda one: resolver.call(one, Arguments(()), table.span, home), factories)


def _kept(value: Value, table: Container, home: Node, name: str, span: Span) -> Value | None:
    """The object by its name; None for what is no object of ours, or is known by itself already."""
    if isinstance(value, Container) and value.node is not None and not value.name:
        return Container(home, name, value.kind, span, value.node, value.contents)
    if table.kind != "defaultdict" or not isinstance(value, Instance) or value.site is None:
        return None
    path, at = value.site
    own = isinstance(table.home, Node) and path == table.home.module.path
    inside = own and table.span.line <= at.line <= at.end_line <= table.span.end_line
    return Instance(value.node, (home.module.path, span), value.arguments) if inside else None
