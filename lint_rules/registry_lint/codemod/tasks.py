"""Which files the findings of an analysis want rewritten, and what for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from registry_lint.codemod.outcomes import Refusal, Task, Wanted
from registry_lint.findings import DocumentRegistry, Finding


def find_tasks(findings: Iterable[Finding]) -> list[Task]:
    """Return one task for each file, in the order of their paths; those without an edit ask for nothing."""
    asked = [(finding.edit, finding.registry) for finding in findings if finding.edit is not None]
    asked.sort(key=lambda pair: (pair[0].location, pair[0].owner))
    by_path = groupby(asked, key=lambda pair: pair[0].location.path)
    return [_task(path, list(group)) for path, group in by_path]


def _task(path: str, asked: Sequence[tuple[DocumentRegistry, str]]) -> Task:
    module = asked[0][1].partition(":")[0]
    classes = groupby(asked, key=lambda pair: (pair[0].location, pair[0].owner))
    return Task(path, module, tuple(_wanted(list(group)) for _, group in classes))


def _wanted(asked: Sequence[tuple[DocumentRegistry, str]]) -> Wanted:
    """Return one edit for all findings of a class, so that the class gets one section."""
    containers: dict[str, str] = {}
    for edit, _ in asked:
        containers |= dict(zip(edit.attributes, edit.containers, strict=True))
    joined = asked[0][0]._replace(
        attributes=tuple(containers),
        containers=tuple(containers.values()),
        registrars=tuple(dict.fromkeys(name for edit, _ in asked for name in edit.registrars)),
        ways=tuple(dict.fromkeys(way for edit, _ in asked for way in edit.ways)),
    )
    return Wanted(joined, tuple(dict.fromkeys(registry for _, registry in asked)))


def find_target(root: Path, task: Task) -> Path | Refusal:
    """Return the file that a task's path leads to, links resolved; refuses what lies outside the root."""
    target = Path(os.path.realpath(root / task.path))
    if not target.is_relative_to(os.path.realpath(root)):
        return Refusal(task.path, task.line, f"leads out of the project, to {target}")
    return target
