"""Containers that an object is made with: an argument of its constructor, or what a field's factory gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.places import Span
from registry_lint.project import births
from registry_lint.project.program import Node
from registry_lint.project.values import (
    Arguments,
    Collection,
    Container,
    Instance,
    Value,
    Values,
    given,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_FACTORIES = frozenset({"default_factory", "factory"})


def kept(resolver: Resolver, value: Value, home: Instance, attr: str, span: Span) -> Value:
    """Return the object's own container for a display that its constructor was given.

    An object without a name is gone with its statement: there the display tells all.
    """
    if not isinstance(value, Collection) or value.kind not in births.MUTABLE or not _has_name(resolver, home):
        return value
    return Container(home, attr, value.kind, span, None, value)


def _has_name(resolver: Resolver, instance: Instance) -> bool:
    if instance.site is None:
        return False
    path, span = instance.site
    module = resolver.program.by_path.get(path)
    return module is not None and any(
        isinstance(statement, facts.Bind)
        and statement.span.line <= span.line <= span.end_line <= statement.span.end_line
        for node in module.nodes
        if not node.is_callable
        for statement in node.facts.statements
    )


def has_box(instance: Instance) -> bool:
    """True if an object is made with a display of its own to keep."""
    held = given(instance.arguments) if instance.arguments is not None else ()
    return any(isinstance(one, Collection) and one.kind in births.MUTABLE for one in held)


def by_factory(resolver: Resolver, home: Instance, owner: Node, attr: str) -> Values:
    """Return what `attr: dict = field(default_factory=dict)` gives an object (dataclasses, "field")."""
    for statement in owner.bindings.get(attr, ()):
        factory = _factory(statement)
        if factory is None or not isinstance(statement, facts.Bind):
            continue
        for callee in resolver.values(factory, owner):
            for made in resolver.call(callee, Arguments(()), statement.span, owner):
                kind, contents = births.container_made(made)
                known = made if isinstance(made, Collection) else contents
                kind = kind or (known.kind if known is not None and known.kind in births.MUTABLE else "")
                if kind:
                    return (Container(home, attr, kind, statement.span, None, known),)
    return ()


def made_fields(owner: Node) -> Iterator[str]:
    """Yield the names of the fields that a factory fills."""
    for statement in owner.facts.statements:
        if isinstance(statement, facts.Bind) and _factory(statement) is not None:
            yield statement.target


def _factory(statement: facts.Statement) -> facts.Expression | None:
    value = statement.value if isinstance(statement, facts.Bind) else None
    if not isinstance(value, facts.Call):
        return None
    return next((one.value for one in value.keywords if one.name in _FACTORIES), None)
