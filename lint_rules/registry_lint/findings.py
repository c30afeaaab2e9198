"""What a rule reports: findings, the edits they carry, and what a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from registry_lint.places import Location, Step
from registry_lint.project import Project


class DocumentRegistry(NamedTuple):
    """An edit: state the process contract of these registries in the docstring of their class.

    `owner` is the qualified name of the class inside its file (`Outer.Inner`), `location` its
    `class` statement. One edit names every registry of the class that lacks the contract;
    `containers` are their types, `registrars` the functions that fill them, in the same words
    as `map` prints them, and `ways` how entries get in: `call`, `decorator`, `subclass`, `write`.
    """

    owner: str
    location: Location
    attributes: tuple[str, ...]
    containers: tuple[str, ...]
    registrars: tuple[str, ...]
    ways: tuple[str, ...]


Edit = DocumentRegistry


class Finding(NamedTuple):
    """One thing that a rule reports, at the place where the fix is made.

    `fingerprint` names the finding by what it is about rather than by its line, so that it
    survives code moving up and down the file.
    """

    code: str
    name: str
    location: Location
    message: str
    registry: str
    fingerprint: str
    trace: tuple[Step, ...] = ()
    edit: Edit | None = None

    @property
    def fixable(self) -> bool:
        """True if `registry-lint fix` can mend it."""
        return self.edit is not None


@dataclass(frozen=True)
class Rule:
    """A rule: its code, its name (reads as "allow NAME"), and the judgement on a project."""

    code: str
    name: str
    summary: str
    since: str
    check: Callable[[Project], Iterator[Finding]]
