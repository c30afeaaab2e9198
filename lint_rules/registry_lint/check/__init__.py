"""The whole analysis of a project in one call, and what of it is to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

from registry_lint.check.pipeline import Analysis, analyse
from registry_lint.check.selection import Selection, select
from registry_lint.config import Config, load
from registry_lint.source import find_root

__all__ = ["Analysis", "Selection", "analyse", "check", "select"]


def check(
    paths: Sequence[str | PathLike[str]] = (".",),
    *,
    root: str | PathLike[str] | None = None,
    config: Config | None = None,
    jobs: int = 1,
    cache: bool = True,
) -> Analysis:
    """Return the analysis of the project around `paths`, with the findings that the command prints.

    The whole project is analysed; `paths` only filter the findings. Without `config` the project's own
    is loaded. Raises `ConfigError` for a mistake in it, and ValueError for a path outside the project.
    """
    places = [Path(path) for path in paths]
    folder = find_root(places, None if root is None else Path(root))
    settings = load(folder) if config is None else config
    analysis = analyse(folder, settings, jobs=jobs, cache=cache)
    return replace(analysis, findings=select(analysis, settings, Selection(paths=places)))
