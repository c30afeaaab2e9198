"""Registry objects that the project only offers: their class has a method that registers, nobody calls it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry_lint.project import applying
from registry_lint.project.binding import Known
from registry_lint.project.handed import is_receiver
from registry_lint.project.outcomes import Effect, Record
from registry_lint.project.program import Node
from registry_lint.project.values import Container, Instance, Member, ParameterValue

if TYPE_CHECKING:
    from registry_lint.project.effects import Effects


def offered(all_effects: Effects) -> Iterator[Record]:
    """Yield what the registering methods of objects that live as long as the process would add to them."""
    candidates = all_effects.candidates
    filled = {record.container for record in all_effects.records}
    around = {one.home for one in filled}
    for container in candidates.containers:
        if container.node is not None and container not in filled and candidates.home(container) is not None:
            yield from _of(all_effects, container, container.node, filled)
    for instance in candidates.homes:
        if instance not in around and instance not in candidates.nameless:
            yield from _of(all_effects, instance, instance.node, filled)


def _of(
    all_effects: Effects, thing: Container | Instance, made_by: Node, filled: set[Container]
) -> Iterator[Record]:
    for owner in all_effects.resolver.classes.line(made_by):
        for method in owner.children if owner.kind == "class" else ():
            if method.kind == "function" and "regist" in method.name.lower():
                for outcome in all_effects.of(method):
                    if isinstance(outcome, Effect) and _is_open(outcome):
                        yield from _added(all_effects, outcome, thing, method, filled)


def _is_open(effect: Effect) -> bool:
    target = effect.target.value if isinstance(effect.target, Member) else effect.target
    return effect.fixed is None and effect.operation != "remove" and is_receiver(target)


def _added(
    all_effects: Effects, effect: Effect, thing: Container | Instance, method: Node, filled: set[Container]
) -> Iterator[Record]:
    first = ParameterValue(method, method.facts.parameters[0].name)
    known = Known({(method, first.name): (thing,)})
    for target in applying.substitute(all_effects.resolver, effect.target, known):
        if isinstance(target, Container) and target not in filled:
            yield Record(target, effect._replace(target=target), method, True)
