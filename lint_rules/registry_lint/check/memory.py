"""The judgement on a whole project, kept in the cache for the run in which nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from registry_lint.cache import Cache, entry_name, get, own_code, put
from registry_lint.config import Config
from registry_lint.findings import DocumentRegistry, Finding
from registry_lint.places import Location, Span, Step
from registry_lint.project.model import ContainerRecord, Owner, Project, Registrar, Registration
from registry_lint.source import SourceFile, Unreadable

if TYPE_CHECKING:
    from registry_lint.check.reading import Reading


class Judgement(NamedTuple):
    """What the analysis found out about a project, which is itself only looked up when it is asked for.

    `kept_as` names the entry of the project, where it is kept already.
    """

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    project: Callable[[], Project]
    kept_as: str = ""


def recall(cache: Cache | None, name: str, otherwise: Callable[[], Project]) -> Judgement | None:
    """Return the judgement of a name, if it is kept.

    `otherwise` makes the project anew, should it be lost when it is asked for.
    """
    text = None if cache is None else get(cache, name)
    if cache is None or text is None:
        return None
    found, unreadable, project = json.loads(text)
    return Judgement(
        tuple(map(_finding, found)),
        tuple(Unreadable(*entry) for entry in unreadable),
        lambda: load_project(get(cache, project)) or otherwise(),
        project,
    )


def remember(cache: Cache | None, names: Sequence[str], judgement: Judgement) -> None:
    """Keep a judgement under some names, unless an error of ours is in it.

    The project is an entry of its own: what most runs show is small, the project is not.
    """
    if cache is None or any(finding.code == "REG000" for finding in judgement.findings):
        return
    project = judgement.kept_as
    if not project:
        project = entry_name("project", names[0])
        put(cache, project, dump_project(judgement.project()))
    for name in names:
        put(cache, name, _dump([judgement.findings, judgement.unreadable, project]))


def name_by_texts(sources: Sequence[SourceFile | Unreadable], config: Config) -> str:
    """Return the name of the judgement on exactly these texts and settings by exactly this code."""
    return _name("texts", config, [(*source[:3], source[-1]) for source in sources])


def name_by_facts(reading: Reading, config: Config) -> str | None:
    """Return the name of the judgement on files with these facts, None where facts have no name.

    The judgement is made from nothing else, so a text that says the same in other words has the same one.
    """
    if reading.failures or not all(file.digest for file in reading.files):
        return None
    files = [(*file.source[:3], file.digest) for file in reading.files]
    return _name("facts", config, [files, reading.unreadable])


def name_by_shapes(reading: Reading, config: Config) -> str:
    """Return the name of the project of files that differ from these in the numbers of lines alone."""
    return _name("shapes", config, [(*file.source[:3], file.shape) for file in reading.files])


def _name(made_from: str, config: Config, content: object) -> str:
    return entry_name(f"judgement on {made_from} {own_code('.')}", json.dumps([repr(config), content]))


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def dump_project(project: Project) -> str:
    """Return a project as one line of JSON."""
    return _dump(project)


def load_project(text: str | None) -> Project | None:
    """Return the project that `dump_project` wrote."""
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
