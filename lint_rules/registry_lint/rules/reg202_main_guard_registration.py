"""REG202: a registration runs only when its file is the script, under the `__main__` guard."""

from __future__ import annotations

from collections.abc import Iterator

from registry_lint.findings import Finding, Rule
from registry_lint.project import Project
from registry_lint.rules.registrations import findings

CODE = "REG202"
NAME = "main-guard-registration"
WHEN = 'only under `if __name__ == "__main__"`'


def check(project: Project) -> Iterator[Finding]:
    """One finding for each place whose registrations have the phase `main-guard`."""
    return findings(project, CODE, NAME, "main-guard", when=WHEN)


RULE = Rule(
    code=CODE,
    name=NAME,
    summary="A registration that runs only under the main guard, so that workers lack the entry",
    since="0.1",
    check=check,
)
