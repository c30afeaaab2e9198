"""The whole analysis of a project in one call, and what of it is to be shown.

The package `registry_lint` offers `check` at its top, so what this room needs is imported on first use, and
so the room can be called: its name stands for the function as well, whichever was imported first.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from os import PathLike
    from typing import Any

    from registry_lint.check.pipeline import Analysis, analyse
    from registry_lint.check.selection import Selection, select
    from registry_lint.config import Config

__all__ = ["Analysis", "Selection", "analyse", "check", "select"]


def __getattr__(name: str) -> object:
    """Return what the rooms below offer under this room's name."""
    for room in ("pipeline", "selection"):
        if name in __all__ and name in vars(module := import_module(f"{__name__}.{room}")):
            return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def check(
    paths: Sequence[str | PathLike[str]] = (),
    *,
    root: str | PathLike[str] | None = None,
    config: Config | None = None,
    jobs: int = 1,
    cache: bool = True,
    executor: Executor | None = None,
) -> Analysis:
    """Return the analysis of a project, with the findings that the command prints.

    The project is that of the first path, or of the current folder; all of it is analysed, `paths` only
    filter the findings. Without `config` the project's own is loaded. An `executor` extracts the facts of
    the files instead of `jobs` processes. Raises `ConfigError` for a mistake in the configuration, and
    ValueError for a path outside the project.
    """
    from dataclasses import replace
    from pathlib import Path

    from registry_lint.check.pipeline import analyse
    from registry_lint.check.selection import Selection, select
    from registry_lint.config import load
    from registry_lint.source import find_root

    places = [Path(path) for path in paths]
    folder = find_root(places, None if root is None else Path(root))
    settings = load(folder) if config is None else config
    analysis = analyse(folder, settings, jobs=jobs, cache=cache, executor=executor)
    return replace(analysis, findings=select(analysis, settings, Selection(paths=places)))


class _Callable(ModuleType):
    """The room under the name of its function."""

    def __call__(self, *paths: Any, **options: Any) -> Analysis:
        """Return what `check` returns."""
        return check(*paths, **options)


sys.modules[__name__].__class__ = _Callable
