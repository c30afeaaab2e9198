"""The two streams a command writes to, and what a terminal gets besides."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple, TextIO

from registry_lint.report.escaping import printable
from registry_lint.report.writing import write_stream


class Streams(NamedTuple):
    """Where results go (`out`) and where everything else is said (`err`)."""

    out: TextIO
    err: TextIO


def say(streams: Streams, message: str) -> None:
    """Say one line on stderr."""
    write_stream(streams.err, f"registry-lint: {printable(message)}\n")


def is_terminal(stream: TextIO) -> bool:
    """Return whether a person may be reading."""
    return stream.isatty()


def wants_colour(stream: TextIO) -> bool:
    """Return whether to print colours; `NO_COLOR` (https://no-color.org) and dumb terminals say no."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def progress_on(streams: Streams) -> Callable[[int, int], None] | None:
    """Return how to show progress: on a terminal one line that is overwritten, elsewhere nothing."""
    if not is_terminal(streams.err):
        return None
    terminal: TextIO = getattr(streams.err, "stream", streams.err)  # it is no part of what a run prints

    def show(done: int, total: int) -> None:
        if done == total:
            terminal.write("\r\x1b[K")
        elif done % 20 == 0:
            terminal.write(f"\rreading files: {done} of {total}\x1b[K")
            terminal.flush()

    return show
