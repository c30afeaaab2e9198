"""Which objects annotations promise, where what is written to the right of them cannot be followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.places import Span
from registry_lint.project.methods import last_name
from registry_lint.project.program import Binding, Node
from registry_lint.project.values import (
    Blend,
    ClassValue,
    Element,
    Instance,
    Member,
    Result,
    Value,
    Values,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


# An object whose class defines one of these may stand for any other.
_STANDING_IN = ("__getattr__", "__getattribute__")


def annotated(resolver: Resolver, annotation: Expression, node: Node) -> Values:
    """Return an object of each class that an annotation names (a class for `type[…]`)."""
    match annotation:
        case facts.Constant(str(text)):
            return unite(*(_spelled(resolver, part.strip(), node) for part in text.split("|")))
        case facts.Binary("|", left, right):
            return unite(annotated(resolver, left, node), annotated(resolver, right, node))
        case facts.Subscript(head, facts.Display("tuple", _, parts)) if last_name(head) == "Union":
            return unite(*(annotated(resolver, part, node) for part in parts))
        case facts.Subscript(head, index):
            return _wrapped(last_name(head), annotated(resolver, index, node))
    return _objects(resolver.values(annotation, node))


def promised(resolver: Resolver, statement: Binding, node: Node, found: Values) -> Values:
    """Return what a module-level name is annotated with, where nobody can say what it is bound to.

    Empty where what is bound is known. What `__getattr__` stands before is not known either.
    """
    if node.kind != "module" or not isinstance(statement, facts.Bind) or not found:
        return ()
    if not all(_is_unclear(resolver, value) for value in found):
        return ()
    if statement.annotation is None:
        return ()
    return _one_object(resolver, statement.annotation, node, statement.span, node)


def or_promised(resolver: Resolver, function: Node, found: Values, span: Span, node: Node) -> Values:
    """Return what a call gives: an object of what the function says it returns, where its body is unclear."""
    annotation = function.facts.returns
    if annotation is None or not found or not all(_is_unclear(resolver, value) for value in found):
        return found
    return _one_object(resolver, annotation, function.parent or function, span, node) or found


def _one_object(resolver: Resolver, annotation: Expression, scope: Node, span: Span, node: Node) -> Values:
    named = annotated(resolver, annotation, scope)
    objects = [value for value in named if isinstance(value, Instance)]
    if len(objects) != 1 or resolver.classes.container_kind(objects[0].node):
        return ()
    return (Instance(objects[0].node, (node.module.path, span)),)


def _is_unclear(resolver: Resolver, value: Value) -> bool:
    if isinstance(value, Instance):
        line = resolver.classes.line(value.node)
        return any(not owner.bindings.keys().isdisjoint(_STANDING_IN) for owner in line)
    while isinstance(value, (Member, Element)):
        value = value.value
    return isinstance(value, (Result, Blend))


def _spelled(resolver: Resolver, text: str, node: Node) -> Values:
    """`Name`, `type[Name]` or `Optional[Name]` in an annotation that is a string."""
    head, bracket, inner = text.rpartition("[")
    name = inner.rstrip("]").strip("\"' ")
    found = _objects(resolver.name(name, node)) if name.isidentifier() else ()
    return _wrapped(head.rpartition(".")[2], found) if bracket else found


def _wrapped(head: str, objects: Values) -> Values:
    if head == "Optional":
        return objects
    is_class = head in ("type", "Type")
    return tuple(ClassValue(v.node) for v in objects if isinstance(v, Instance)) if is_class else ()


def _objects(values: Values) -> Values:
    return tuple(Instance(v.node, None) for v in values if isinstance(v, ClassValue))
