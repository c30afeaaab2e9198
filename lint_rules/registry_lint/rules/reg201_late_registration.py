"""REG201: a registration runs in a function that importing the project does not call."""

from __future__ import annotations

from collections.abc import Iterator

from registry_lint.findings import Finding, Rule
from registry_lint.project import Project
from registry_lint.rules.registrations import findings

CODE = "REG201"
NAME = "late-registration"


def check(project: Project) -> Iterator[Finding]:
    """One finding for each place whose registrations have the phase `late`."""
    return findings(project, CODE, NAME, "late", when="after import")


RULE = Rule(
    code=CODE,
    name=NAME,
    summary="A registration in a function that import does not reach, so that workers lack the entry",
    since="0.1",
    check=check,
)
