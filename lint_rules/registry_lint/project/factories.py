"""Objects that a function makes for its callers: another one at each call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.places import Span
from registry_lint.project.methods import binding
from registry_lint.project.program import Node
from registry_lint.project.values import Instance, Value

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


def for_caller(
    resolver: Resolver, value: Value, call: facts.Call, node: Node, home: Node | Instance
) -> Value:
    """Return the object that a call at module or class level gives, told apart from those of other calls."""
    return told_apart(resolver, value, call.span, node, home)


def told_apart(resolver: Resolver, value: Value, call: Span, node: Node, home: Node | Instance) -> Value:
    """Return an object as that which the call (or decorator) at a place gives.

    One that the function keeps (`global`, an attribute, an entry) is the same for every caller.
    """
    if not isinstance(value, Instance) or value.site is None or isinstance(home, Instance):
        return value
    path, span = value.site
    if home.function is not None or (path == node.module.path and _within(span, call)):
        return value
    if span == value.node.facts.span:  # made by `cls()`, wherever that stands
        if _is_single(resolver, value.node):
            return value
    else:
        maker = _scope_at(resolver, path, span)
        if maker is None or maker.function is None or _keeps(maker, span):
            return value
    return Instance(value.node, (node.module.path, call), value.arguments)


def _within(inner: Span, outer: Span) -> bool:
    start, end = (inner.line, inner.column), (inner.end_line, inner.end_column)
    return (outer.line, outer.column) <= start and end <= (outer.end_line, outer.end_column)


def _scope_at(resolver: Resolver, path: str, span: Span) -> Node | None:
    """The innermost scope around a place: the last that contains it."""
    module = resolver.program.by_path.get(path)
    around = [node for node in module.nodes[1:] if _within(span, node.facts.span)] if module else []
    return around[-1] if around else None


def _keeps(maker: Node, span: Span) -> bool:
    keeping = (facts.SetAttribute, facts.SetItem)
    return any(
        isinstance(statement, keeping)
        or (isinstance(statement, facts.Bind) and statement.target in maker.facts.outer_names)
        for statement in maker.facts.statements
        if _within(span, statement.span)
    )


def _is_single(resolver: Resolver, made: Node) -> bool:
    """True for a class that keeps an object of itself: `cls._instance = cls()`."""
    methods = (
        child for owner in resolver.classes.line(made) for child in owner.children if child.is_callable
    )
    return any(
        isinstance(statement, facts.SetAttribute)
        and isinstance(statement.value, facts.Call)
        and binding(method) == "class"
        for method in methods
        for statement in method.facts.statements
    )
