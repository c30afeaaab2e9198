"""The members of enumerations (enum, "Module contents")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.project.methods import last_name
from registry_lint.project.program import Node
from registry_lint.project.values import ClassValue, Literal, Member, Value, Values, literal

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"})


def is_enum(resolver: Resolver, node: Node) -> bool:
    """True for a class of constants."""
    bases = (last_name(base) for owner in resolver.classes.line(node) for base in owner.facts.bases)
    return any(name in _ENUMS for name in bases)


def is_member(resolver: Resolver, value: Value) -> bool:
    """True for a member of an enumeration."""
    if not isinstance(value, Member) or not isinstance(value.value, ClassValue):
        return False
    return is_enum(resolver, value.value.node) and value.attr in _names(value.value.node)


def members(resolver: Resolver, value: ClassValue) -> Values:
    """Return the members of an enumeration in their order; empty for another class."""
    if not is_enum(resolver, value.node):
        return ()
    return tuple(Member(value, name) for name in _names(value.node))


def named(resolver: Resolver, value: ClassValue, name: Values) -> Values:
    """Return the member of a name, None where there is none; empty where nobody can say."""
    known = name[0].value if len(name) == 1 and isinstance(name[0], Literal) else None
    if not isinstance(known, str) or not is_enum(resolver, value.node):
        return ()
    return (Member(value, known),) if known in _names(value.node) else (literal(None),)


def _names(node: Node) -> list[str]:
    """The names that the class body binds, but for those with a meaning of their own."""
    return [
        name
        for name, statements in node.bindings.items()
        if not name.startswith("_") and any(isinstance(one, facts.Bind) for one in statements)
    ]
