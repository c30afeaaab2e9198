"""Which attributes a definition has or cannot have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from registry_lint.project.program import Node
from registry_lint.project.values import (
    ClassValue,
    Collection,
    Container,
    External,
    Fallback,
    FunctionValue,
    Instance,
    Literal,
    Member,
    Value,
    Values,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

# Data model, "Special method names"; what these bases give a class is known.
_PLAIN = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing.NamedTuple"})
_OF_FUNCTIONS = frozenset({"__name__", "__qualname__", "__module__", "__doc__", "__call__", "__code__"})
# What is there if a name stands for it: anything else may lack the attribute.
_SURE = (Literal, ClassValue, FunctionValue, Instance, Collection, Container)


def has(resolver: Resolver, subject: Value, attr: str) -> bool | None:
    """Return whether a definition has an attribute, or None where that cannot be known."""
    if isinstance(subject, FunctionValue):
        return attr in _OF_FUNCTIONS or (None if resolver.assignments.is_given(attr) else False)
    if isinstance(subject, Literal):
        return hasattr(subject.value, attr)
    if not isinstance(subject, ClassValue):
        return None
    found = resolver.member(subject, attr)
    if found and not any(isinstance(one, Member) for one in found):
        return True
    return False if _is_whole(resolver, subject.node) and not hasattr(object, attr) else None


def present(resolver: Resolver, values: Values) -> Values:
    """Return the values without the attributes that their class cannot have."""
    return tuple(value for value in values if not _lacks(resolver, value))


def or_default(resolver: Resolver, first: Values, second: Values) -> Values:
    """Return what `getattr` gives: the attributes that there are, else the default, once that is known."""
    there = present(resolver, first)
    if not there:
        return second
    if any(value.free or not isinstance(value, _SURE) for value in there):
        return (Fallback(there, second, True),)
    return there if len(there) == len(first) else unite(there, second)


def options(value: Value) -> Values:
    """Return what a default may be put in the place of, and the default; any other value is itself."""
    if not isinstance(value, Fallback) or not value.bare or any(one.free for one in value.first):
        return (value,)
    return (*value.first, *value.second)


def _lacks(resolver: Resolver, value: Value) -> bool:
    if not isinstance(value, Member):
        return False
    return has(resolver, value.value, value.attr) is False


def _is_whole(resolver: Resolver, node: Node) -> bool:
    """True where nothing outside the project gives a class attributes."""
    metaclass = resolver.classes.metaclass(node)
    line: Iterable[Node] = (*resolver.classes.line(node), *((metaclass,) if metaclass else ()))
    if any(one.facts.bases and not resolver.classes.bases(one) for one in line):
        return False
    bases = [base for one in line for base in resolver.classes.bases(one)]
    known = all(isinstance(base, ClassValue) or is_plain_base(base, metaclass is not None) for base in bases)
    return known and all("__getattr__" not in one.bindings for one in line)


def is_plain_base(base: Value, is_made: bool) -> bool:
    """Return whether what a base outside the project gives a class is known."""
    return isinstance(base, External) and (base.name in _PLAIN or (is_made and base.name == "builtins.type"))
