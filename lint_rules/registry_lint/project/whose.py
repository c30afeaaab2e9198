"""Which calls of a method are calls on the object at hand: another object's say nothing about its entries."""

from __future__ import annotations

from collections.abc import Iterable

from registry_lint.project.outcomes import Record
from registry_lint.project.phases import Phases
from registry_lint.project.program import Site
from registry_lint.project.values import Container, Instance


class Whose:
    """The calls that lead to a write through `self`, with the containers that each of them fills."""

    def __init__(self, records: Iterable[Record], phases: Phases) -> None:
        self._phases = phases
        self._calls: dict[Site, dict[Site, set[Container]]] = {}
        for record in records:
            site, chain = record.effect.fixed, record.effect.chain
            if site is not None and _is_of_an_object(record.container):
                for call in chain[: chain.index(site)][-1:] if site in chain else ():
                    self._calls.setdefault(site, {}).setdefault(call, set()).add(record.container)

    def calls(self, container: Container, site: Site) -> tuple[Site, ...]:
        """Return where the method is called that fills a container of its object at a site.

        Empty where a call of it is on an object that nobody knows, or where all of them fill the container.
        """
        known = self._calls.get(site)
        if known is None or site.node.function is None or not _is_of_an_object(container):
            return ()
        calls = self._phases.callers(site.node.function)
        own = tuple(call for call in calls if container in known.get(call, ()))
        is_told = all(call in known for call in calls)
        return own if is_told and len(own) < len(calls) else ()


def _is_of_an_object(container: Container) -> bool:
    return isinstance(container.home, Instance) and container.home.site is not None
