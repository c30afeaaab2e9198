"""What attributes and entries are that a function has just given: `cls.label = …`, `TABLE[cls.label]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project import applying, conditions, picks
from registry_lint.project.assignments import Assigned
from registry_lint.project.binding import Known
from registry_lint.project.methods import binding, is_method
from registry_lint.project.program import Node, expressions, walk
from registry_lint.project.values import (
    Blend,
    BuiltType,
    ClassValue,
    Container,
    ParameterValue,
    Values,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

Given: TypeAlias = "facts.SetAttribute | facts.SetItem"
_HOOK = "__init_subclass__"


def attribute(resolver: Resolver, expression: facts.Attribute, node: Node, found: Values) -> Values:
    """Return what an attribute is where it is read; `found` is what it was before the function ran."""
    owner = expression.value
    if not isinstance(owner, facts.Name):
        return found
    before = resolver.assignments.within(node, owner.id, expression.attr)
    return _where_read(resolver, expression, node, before, found) if before else found


def entry(resolver: Resolver, expression: facts.Subscript, node: Node, found: Values) -> Values:
    """Return what `members["name"]` is where it is read, if the function has just put a text there."""
    before = resolver.assignments.items(node, expression)
    return _where_read(resolver, expression, node, before, found) if before else found


def _where_read(
    resolver: Resolver, expression: Expression, node: Node, before: Sequence[Given], found: Values
) -> Values:
    reading = _statement(node, expression)
    if reading is None:
        return found
    result: Values | None = found
    for statement in before:
        if result is not None and node.facts.statements.index(statement) < reading:
            result = _after(resolver, node, statement, reading, result)
    return found if result is None else result


def _statement(node: Node, expression: Expression) -> int | None:
    """Which of the scope's statements an expression stands in."""
    for place, statement in enumerate(node.facts.statements):
        for part in expressions(statement):
            if any(one is expression for one in walk(part)):
                return place
    return None


def _after(resolver: Resolver, node: Node, statement: Given, reading: int, before: Values) -> Values | None:
    value = resolver.values(statement.value, node)
    if not value or not _may_name(resolver, node, statement, value):
        return None
    around = node.conditions(node.facts.statements[reading])
    under = tuple(one for one in node.conditions(statement) if one not in around)
    return picks.picked(resolver, node, under, value, before) if under else value


def _may_name(resolver: Resolver, node: Node, statement: Given, value: Values) -> bool:
    """True for texts, and for what is handed in, unless an object keeps that."""
    if _is_text(value):
        return True
    if isinstance(statement, facts.SetItem):
        return False
    if _is_made_class(resolver, node, statement) and all(isinstance(one, Container) for one in value):
        return True  # nothing else gives a class that was just made that name
    own = is_method(node) and binding(node) == "instance"
    keeps = own and getattr(statement.object, "id", "") == node.facts.parameters[0].name
    return not keeps and all(isinstance(one, ParameterValue) for one in value)


def _is_made_class(resolver: Resolver, node: Node, statement: facts.SetAttribute) -> bool:
    made = resolver.values(statement.object, node)
    return bool(made) and all(isinstance(one, BuiltType) for one in made)


def is_by_hook(assigned: Assigned, value: Values) -> bool:
    """True for a text that `__init_subclass__` gives the classes below its own."""
    return assigned.node.facts.name == _HOOK and _is_text(value)


def by_hook(resolver: Resolver, owner: Node, attr: str, own: Values) -> Values:
    """Return what an attribute of a class is after the hook above it; `own` is what it was before."""
    for above in resolver.classes.line(owner)[1:]:
        for assigned in resolver.assignments.on_class(above, attr) if _HOOK in above.bindings else ():
            value = resolver.values(assigned.statement.value, assigned.node)
            if is_by_hook(assigned, value):
                return _hooked(resolver, owner, assigned, value, own)
    return own


def _hooked(resolver: Resolver, owner: Node, assigned: Assigned, value: Values, own: Values) -> Values:
    hook = assigned.node
    known = Known({(hook, hook.facts.parameters[0].name): (ClassValue(owner),)})
    tests = conditions.read_all(resolver, hook, hook.conditions(assigned.statement))
    asked = picks.substitute(resolver, tests, known) if tests is not None else None
    verdicts = [None] if asked is None else [conditions.decide(resolver, test) for test in asked]
    if False in verdicts:
        return own
    given = unite(*(applying.substitute(resolver, one, known) for one in value))
    return (Blend(unite(own, given)),) if None in verdicts else given


def _is_text(value: Values) -> bool:
    return any(map(picks.is_text, value)) and all(map(picks.may_be_text, value))
