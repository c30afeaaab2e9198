"""The engine: every file into facts, the facts linked, the rules' judgement on them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from registry_lint.cache import Cache
from registry_lint.check import moved
from registry_lint.check.failures import internal_error
from registry_lint.check.memory import Judgement, name_by_facts, name_by_shapes, recall, remember
from registry_lint.check.reading import Reading, read_facts
from registry_lint.config import Config
from registry_lint.findings import Finding
from registry_lint.project import Project, link
from registry_lint.rules import RULES
from registry_lint.source import SourceFile, Unreadable

if TYPE_CHECKING:
    from concurrent.futures import Executor


def judge(
    sources: Sequence[SourceFile | Unreadable],
    name: str,
    config: Config,
    store: Cache | None,
    jobs: int,
    progress: Callable[[int, int], None] | None,
    executor: Executor | None,
) -> Judgement:
    """Return the judgement on these texts, which is kept under this name.

    An error of ours becomes a finding at the first file. Where the texts have changed and their facts have
    not (another comment, another layout of a line), the judgement is the one that was made before; where
    only lines have moved, the project is.
    """
    with _without_garbage_collection():
        reading = read_facts(sources, store, jobs, progress, executor)
        by_facts = None if store is None else name_by_facts(reading, config)
        first = sources[0].path if sources else "."
        anew = partial(_judge, reading, config, None if by_facts is None else store, len(sources), first)
        judged = None if by_facts is None else recall(store, by_facts, lambda: anew().project())
        if judged is None:
            judged = anew()
        remember(store, [name, *filter(None, [by_facts])], judged)
    return judged


def _judge(reading: Reading, config: Config, store: Cache | None, count: int, first: str) -> Judgement:
    findings = list(reading.failures)
    try:
        project = _linked(reading, config, store)
    except Exception as error:
        project = Project(count, ())
        findings.append(internal_error(error, first, "linking the project"))
    for rule in RULES:
        try:
            findings.extend(rule.check(project))
        except Exception as error:
            findings.append(internal_error(error, first, f"judging by {rule.code}"))
    return Judgement(tuple(sorted(findings, key=_order)), reading.unreadable, lambda: project)


def _linked(reading: Reading, config: Config, store: Cache | None) -> Project:
    """The project, linked anew only where more than lines has changed."""
    if store is None:
        return link(tuple(reading.modules()), config)
    name = name_by_shapes(reading, config)
    project = moved.find(store, name, reading)
    if project is None:
        project = link(tuple(reading.modules()), config)
        moved.keep(store, name, project, reading)
    return project


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    span = finding.location.span
    return finding.location.path, span.line, span.column, finding.code, finding.fingerprint


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Switch the collector off while many long-lived tuples are made: it would visit them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
