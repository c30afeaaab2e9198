"""The pipeline: read every file, and judge them, unless exactly these have been judged before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from registry_lint.cache import open_cache
from registry_lint.check.expectations import expect_names, expect_paths
from registry_lint.check.memory import name_by_texts, recall
from registry_lint.config import Config
from registry_lint.findings import Finding
from registry_lint.source import SourceFile, Unreadable, discover, naming_in, overlaid, read

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from registry_lint.project import Project

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Analysis:
    """What is known of a project: every finding of every rule, before anything is left out.

    `digests` names the text that each file had; `unreadable` are the files that were skipped.
    """

    root: Path
    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    look_up: Callable[[], Project] = field(compare=False, repr=False)
    digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def project(self) -> Project:
        """The linked project, which a run that only shows findings does not need."""
        return self.look_up()


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
    anew = partial(analyse, root, config, overlay=overlay, also=also, jobs=jobs, cache=False)
    name = name_by_texts(sources, config)
    judged = recall(store, name, lambda: anew(executor=executor).project)
    if judged is None:
        from registry_lint.check.judging import judge

        judged = judge(sources, name, config, store, jobs, progress, executor)
    read = [source for source in sources if isinstance(source, SourceFile)]
    expect_paths(root, config, found)
    expect_names(config, read, judged.unreadable, judged.project)
    digests = {source.path: source.digest for source in read}
    return Analysis(root, judged.findings, judged.unreadable, judged.project, digests)


def read_sources(
    root: Path, config: Config, paths: Sequence[str], overlay: Mapping[str, str]
) -> list[SourceFile | Unreadable]:
    """Return the text of every file, from the overlay where it has one."""
    naming = naming_in(root, config)
    return [
        overlaid(path, overlay[path], naming) if path in overlay else read(root, Path(path), config, naming)
        for path in paths
    ]
