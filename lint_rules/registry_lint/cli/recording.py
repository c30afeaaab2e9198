"""When a run may be replayed: everything that its output depends on has a mark, and none is too young.

A file is too young when it could be written to again within the same tick of the file system's clock; ticks
are up to two seconds long. What was observed before anything was read, and was old then, has another mark
after any later write.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence, Set
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TextIO

from registry_lint.cache import open_cache, put, sweep
from registry_lint.check import Analysis
from registry_lint.check.selection import INTERNAL
from registry_lint.cli.replay import COMMANDS, digest, pack, record_name
from registry_lint.config import Config
from registry_lint.folders import ABSENT, is_skipped, mark, stand
from registry_lint.source import matches

NANOSECONDS_IN_DOUBT = 2 * 10**9
LARGEST_OUTPUT = 16 * 2**20
# The commands whose output is kept; of `fix` a run is kept only if it had nothing to do, and so to say.
PRINTING = ("check", "map")


class Copied:
    """A stream that keeps what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.written: list[str] = []
        self.encoding = getattr(stream, "encoding", None)

    def write(self, text: str) -> int:
        """Write and keep."""
        self.written.append(text)
        return self.stream.write(text)

    def flush(self) -> None:
        """Write out what waits."""
        self.stream.flush()

    def isatty(self) -> bool:
        """Return whether a person may be reading."""
        return self.stream.isatty()


class Watch(NamedTuple):
    """When a run began to read, and the marks of its settings' files at that time."""

    began: int
    marks: tuple[tuple[str, str], ...]


class Premises(NamedTuple):
    """All that a run depends on: how it was started, and the parts of its record but the output."""

    root: Path
    words: Sequence[str]
    parts: tuple[Sequence[str], ...]


def watch(root: Path, arguments: argparse.Namespace) -> Watch:
    """Return the marks of the settings, which are taken before these are read."""
    began = time.time_ns()
    files = [arguments.config or root / "pyproject.toml", getattr(arguments, "baseline", None)]
    return Watch(began, tuple(_marked(file) for file in files if file is not None))


def premises(watched: Watch, root: Path, config: Config, arguments: argparse.Namespace) -> Premises | None:
    """Return what the run depends on, before the project is read; None where it may depend on more."""
    if not _is_plain(arguments) or (root / "__init__.py").exists():  # what is above names its modules too
        return None
    baseline = () if config.baseline is None else (_marked(root / config.baseline),)
    left_out: list[str] = []

    def is_left_out(path: str) -> bool:
        if matches(path, config.exclude):
            left_out.append(path)
        return left_out[-1:] == [path]

    found = list(stand(str(root), is_left_out))
    youngest = max((age for _, _, age in found), default=0)
    marks = (*watched.marks, *baseline)
    if max(youngest, *(_age(its_mark) for _, its_mark in marks)) > watched.began - NANOSECONDS_IN_DOUBT:
        return None
    asked = [os.path.abspath(path) for path in (*arguments.paths, *filter(None, [arguments.root]))]
    if not _are_witnessed(asked, root, config, {".", *(path.rstrip("/") for path, _, _ in found)}):
        return None
    start = [*asked, str(Path.cwd())][:1] if arguments.root is None else []
    flat = [part for pair in marks for part in pair]
    return Premises(
        root, arguments.words, ([str(root), *start], [*asked, str(root)], flat, left_out, [digest(found)])
    )


def keep(known: Premises | None, analysis: Analysis, streams: Sequence[object], status: int) -> None:
    """Keep what a run has printed, unless it depends on more, or an error of ours is in it."""
    out, err = streams
    if known is None or not isinstance(out, Copied) or not isinstance(err, Copied):
        return
    printed = ["".join(stream.written) for stream in (out, err)]
    too_much = "\0" in "".join(printed) or sum(map(len, printed)) > LARGEST_OUTPUT
    cache = open_cache(known.root)
    if cache is not None and not too_much and all(finding.code != INTERNAL for finding in analysis.findings):
        with suppress(OSError):
            text = pack([[str(status)], *known.parts, *([text] for text in printed)])
            put(cache, record_name(known.words, out.stream, err.stream), text)
        sweep(cache)


def _is_plain(arguments: argparse.Namespace) -> bool:
    """Return whether a run neither writes files nor asks anyone but the project."""
    asks = (getattr(arguments, name, None) for name in ("write_baseline", "changed_since", "executor"))
    return (
        os.name == "posix"
        and arguments.command in COMMANDS
        and not arguments.no_cache
        and all(asked is None for asked in asks)
        and all(file is None for _, file in getattr(arguments, "outputs", ()))
    )


def _are_witnessed(asked: Sequence[str], root: Path, config: Config, names: Set[str]) -> bool:
    """Return whether what was asked for or configured stands among the names that have marks."""
    return (
        all(os.path.realpath(path) == path and os.path.relpath(path, root) in names for path in asked)
        and all(os.path.normpath(entry) in names for entry in config.src)
        and all(
            any(is_skipped(part) for part in pattern.strip("/").split("/"))
            or any(matches(name, [pattern]) for name in names)
            for pattern in config.exclude
        )
    )


def _marked(file: Path) -> tuple[str, str]:
    whole = os.path.abspath(file)
    return whole, mark(whole)


def _age(its_mark: str) -> int:
    """Return the later of the two times in a mark."""
    return 0 if its_mark == ABSENT else max(map(int, its_mark.split()[1:3]))
