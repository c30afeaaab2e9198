"""The engine: every file into facts, the facts linked, the rules' judgement on them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry_lint.cache import Cache
from registry_lint.check.failures import internal_error
from registry_lint.check.memory import Judgement
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
    config: Config,
    store: Cache | None,
    jobs: int,
    progress: Callable[[int, int], None] | None,
    executor: Executor | None,
) -> Judgement:
    """Return the judgement on these texts; an error of ours becomes a finding at the first file."""
    with _without_garbage_collection():
        return _judge(read_facts(sources, store, jobs, progress, executor), config, sources)


def _judge(reading: Reading, config: Config, sources: Sequence[SourceFile | Unreadable]) -> Judgement:
    findings, first = list(reading.failures), sources[0].path if sources else "."
    try:
        project = link(reading.modules, config)
    except Exception as error:
        project = Project(len(sources), ())
        findings.append(internal_error(error, first, "linking the project"))
    for rule in RULES:
        try:
            findings.extend(rule.check(project))
        except Exception as error:
            findings.append(internal_error(error, first, f"judging by {rule.code}"))
    return Judgement(tuple(sorted(findings, key=_order)), reading.unreadable, lambda: project)


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
