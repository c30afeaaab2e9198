"""Bases that only carry a metaclass: what a project's own `with_metaclass(Meta, Base)` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.project.binding import Known
from registry_lint.project.program import Node
from registry_lint.project.values import (
    BuiltType,
    ClassValue,
    Collection,
    ParameterValue,
    Value,
    Values,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


def temporary(resolver: Resolver, value: Value, known: Known) -> Value:
    """Return a class whose metaclass a function made for this call, with the metaclass that was handed in.

    The class statement below it calls that one with the other arguments as bases (PEP 3115; what
    `six.with_metaclass` does).
    """
    if not isinstance(value, BuiltType) or value.metaclass is None or value.metaclass.parent is None:
        return value
    handed = _handed(resolver, value.metaclass)
    made = known.get((handed.node, handed.name), ()) if handed is not None else ()
    if handed is None or not made:
        return value
    metaclass = next((one.node for one in made if isinstance(one, ClassValue)), None)
    return BuiltType((), _bases(handed, known), (), metaclass)


def _handed(resolver: Resolver, metaclass: Node) -> ParameterValue | None:
    """The parameter of the function around a metaclass that the metaclass derives from."""
    around = metaclass.parent
    for base in resolver.classes.bases(metaclass):
        if isinstance(base, ParameterValue) and base.node is around:
            return base
    return None


def _bases(handed: ParameterValue, known: Known) -> Values:
    found: list[Value] = []
    for parameter in handed.node.facts.parameters:
        if parameter.name != handed.name:
            for value in known.get((handed.node, parameter.name), ()):
                several = value.values if isinstance(value, Collection) else ((value,),)
                found.extend(one for group in several for one in group)
    return tuple(found)
