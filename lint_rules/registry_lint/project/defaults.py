"""What parameters are taken for where nobody tells: `self`, `cls`, annotated ones, those of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.project import applying, pytest_gives
from registry_lint.project.annotations import annotated
from registry_lint.project.binding import Known
from registry_lint.project.classes import Classes
from registry_lint.project.methods import receiver_class
from registry_lint.project.program import Node
from registry_lint.project.values import (
    ClassValue,
    Instance,
    Member,
    ParameterValue,
    Result,
    Value,
    Values,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


def by_default(resolver: Resolver, value: Value) -> Values:
    """Return a value with `self` and `cls` taken for the class that the method stands in.

    An annotated parameter is taken for an object of its class, one of a test for what pytest hands in.
    Empty where nothing is known. Answers are remembered by what was asked itself: values that are equal
    may still differ in what they hold.
    """
    if id(value) in resolver.defaults:
        return resolver.defaults[id(value)][1]
    is_whole = resolver.is_idle()
    found = _by_default(resolver, value)
    if is_whole:
        resolver.defaults[id(value)] = (value, found)
    return found


def given_by_default(resolver: Resolver, value: Value) -> Value:
    """Return what the call that makes a value gives, with `self` and `cls` taken for their class."""
    if not isinstance(value, Result) or not value.free:
        return value
    return next(iter(by_default(resolver, value)), value)


def _by_default(resolver: Resolver, value: Value) -> Values:
    known = Known()
    for node, name in sorted(value.free, key=lambda one: (*one[0].order(), one[1])):
        found = _default(resolver, ParameterValue(node, name))
        if found:
            known[node, name] = found
    return applying.substitute(resolver, value, known) if known else ()


def declared_below(resolver: Resolver, target: Member) -> Values:
    """Return what `cls.attr` is in the subclasses, where the class of the method does not declare it."""
    value = target.value
    if isinstance(value, Member) and value.attr == "__class__":
        value = value.value
    owner = receiver_class(value, resolver.classes) if isinstance(value, ParameterValue) else None
    if owner is None:
        return ()
    below = [node for node in resolver.classes.below(owner[0]) if target.attr in node.bindings]
    return unite(*(resolver.member(ClassValue(node), target.attr) for node in below))


def _default(resolver: Resolver, parameter: ParameterValue) -> Values:
    owner = receiver_class(parameter, resolver.classes)
    if owner is not None:
        return _stand_ins(resolver.classes, *owner)
    if by_pytest := _by_pytest(resolver, parameter):
        return by_pytest
    annotation = parameter.node.parameters[parameter.name].annotation
    if annotation is None:
        return ()
    return annotated(resolver, annotation, parameter.node.parent or parameter.node)


def _by_pytest(resolver: Resolver, parameter: ParameterValue) -> Values:
    """What pytest hands in, where a fixture may ask for others in turn."""
    question = ("handed", parameter.node, parameter.name)
    if not resolver.enter(question):
        return ()
    try:
        found = pytest_gives.handed(resolver, parameter)
        return unite(*((value.free and _by_default(resolver, value)) or (value,) for value in found))
    finally:
        resolver.leave(question)


def _stand_ins(classes: Classes, owner: Node, what: str) -> Values:
    """What `self` or `cls` may be: the class itself, or the classes that a metaclass makes."""
    if what == "instance":
        return (Instance(owner, None),)
    if what == "class":
        return (ClassValue(owner),)
    made = classes.made_by(owner)
    tops = [node for node in made if not any(other in made for other in classes.line(node)[1:])]
    return tuple(ClassValue(node) for node in tops) or (ClassValue(owner),)
