"""Tables that are emptied on the way to where they are filled: what they hold is that of one run."""

from __future__ import annotations

from collections.abc import Iterator

from registry_lint.project.evidence import Writer
from registry_lint.project.methods import last_name
from registry_lint.project.outcomes import Effect, Record
from registry_lint.project.phases import Phases
from registry_lint.project.program import Node, Site, is_test_path


def emptied_before(handing: list[Writer], records: list[Record], phases: Phases) -> str:
    """Return who empties a table before all that fills it from outside tests, or an empty text.

    The function calls `table.clear()`, or what does nothing but that, and further down what adds.
    """
    filling = {writer.record.effect.origin for writer in handing}
    fixed = [r.effect for r in records if r.effect.origin in filling and _is_told(r.effect)]
    emptied = _emptied(records, phases) if fixed else {}
    passed = [_passed(effect, emptied) for effect in fixed] if emptied else []
    return passed[0].qualname if passed and passed[0] is not None and all(passed) else ""


def _is_told(effect: Effect) -> bool:
    site = effect.fixed
    return site is not None and effect.operation != "remove" and not is_test_path(site.node.module.path)


def _emptied(records: list[Record], phases: Phases) -> dict[Node, int]:
    """The functions that empty a table whatever holds there, with the line."""
    found: dict[Node, int] = {}
    for site in (site for record in records for site in _sites(record.effect, phases)):
        if site.node.function is site.node and not site.node.conditions(site):
            found[site.node] = min(site.span.line, found.get(site.node, site.span.line))
    return found


def _sites(effect: Effect, phases: Phases) -> Iterator[Site]:
    origin = effect.origin
    if effect.operation != "remove" or origin.node.conditions(origin) or effect.chain:
        return
    if any(call.span == origin.span and last_name(call.function) == "clear" for call, _ in origin.node.calls):
        yield origin
        yield from phases.callers(origin.node) if origin.node.function is origin.node else ()


def _passed(effect: Effect, emptied: dict[Node, int]) -> Node | None:
    """The function on the way to a write that empties the table before it leads on."""
    for site in (*effect.chain, effect.origin):
        if emptied.get(site.node, site.span.line) < site.span.line:
            return site.node
    return None
