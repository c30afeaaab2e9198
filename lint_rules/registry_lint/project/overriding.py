"""Which of several methods a call on `self` or `cls` runs: known once the class is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.methods import binding, receiver_class
from registry_lint.project.picks import is_text
from registry_lint.project.program import Node
from registry_lint.project.values import (
    Arguments,
    Blend,
    FunctionValue,
    Member,
    ParameterValue,
    Result,
    Value,
    Values,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


def asked_later(
    resolver: Resolver, function: Expression, node: Node, given: Arguments, found: Values
) -> Values:
    """Return what a call gives: the text that it asks of `self` or `cls` waits where subclasses have others.

    `found` is what the method gives that the class of the caller has.
    """
    if not isinstance(function, facts.Attribute) or not any(map(is_text, found)):
        return found
    asked = resolver.values(function.value, node)
    if not any(is_overridden(resolver, value, function.attr) for value in asked):
        return found
    if given.named or given.rest or given.options:
        return (Blend(found),)
    return tuple(Result(Member(value, function.attr), given.positional) for value in asked)


def asked_of(resolver: Resolver, function: FunctionValue) -> Member | None:
    """Return the method of `cls` that is called, where subclasses have others: the class tells which."""
    receiver, name = function.receiver, function.node.facts.name
    if not isinstance(receiver, ParameterValue) or binding(receiver.node) != "class":
        return None
    owner = receiver_class(receiver, resolver.classes)
    own = (
        next((one for one in resolver.classes.line(owner[0]) if name in one.bindings), None)
        if owner
        else None
    )
    if own is not function.node.parent:  # `super()` asks for a certain one
        return None
    return Member(receiver, name) if is_overridden(resolver, receiver, name) else None


def is_overridden(resolver: Resolver, receiver: Value, attr: str) -> bool:
    """True where a subclass has an attribute of its own that is asked of `self` or `cls`."""
    if isinstance(receiver, Member) and receiver.attr == "__class__":
        receiver = receiver.value
    owner = receiver_class(receiver, resolver.classes) if isinstance(receiver, ParameterValue) else None
    return owner is not None and any(attr in node.bindings for node in resolver.classes.below(owner[0]))
