"""What kind of method a function is, and what its first parameter stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from registry_lint import facts
from registry_lint.project.program import Node
from registry_lint.project.values import ParameterValue

if TYPE_CHECKING:
    from registry_lint.project.classes import Classes

Binding = Literal["instance", "class", "static", "property"]
# `cls` is the class itself in these without a decorator (Data model, "Customizing class creation").
_ON_CLASS = frozenset({"__init_subclass__", "__new__", "__class_getitem__", "__prepare__"})
# Decorators of many libraries that make properties say so at the end of their name, but for this one.
_PROPERTY = ("property", "reify")


def decorator_names(node: Node) -> tuple[str, ...]:
    """Return the last identifier of each decorator (of the function that is called, where it is a call)."""
    return tuple(last_name(decorator.value) for decorator in node.facts.decorators)


def last_name(expression: facts.Expression) -> str:
    """Return the last identifier of a dotted name or of what a call calls, else an empty string."""
    while isinstance(expression, facts.Call):
        expression = expression.function
    if isinstance(expression, facts.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, facts.Name) else ""


def binding(node: Node) -> Binding:
    """Return how a function in a class body binds when it is read from the class or an object."""
    names = decorator_names(node)
    if "staticmethod" in names:
        return "static"
    if any(name.endswith(_PROPERTY) for name in names):
        return "property"
    if "classmethod" in names or "abstractclassmethod" in names or node.facts.name in _ON_CLASS:
        return "class"
    return "instance"


def is_method(node: Node) -> bool:
    """True for a function that stands in a class body and takes a receiver."""
    return (
        node.is_callable
        and node.parent is not None
        and node.parent.kind == "class"
        and bool(node.facts.parameters)
        and binding(node) != "static"
    )


def receiver_class(parameter: ParameterValue, classes: Classes) -> tuple[Node, str] | None:
    """Return the class that a method's first parameter belongs to, and what it is.

    That is `instance`, `class`, or `made`: a class that the metaclass makes.
    """
    node = parameter.node
    if not is_method(node) or node.facts.parameters[0].name != parameter.name or node.parent is None:
        return None
    owner = node.parent
    if classes.is_metaclass(owner):
        own = node.facts.name in ("__new__", "__prepare__") or binding(node) == "class"
        return owner, "class" if own else "made"
    return owner, "class" if binding(node) == "class" else "instance"
