"""From arguments to an analysed project, the same for every command that needs one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from registry_lint.check import Analysis, Selection, analyse
from registry_lint.check.selection import CODES, INTERNAL, is_known, path_filter, relative
from registry_lint.cli.recording import Premises, premises, watch
from registry_lint.cli.streams import Streams, progress_on, say
from registry_lint.config import Config, load, near
from registry_lint.source import Unreadable, find_root, is_excluded, is_script


class MisuseError(Exception):
    """Arguments that cannot be followed: one line that says why."""


class Analysed(NamedTuple):
    """An analysed project with its settings and what was asked for.

    `analyse` does it again; `premises` are all that it depends on, None where that cannot be told.
    """

    analysis: Analysis
    config: Config
    selection: Selection
    analyse: partial[Analysis]
    premises: Premises | None


def analyse_project(arguments: argparse.Namespace, streams: Streams) -> Analysed:
    """Return the analysis that the arguments ask for; raises `MisuseError` or `ConfigError`."""
    paths = list(arguments.paths)
    _expect_paths(paths, arguments)
    for option in ("select", "ignore"):
        _expect_codes(option, getattr(arguments, option) or ())
    root = find_root(paths, arguments.root)
    watched = watch(root, arguments)
    config = load(root, arguments.config)
    known = premises(watched, root, config, arguments)
    asked = _inside(root, paths)
    asked_for = partial(
        analyse,
        also=[path for path in asked if is_script(root, path) and not is_excluded(path, config)],
        jobs=arguments.jobs,
        cache=not arguments.no_cache,
        executor=arguments.executor,
    )
    analysis = asked_for(root, config, progress=progress_on(streams))
    selection = Selection(paths, arguments.select, arguments.ignore)
    return Analysed(analysis, config, selection, asked_for, known)


def say_unreadable(analysed: Analysed, streams: Streams) -> bool:
    """Say which of the asked-for files were skipped and why, a line each; return whether there are any."""
    wanted = path_filter(analysed.analysis.root, analysed.selection.paths)
    skipped = [entry for entry in analysed.analysis.unreadable if wanted(entry.path)]
    for entry in skipped:
        say(streams, _skipped(entry))
    return bool(skipped)


def say_failures(analysed: Analysed, streams: Streams) -> bool:
    """Say what the analysis itself failed at, where no findings are shown; return whether it did."""
    failures = [one for one in analysed.analysis.findings if one.code == INTERNAL]
    for one in failures:
        say(streams, f"{one.location.path}:{one.location.span.line}: {one.code} {one.message}")
    return bool(failures)


def _skipped(entry: Unreadable) -> str:
    place = f"{entry.path}:{entry.line}" if entry.line else entry.path
    return f"{place}: {entry.reason}; skipped (list it in `exclude` to leave it out)"


def _expect_paths(paths: Sequence[Path], arguments: argparse.Namespace) -> None:
    for path in paths:
        if not path.exists():
            raise MisuseError(f"{path}: no such file or folder")
    if arguments.root is not None and not arguments.root.is_dir():
        raise MisuseError(f"--root {arguments.root}: no such folder")


def _expect_codes(option: str, codes: Sequence[str]) -> None:
    for code in codes:
        if not is_known(code):
            raise MisuseError(f"--{option}: {code!r}: no such rule{near(code, CODES)}")


def _inside(root: Path, paths: Sequence[Path]) -> list[str]:
    try:
        return [relative(root, path) for path in paths]
    except ValueError as error:
        raise MisuseError(str(error)) from None
