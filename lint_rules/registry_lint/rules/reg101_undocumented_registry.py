"""REG101: a class-level registry whose documentation does not say what processes and reloads do to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from registry_lint.findings import DocumentRegistry, Finding, Rule
from registry_lint.places import Location
from registry_lint.project import ContainerRecord, Project
from registry_lint.rules.fingerprints import distinct, fingerprint

CODE = "REG101"
NAME = "undocumented-registry"
WAYS = ("call", "decorator", "subclass", "write")


def check(project: Project) -> Iterator[Finding]:
    """One finding for each undocumented class-level registry, on the first line of its statement."""
    undocumented = _declared_once(
        record for record in project.registries if record.kind == "class" and not record.documented
    )
    edits = _edits(undocumented)
    yield from distinct(_finding(record, edits.get(_class_of(record))) for record in undocumented)


def _declared_once(records: Iterable[ContainerRecord]) -> list[ContainerRecord]:
    """Of the registries that one statement makes for several classes, the first: there it is documented."""
    first: dict[tuple[Location, str], ContainerRecord] = {}
    for record in records:
        first.setdefault((record.location, record.id.rpartition(".")[2]), record)
    return list(first.values())


def _finding(record: ContainerRecord, edit: DocumentRegistry | None) -> Finding:
    return Finding(
        code=CODE,
        name=NAME,
        location=record.location,
        message=_message(record),
        registry=record.id,
        fingerprint=fingerprint(CODE, record.id),
        edit=edit,
    )


def _message(record: ContainerRecord) -> str:
    """Which registry, what its documentation lacks, and what a worker will see."""
    name = record.id.rpartition(":")[2]
    return (
        f"registry {name} ({record.container}) lacks a documented process contract (that it is process-wide,"
        " and what fork, spawn, forkserver and reload do to it); a spawn or forkserver worker will see only"
        " the entries that its own imports register"
    )


def _class_of(record: ContainerRecord) -> tuple[str, Location] | None:
    return None if record.owner is None else (record.owner.name, record.owner.location)


def _edits(records: Sequence[ContainerRecord]) -> dict[tuple[str, Location] | None, DocumentRegistry]:
    """One edit for each class, naming all of its undocumented registries."""
    owned = sorted(
        ((record.owner, record) for record in records if record.owner is not None),
        key=lambda pair: (pair[0].location, pair[0].name, pair[1].location, pair[1].id),
    )
    return {
        (owner.name, owner.location): _edit(owner.name, owner.location, [record for _, record in group])
        for owner, group in groupby(owned, key=lambda pair: pair[0])
    }


def _edit(owner: str, location: Location, records: Sequence[ContainerRecord]) -> DocumentRegistry:
    registrars = [registrar for record in records for registrar in record.registrars]
    # A registrar that nothing in the project calls has the way of its own write.
    ways = {registrar.way for registrar in registrars} - {"write"}
    if registrars and not ways:
        ways.add("call")
    entries = [entry for record in records for entry in record.registrations]
    if any(entry.registrar is None and entry.phase != "test" for entry in entries):
        ways.add("write")
    return DocumentRegistry(
        owner=owner,
        location=location,
        attributes=tuple(record.id.rpartition(".")[2] for record in records),
        containers=tuple(record.container for record in records),
        registrars=tuple(dict.fromkeys(registrar.id for registrar in registrars)),
        ways=tuple(way for way in WAYS if way in ways),
    )


RULE = Rule(
    code=CODE,
    name=NAME,
    summary="A class-level registry whose documentation does not state its process contract",
    since="0.1",
    check=check,
)
