"""Containers that a subclass hook makes for each class: `cls.backends = set()` in `__init_subclass__`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.project import births
from registry_lint.project.assignments import Assigned
from registry_lint.project.outcomes import Effect
from registry_lint.project.program import Node
from registry_lint.project.values import Container, Values

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_HOOK = "__init_subclass__"


def made_for(resolver: Resolver, owner: Node, attr: str) -> Values:
    """Return the container that the hook above a class has made for it, whatever the class is."""
    for assigned in _by_hook(resolver, owner, attr):
        statement = assigned.statement
        born = births.born(resolver, statement.value, assigned.node, owner, attr, statement.span)
        return tuple(one for one in born if isinstance(one, Container) and one.home is owner)
    return ()


def declares(resolver: Resolver, container: Container, home: Node) -> Node:
    """Return the class in which the statement stands that makes a class's container."""
    if isinstance(container.home, Node) and is_of_hook(resolver, container):
        return next(iter(_by_hook(resolver, home, container.name))).node.parent or home
    return home


def is_of_hook(resolver: Resolver, container: Container) -> bool:
    """True for the container of a class whose body does not bind it, but a hook above."""
    home = container.home
    if not isinstance(home, Node) or home.kind != "class" or container.name in home.bindings:
        return False
    return any(one.statement.span == container.span for one in _by_hook(resolver, home, container.name))


def is_made_with(resolver: Resolver, container: Container, effect: Effect) -> bool:
    """True for what the statement that makes the class puts into it: that describes the class."""
    home = container.home
    made = effect.chain[0] if effect.chain else None
    if made is None or not isinstance(home, Node) or made.span != home.facts.span:
        return False
    return made.node.module is home.module and is_of_hook(resolver, container)


def _by_hook(resolver: Resolver, owner: Node, attr: str) -> list[Assigned]:
    """The assignments of the nearest hook above that makes something for every class."""
    for above in resolver.classes.line(owner)[1:] if owner.kind == "class" else ():
        if _HOOK in above.bindings:
            found = [one for one in resolver.assignments.on_class(above, attr) if _is_always(one)]
            if found:
                return found[-1:]
    return []


def _is_always(assigned: Assigned) -> bool:
    return assigned.node.facts.name == _HOOK and not assigned.node.conditions(assigned.statement)
