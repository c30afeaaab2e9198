"""The judgement on a whole project, kept in the cache for the run in which nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from registry_lint.cache import Cache, entry_name, get, own_code, put
from registry_lint.config import Config
from registry_lint.findings import DocumentRegistry, Finding
from registry_lint.places import Location, Span, Step
from registry_lint.project import ContainerRecord, Owner, Project, Registrar, Registration
from registry_lint.source import SourceFile, Unreadable


class Judgement(NamedTuple):
    """What the analysis found out about a project."""

    project: Project
    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]


def recall(
    cache: Cache | None, sources: Sequence[SourceFile | Unreadable], config: Config
) -> Judgement | None:
    """Return the judgement on exactly these texts and settings by exactly this code, if it is kept."""
    text = get(cache, _name(sources, config)) if cache is not None else None
    return None if text is None else _load(text)


def remember(
    cache: Cache | None, sources: Sequence[SourceFile | Unreadable], config: Config, judgement: Judgement
) -> None:
    """Keep a judgement, unless an error of ours is in it."""
    if cache is not None and not any(finding.code == "REG000" for finding in judgement.findings):
        put(cache, _name(sources, config), json.dumps(judgement, separators=(",", ":")))


def _name(sources: Sequence[SourceFile | Unreadable], config: Config) -> str:
    content = json.dumps([repr(config), [(*source[:3], source[-1]) for source in sources]])
    return entry_name(f"judgement {own_code('.')}", content)


def _load(text: str) -> Judgement:
    (files, containers), findings, unreadable = json.loads(text)
    return Judgement(
        Project(files, tuple(map(_container, containers))),
        tuple(map(_finding, findings)),
        tuple(Unreadable(*entry) for entry in unreadable),
    )


def _location(packed: Any) -> Location:
    return Location(packed[0], Span(*packed[1]))


def _trace(packed: Any) -> tuple[Step, ...]:
    return tuple(Step(*step) for step in packed)


def _container(packed: Any) -> ContainerRecord:
    record = ContainerRecord(*packed)
    return record._replace(
        location=_location(record.location),
        owner=None if record.owner is None else Owner(record.owner[0], _location(record.owner[1])),
        registrars=tuple(Registrar(name, _location(place), way) for name, place, way in record.registrars),
        registrations=tuple(map(_registration, record.registrations)),
    )


def _registration(packed: Any) -> Registration:
    entry = Registration(*packed)
    return entry._replace(location=_location(entry.location), trace=_trace(entry.trace))


def _finding(packed: Any) -> Finding:
    finding = Finding(*packed)
    return finding._replace(
        location=_location(finding.location),
        trace=_trace(finding.trace),
        edit=None if finding.edit is None else _edit(finding.edit),
    )


def _edit(packed: Any) -> DocumentRegistry:
    owner, location, *names = packed
    return DocumentRegistry(owner, _location(location), *map(tuple, names))
