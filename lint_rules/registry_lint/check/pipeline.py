"""The pipeline: read every file into facts, link them, let the rules judge."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from registry_lint.cache import open_cache
from registry_lint.check.expectations import expect_names, expect_paths
from registry_lint.check.failures import internal_error
from registry_lint.check.memory import Judgement, recall, remember
from registry_lint.check.reading import Reading, read_facts, read_sources
from registry_lint.config import Config
from registry_lint.findings import Finding
from registry_lint.project import Project, link
from registry_lint.rules import RULES
from registry_lint.source import SourceFile, Unreadable, discover

if TYPE_CHECKING:
    from concurrent.futures import Executor

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Analysis:
    """What is known of a project: every finding of every rule, before anything is left out.

    `digests` names the text that each file had; `unreadable` are the files that were skipped.
    """

    root: Path
    project: Project
    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    digests: Mapping[str, str] = field(default_factory=dict)


def analyse(
    root: Path,
    config: Config,
    *,
    overlay: Mapping[str, str] | None = None,
    also: Sequence[str] = (),
    jobs: int = 1,
    cache: bool = True,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Analysis:
    """Return the analysis of the project at `root`.

    `overlay` maps paths (relative to the root) to texts that stand in for the files; `also` names files
    that belong to the project besides those that are found in it. With `jobs` 0 large projects are read
    by one process a processor; an `executor` reads them instead, wherever its workers are. Raises
    `ConfigError` for settings that match nothing.
    """
    found = [path.as_posix() for path in discover(root, config)]
    sources = read_sources(root, config, sorted({*found, *also, *(overlay or {})}), overlay or {})
    store = open_cache(root) if cache else None
    judged = recall(store, sources, config)
    if judged is None:
        with _without_garbage_collection():
            judged = _judge(read_facts(sources, store, jobs, progress, executor), config, sources)
        remember(store, sources, config, judged)
    read = [source for source in sources if isinstance(source, SourceFile)]
    expect_paths(root, config, found)
    expect_names(config, read, judged.unreadable, judged.project)
    return Analysis(root, *judged, {source.path: source.digest for source in read})


def _judge(reading: Reading, config: Config, sources: Sequence[SourceFile | Unreadable]) -> Judgement:
    """Link and judge; an error of ours becomes a finding at the first file."""
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
    return Judgement(project, tuple(sorted(findings, key=_order)), reading.unreadable)


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
