"""What reloading each defining and registering module does, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from registry_lint.verify.answers import Failure, Question
from registry_lint.verify.asking import ask_reload
from registry_lint.verify.comparing import shown
from registry_lint.verify.targets import Known, Target


class Reload(NamedTuple):
    """The reload of one module: its error, if it raised, and what became of each registry that changed."""

    module: str
    error: str | None
    changes: Mapping[str, tuple[str, ...]]


# How the analysis words the step at which a look-up path begins.
LOOK_UP = "look-up in "

Reloads = tuple[Reload, ...] | Failure


def reload_all(asked: Question, target: Target) -> Reloads:
    """Return what reloading each module that declares or fills a registry does, one after the other.

    Every reload happens in a copy of the same parent. Modules that the parent has not imported
    are left out; a Failure says why there was no parent.
    """
    modules = sorted({module for known in target.registries for module in known.modules.values()})
    own = tuple(module for module in modules if module not in target.aliases)
    lookups = {known.record.id: list(_lookups(known)) for known in target.registries}
    answer = ask_reload(asked, own, lookups)
    if isinstance(answer, Failure):
        return answer
    return tuple(_read(module, found) for module, found in answer.items() if not found.get("unloaded"))


def _lookups(known: Known) -> Iterator[str]:
    """Yield the functions that a registry's look-up path goes through, as `pkg.mod:Owner.get`."""
    modules = {**known.triggers, **known.modules}
    for place in known.record.registrations:
        for step in place.trace if place.phase == "lookup" else ():
            if step.what.startswith(LOOK_UP) and step.path in modules:
                yield f"{modules[step.path]}:{step.what.removeprefix(LOOK_UP)}"


def _read(module: str, found: Mapping[str, Any]) -> Reload:
    changes = {name: tuple(_words(change)) for name, change in found.get("changes", {}).items()}
    return Reload(module, found.get("error"), changes)


def _words(change: Mapping[str, Any]) -> Iterator[str]:
    if change.get("gone"):
        yield "gone"
    if change.get("lost"):
        yield f"emptied: {_listed(change['lost'])} lost"
    if change.get("healed"):
        yield "healed on next look-up"
    if change.get("gained"):
        yield f"duplicated: {_listed(change['gained'])} gained"
    if change.get("replaced"):
        yield f"identity changed: {_listed(change['replaced'])} now another object"
    if change.get("rebound"):
        yield "identity changed: the registry is another object, importers keep the old one"


def _listed(paths: Sequence[Sequence[str]]) -> str:
    names = [shown(tuple(path)) for path in paths if len(path) == 2] or [shown(tuple(path)) for path in paths]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def render(reloads: Reloads) -> str:
    """Return the report as text, without a final newline."""
    if isinstance(reloads, Failure):
        return "\n".join(
            [f"reload: the parent failed: {reloads.reason}", *(f"  | {line}" for line in reloads.lines)]
        )
    lines = ["reload of each module that declares or fills a registry"]
    for each in reloads:
        lines.append(f"  {each.module}: {_outcome(each)}")
        lines.extend(f"    {name}: {word}" for name, words in each.changes.items() for word in words)
    return "\n".join(lines)


def _outcome(each: Reload) -> str:
    if each.error:
        return f"error: {each.error}"
    return "changed" if each.changes else "same"
