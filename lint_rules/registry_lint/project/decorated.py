"""What a `def` or `class` statement binds once its decorators have run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.project.factories import told_apart
from registry_lint.project.methods import binding
from registry_lint.project.program import Node
from registry_lint.project.values import (
    Arguments,
    ClassValue,
    Container,
    FunctionValue,
    Instance,
    Value,
    Values,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


def defined(resolver: Resolver, node: Node) -> Values:
    """Return the class, the function, or the object that a decorator makes of it."""
    value: Value = ClassValue(node) if node.kind == "class" else FunctionValue(node)
    scope = node.parent or node
    for decorator in node.facts.decorators:
        for callee in resolver.values(decorator.value, scope):
            made = resolver.call(callee, Arguments(((value,),)), decorator.span, scope)
            replaced = tuple(one for one in made if isinstance(one, (Instance, Container)))
            if replaced and not _is_property(resolver, node, replaced[0]):
                return tuple(told_apart(resolver, one, decorator.span, scope, scope) for one in replaced)
    return (value,)


def _is_property(resolver: Resolver, node: Node, made: Value) -> bool:
    """A descriptor of the project's own that is called a property gives what the function returns."""
    if not isinstance(made, Instance) or not node.is_callable or binding(node) != "property":
        return False
    return any("__get__" in owner.bindings for owner in resolver.classes.line(made.node))
