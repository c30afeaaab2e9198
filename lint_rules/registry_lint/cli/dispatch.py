"""From words to a command that runs, and what becomes of its errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from importlib import import_module
from typing import TextIO, cast

from registry_lint.check.leaving import memory_left_to_the_system
from registry_lint.cli.arguments import parse
from registry_lint.cli.recording import PRINTING, Copied
from registry_lint.cli.streams import Streams, say

FAILED = 2
# These analyse a project once, or again only where there is something to mend.
_ONCE = (*PRINTING, "fix")


def run(words: Sequence[str]) -> int:
    """Run the command that the words name and return its status; leaves the program for misuse of them."""
    streams = Streams(sys.stdout, sys.stderr)
    arguments = parse(words)
    arguments.words = words
    if arguments.command in PRINTING:
        streams = Streams(*(cast("TextIO", Copied(stream)) for stream in streams))
    command = import_module(f"registry_lint.cli.{arguments.command}_command")
    with ExitStack() as opened:
        if getattr(arguments, "executor", None) is not None:
            from registry_lint.cli.executors import connect

            arguments.executor = opened.enter_context(connect(arguments.executor))
        if arguments.command in _ONCE:
            opened.enter_context(memory_left_to_the_system())
        status: int = command.run(arguments, streams)
    return status


def failed(error: Exception) -> int:
    """Say what went wrong, in one line, and return the status for it."""
    from registry_lint.check.failures import internal_error
    from registry_lint.cli.project import MisuseError
    from registry_lint.config import ConfigError

    streams = Streams(sys.stdout, sys.stderr)
    if isinstance(error, (MisuseError, ConfigError)):
        say(streams, f"error: {error}")
    else:
        say(streams, internal_error(error, ".", "running the command").message)
    return FAILED


def interrupted() -> int:
    """Say that the user ended the run, and return the status that shells give it."""
    say(Streams(sys.stdout, sys.stderr), "interrupted")
    return 130


def closed() -> int:
    """Nobody reads on (`registry-lint map | head`): say nothing, and let Python's own flush succeed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
