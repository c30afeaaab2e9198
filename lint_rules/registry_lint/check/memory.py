"""The judgement on a whole project, kept in the cache for the run in which nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from registry_lint.cache import Cache, entry_name, get, own_code, put
from registry_lint.config import Config
from registry_lint.findings import DocumentRegistry, Finding
from registry_lint.places import Location, Span, Step
from registry_lint.project.model import ContainerRecord, Owner, Project, Registrar, Registration
from registry_lint.source import SourceFile, Unreadable


class Judgement(NamedTuple):
    """What the analysis found out about a project, which is itself only looked up when it is asked for."""

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    project: Callable[[], Project]


def recall(
    cache: Cache | None,
    sources: Sequence[SourceFile | Unreadable],
    config: Config,
    otherwise: Callable[[], Project],
) -> Judgement | None:
    """Return the judgement on exactly these texts and settings by exactly this code, if it is kept.

    `otherwise` makes the project anew, should it be lost when it is asked for.
    """
    if cache is None:
        return None
    findings, project = _names(sources, config)
    text = get(cache, findings)
    if text is None:
        return None
    found, unreadable = json.loads(text)
    return Judgement(
        tuple(map(_finding, found)),
        tuple(Unreadable(*entry) for entry in unreadable),
        lambda: _project(get(cache, project)) or otherwise(),
    )


def remember(
    cache: Cache | None, sources: Sequence[SourceFile | Unreadable], config: Config, judgement: Judgement
) -> None:
    """Keep a judgement, unless an error of ours is in it."""
    if cache is not None and not any(finding.code == "REG000" for finding in judgement.findings):
        findings, project = _names(sources, config)
        put(cache, project, _dump(judgement.project()))
        put(cache, findings, _dump(judgement[:2]))


def _names(sources: Sequence[SourceFile | Unreadable], config: Config) -> tuple[str, str]:
    """Return the names of the two entries: what most runs show is small, the project is not."""
    content = json.dumps([repr(config), [(*source[:3], source[-1]) for source in sources]])
    code = own_code(".")
    return entry_name(f"findings {code}", content), entry_name(f"project {code}", content)


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _project(text: str | None) -> Project | None:
    if text is None:
        return None
    files, containers = json.loads(text)
    return Project(files, tuple(map(_container, containers)))


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
