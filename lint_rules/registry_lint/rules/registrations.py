"""What the rules about phases share: one finding for each place that adds entries, and its wording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from registry_lint.findings import Finding
from registry_lint.places import Location, Step
from registry_lint.project import ContainerRecord, Project, Registration
from registry_lint.project.model import Phase
from registry_lint.rules.fingerprints import distinct, fingerprint

LONGEST_CHAIN = 5
NAMED_KEYS = 3


class Entry(NamedTuple):
    """A registration together with the registry that it fills."""

    registry: ContainerRecord
    registration: Registration


def findings(project: Project, code: str, name: str, phase: Phase, when: str) -> Iterator[Finding]:
    """One finding for each place that registers in `phase`; `when` says in words when that is.

    A call that fills several registries at once, or adds several keys, is one finding: there is one
    place to mend.
    """
    yield from distinct(_finding(code, name, when, place) for place in _places(project, phase))


def _places(project: Project, phase: Phase) -> Iterator[list[Entry]]:
    entries = [
        Entry(registry, registration)
        for registry in project.registries
        for registration in registry.registrations
        if registration.phase == phase
    ]
    entries.sort(key=_order)
    for _, place in groupby(entries, key=lambda entry: entry.registration.location):
        yield list(place)


def _order(entry: Entry) -> tuple[Location, str, str]:
    return entry.registration.location, entry.registry.id, entry.registration.key or ""


def _finding(code: str, name: str, when: str, place: Sequence[Entry]) -> Finding:
    registry, registration = place[0]
    keys = _keys(place)
    writer = registration.registrar or "write"
    return Finding(
        code=code,
        name=name,
        location=registration.location,
        message=_message(when, place, keys),
        registry=registry.id,
        fingerprint=fingerprint(code, registry.id, ",".join(keys), writer, registration.location.path),
        trace=registration.trace,
    )


def _keys(place: Sequence[Entry]) -> list[str]:
    keys = (entry.registration.key for entry in place)
    return list(dict.fromkeys(key for key in keys if key is not None))


def _message(when: str, place: Sequence[Entry], keys: Sequence[str]) -> str:
    chain = _chain(place[0].registration)
    what = "this entry" if len(keys) < 2 else "these entries"
    return (
        f"{_added(place)} {when}{chain}; workers started by spawn or"
        f" forkserver (Linux's default since Python 3.14) will not see {what}"
    )


def _added(place: Sequence[Entry]) -> str:
    """What is added to which registry: each is named with its own keys, those with the same keys together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for identity, entries in groupby(place, key=lambda entry: entry.registry.id):
        alike.setdefault(tuple(_keys(list(entries))), []).append(identity)
    (own, first), *others = alike.items()
    said = f"{_entries(own)} added to {_registries(first)}"
    for own, ids in others[:1]:
        said += f" and {_entries(own)} added to {_registries(ids)}"
    rest = sum(len(ids) for _, ids in others[1:])
    return f"{said}, others to {rest} more registr{'y' if rest == 1 else 'ies'}" if rest else said


def _entries(keys: Sequence[str]) -> str:
    if not keys:
        return "an entry is"
    named = ", ".join(repr(key) for key in keys[:NAMED_KEYS])
    rest = len(keys) - NAMED_KEYS
    return f"{named} and {rest} more are" if rest > 0 else f"{named} {'is' if len(keys) == 1 else 'are'}"


def _registries(ids: Sequence[str]) -> str:
    """The first registry in words (`Owner._attr of pkg.mod`), and how many others."""
    module, _, name = ids[0].rpartition(":")
    others = "" if len(ids) == 1 else f" and {len(ids) - 1} more registr{'y' if len(ids) == 2 else 'ies'}"
    return f"registry {name} of {module}{others}"


def _chain(registration: Registration) -> str:
    """The way from where the program enters to the registration, without the registration itself."""
    here = (registration.location.path, registration.location.span.line)
    steps = [step for step in registration.trace if (step.path, step.line) != here]
    words = [_hop(step, registration.location.path) for step in steps]
    if len(words) > LONGEST_CHAIN:
        words = [*words[:2], f"{len(words) - 4} more", *words[-2:]]
    if words:
        return f": {' > '.join(words)}"
    # A function that nothing calls: its name is all there is to say. The guard is named already.
    return f", {registration.trace[-1].what}" if registration.trace and registration.phase == "late" else ""


def _hop(step: Step, path: str) -> str:
    where = f"line {step.line}" if step.path == path else f"{step.path}:{step.line}"
    return f"{step.what} ({where})"
