"""The map of a project's registries: a tree for people, a document for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from registry_lint.project import ContainerRecord, Registrar, Registration
from registry_lint.report.escaping import printable
from registry_lint.source import Unreadable

SCHEMA = 1


class RegistryMap(NamedTuple):
    """What `map` shows; `others` are the containers that are no registries, if they were asked for."""

    files: int
    unreadable: tuple[Unreadable, ...]
    registries: tuple[ContainerRecord, ...]
    others: tuple[ContainerRecord, ...] | None = None
    show: Callable[[str], str] = str


def map_json(shown: RegistryMap) -> str:
    """Return the map in our own schema, which grows only by addition."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "root": ".",
        "files": shown.files,
        "unreadable": [entry._asdict() for entry in shown.unreadable],
        "registries": [_registry(record) for record in shown.registries],
    }
    if shown.others is not None:
        document["others"] = [_other(record) for record in shown.others]
    return json.dumps(document, indent=2) + "\n"


def _place(record: ContainerRecord) -> dict[str, Any]:
    span = record.location.span
    place = {"path": record.location.path, "line": span.line, "column": span.column}
    return {"id": record.id, "kind": record.kind, **place, "container": record.container}


def _registry(record: ContainerRecord) -> dict[str, Any]:
    return {
        **_place(record),
        "documented": record.documented,
        "registrars": [_registrar(registrar) for registrar in record.registrars],
        "registrations": [_registration(registration) for registration in record.registrations],
    }


def _registrar(registrar: Registrar) -> dict[str, Any]:
    location = registrar.location
    return {"id": registrar.id, "path": location.path, "line": location.span.line}


def _registration(registration: Registration) -> dict[str, Any]:
    location = registration.location
    return {
        "key": registration.key,
        "value": registration.value,
        "path": location.path,
        "line": location.span.line,
        "column": location.span.column,
        "phase": registration.phase,
        "registrar": registration.registrar,
        "trace": [step._asdict() for step in registration.trace],
    }


def _other(record: ContainerRecord) -> dict[str, Any]:
    return {**_place(record), "role": record.role, "reason": record.reason}


def map_text(shown: RegistryMap) -> str:
    """Return a tree: each registry with its registrars, and its entries by phase."""
    lines = [line for record in shown.registries for line in _tree(record, shown.show)]
    for record in shown.others or ():
        lines.append(f"{_heading(record, shown.show)}")
        lines.append(f"└─ {record.role}: {printable(record.reason)}")
    total = sum(len(record.registrations) for record in shown.registries)
    lines.append(
        f"{_count(len(shown.registries), 'registry', 'registries')} with {_count(total, 'entry', 'entries')}"
        f" in {_count(shown.files, 'file', 'files')}"
    )
    return "".join(f"{line}\n" for line in lines)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _heading(record: ContainerRecord, show: Callable[[str], str]) -> str:
    where = f"{printable(show(record.location.path))}:{record.location.span.line}"
    return f"{printable(record.id)}  {record.kind} {printable(record.container)}  {where}"


def _tree(record: ContainerRecord, show: Callable[[str], str]) -> Iterator[str]:
    yield f"{_heading(record, show)}{'' if record.documented else '  undocumented'}"
    branches = [("filled by", [_line(registrar.id, registrar, show) for registrar in record.registrars])]
    ordered = sorted(record.registrations, key=lambda entry: (entry.phase, entry.location))
    for phase, entries in groupby(ordered, key=lambda entry: entry.phase):
        branches.append((phase, [_line(_entry(entry), entry, show) for entry in entries]))
    branches = [(name, leaves) for name, leaves in branches if leaves]
    for number, (name, leaves) in enumerate(branches, start=1):
        last = number == len(branches)
        yield f"{'└─' if last else '├─'} {name} ({len(leaves)})"
        yield from _leaves(leaves, "   " if last else "│  ")
    yield ""


def _leaves(leaves: Sequence[str], margin: str) -> Iterator[str]:
    for number, leaf in enumerate(leaves, start=1):
        yield f"{margin}{'└─' if number == len(leaves) else '├─'} {leaf}"


def _entry(registration: Registration) -> str:
    key = "?" if registration.key is None else registration.key
    return key if registration.value is None else f"{key} = {registration.value}"


def _line(text: str, place: Registrar | Registration, show: Callable[[str], str]) -> str:
    location = place.location
    return f"{printable(text)}  {printable(show(location.path))}:{location.span.line}"
