"""What the analysis predicted for each entry, and where the observed processes say otherwise."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from registry_lint.project import ContainerRecord, Registration
from registry_lint.project.model import Phase
from registry_lint.verify.answers import EntryPath, Holding, Seen

EARLY = "import"
NOT_IN_WORKERS = ("late", "main-guard")
COPYING = "fork"
# Of several places with one key, which has most likely run in a parent.
LIKELY: tuple[Phase, ...] = ("import", "main-guard", "late", "hook", "lookup", "test", "worker")


class Disagreement(NamedTuple):
    """An entry of which the proof contradicts the prediction, in words, and where it is registered."""

    registry: str
    key: str
    words: str
    place: Registration


class Verdict(NamedTuple):
    """How the predictions fared: the number that hold, and those that do not."""

    agreed: int
    disagreements: tuple[Disagreement, ...]


def origin(record: ContainerRecord, path: EntryPath, values: tuple[str, ...] = ()) -> Registration | None:
    """Return the place that registers an entry, as far as the analysis knows it.

    The key decides, else the value, else the only place whose key is not known statically; of
    several places the one that is most likely to run in a parent.
    """
    fitting = [place for place in record.registrations if _has_key(place, path)]
    if not fitting:
        fitting = [
            place
            for place in record.registrations
            if place.value in {*_spellings(path), *_definitions(values)}
        ]
    if not fitting:
        fitting = [place for place in record.registrations if place.key is None]
        fitting = fitting if len(fitting) == 1 else []
    return min(fitting, key=lambda place: LIKELY.index(place.phase), default=None)


def origin_seen(
    record: ContainerRecord, modules: Mapping[str, str], seen: Seen, path: EntryPath
) -> Registration | None:
    """Return the place that registered what a process holds: one of a module that it has imported, if any."""
    values = seen.registries[record.id].entries.get(path, ())
    ran = [place for place in record.registrations if _ran(place, modules, seen)]
    return origin(record._replace(registrations=tuple(ran)), path, values) or origin(record, path, values)


def judge(
    record: ContainerRecord, modules: Mapping[str, str], parent: Seen, children: Mapping[str, Seen]
) -> Verdict:
    """Return how the predictions for one registry fared in the parent and under each start method.

    `modules` names the module of each path: an entry whose module no process has imported, or not
    the module whose body leads to it, is no test of the prediction. Registrations that have neither
    a static key nor a definition for a value, or that wait for a worker's start, a look-up, a
    framework or a test, predict nothing.
    """
    found = [
        disagreement
        for key, places in _by_key(record).items()
        for disagreement in _contradictions(record.id, key, places, modules, parent, children)
    ]
    tested = sum(
        any(place.phase == EARLY and _ran(place, modules, parent) for place in places)
        or _is_tested_in_workers(record.id, key, places, parent, children)
        for key, places in _by_key(record).items()
    )
    wrong = len({disagreement.key for disagreement in found})
    return Verdict(max(tested - wrong, 0), tuple(found))


def _by_key(record: ContainerRecord) -> dict[str, list[Registration]]:
    places: dict[str, list[Registration]] = {}
    for place in record.registrations:
        name = place.value if place.key is None else place.key
        if name is not None:
            places.setdefault(name, []).append(place)
    return places


def _is_tested_in_workers(
    registry: str, key: str, places: list[Registration], parent: Seen, children: Mapping[str, Seen]
) -> bool:
    """Return whether the parent holds what workers should lack, and one was asked that copies nothing."""
    is_predicted = all(place.phase in NOT_IN_WORKERS for place in places)
    return is_predicted and bool(children.keys() - {COPYING}) and _holds(parent.registries[registry], key)


def _contradictions(
    registry: str,
    key: str,
    places: list[Registration],
    modules: Mapping[str, str],
    parent: Seen,
    children: Mapping[str, Seen],
) -> Iterator[Disagreement]:
    early = next((place for place in places if place.phase == EARLY and _ran(place, modules, parent)), None)
    here = _holds(parent.registries[registry], key)
    if early is not None and not here and not parent.registries[registry].absent:
        yield Disagreement(registry, key, "predicted import, absent in the parent", early)
    if early is not None and here:
        yield from _missing(registry, key, early, modules, children)
    if _is_tested_in_workers(registry, key, places, parent, children):
        there = [name for name, child in children.items() if _holds(child.registries[registry], key)]
        if shown := ", ".join(name for name in there if name != COPYING):
            words = f"predicted {places[0].phase}, present under {shown}"
            yield Disagreement(registry, key, words, places[0])


def _missing(
    registry: str, key: str, early: Registration, modules: Mapping[str, str], children: Mapping[str, Seen]
) -> Iterator[Disagreement]:
    lacking = {name: seen for name, seen in children.items() if not _holds(seen.registries[registry], key)}
    if lacking:
        imported = any(_ran(early, modules, seen) for seen in lacking.values())
        why = "" if imported else " (its module is not imported there)"
        yield Disagreement(registry, key, f"predicted import, missing under {', '.join(lacking)}{why}", early)


def _ran(place: Registration, modules: Mapping[str, str], seen: Seen) -> bool:
    files = {place.location.path, *(step.path for step in place.trace[:1])}
    return all(modules.get(file) in seen.imported for file in files)


def _holds(holding: Holding, key: str) -> bool:
    if any(key in _keys(path) for path in holding.entries):
        return True
    return ":" in key and any(
        key in _definitions((*path[1:], *values)) for path, values in holding.entries.items()
    )


def _has_key(place: Registration, path: EntryPath) -> bool:
    return place.key is not None and place.key in _keys(path)


def _definitions(values: tuple[str, ...]) -> set[str]:
    """Return the definitions that values are, or are instances of, in the words of the analysis."""
    return {value.removesuffix(" object").replace(".<locals>", "") for value in values}


def _keys(path: EntryPath) -> set[str]:
    """Return the spellings of the entry's own key: what lies below it is no key of the registry."""
    return _spellings(path[:2])


def _spellings(path: EntryPath) -> set[str]:
    """Return the keys on a path as the analysis may write them: with and without quotes, and classes."""
    quoted = [key for key in path[1:] if key[:1] in ("'", '"') and key[:1] == key[-1:]]
    bare = {key[1:-1] for key in quoted} | {_read(key) for key in quoted}
    return bare | set(path[1:]) | _definitions(path[1:])


def _read(key: str) -> str:
    """Return the string that a quoted key stands for: `'a\\\\b'` has one backslash."""
    try:
        return str(ast.literal_eval(key))
    except (SyntaxError, ValueError):
        return key
