"""Where an object of one's own mapping, sequence or set class has what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.project.program import Node, expressions, walk
from registry_lint.project.values import Container, Values

if TYPE_CHECKING:
    from registry_lint.project.classes import Classes

# They hold nothing themselves (collections.abc, "Collections Abstract Base Classes").
_ABSTRACT = frozenset({"MutableMapping", "MutableSequence", "MutableSet"})
_ASKED = frozenset({"__getitem__", "__contains__", "__iter__", "__len__"})


def is_abstract(classes: Classes, node: Node) -> bool:
    """True for a class of containers that must keep elsewhere what it holds."""
    return classes.container_kind(node) in _ABSTRACT


def is_store(classes: Classes, node: Node, attr: str, found: Values) -> bool:
    """True for the table in which an object of such a class finds what it is asked for."""
    if not found or not all(isinstance(one, Container) for one in found) or not is_abstract(classes, node):
        return False
    asked = (child for owner in classes.line(node) for child in owner.children if child.facts.name in _ASKED)
    return any(_reads(method, attr) for method in asked)


def _reads(method: Node, attr: str) -> bool:
    return any(
        isinstance(part, facts.Attribute) and part.attr == attr
        for statement in method.facts.statements
        for expression in expressions(statement)
        for part in walk(expression)
    )
