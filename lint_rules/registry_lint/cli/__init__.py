"""The command `registry-lint`: arguments in, lines and an exit status out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from importlib import import_module

from registry_lint.cli.arguments import parse
from registry_lint.cli.streams import Streams, say

FAILED = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when clean, 1 when it found something, 2 for misuse or unreadable input."""
    streams = Streams(sys.stdout, sys.stderr)
    arguments = parse(sys.argv[1:] if argv is None else argv)
    try:
        status = _run(arguments, streams)
        streams.out.flush()
    except BrokenPipeError:
        return _closed()
    except KeyboardInterrupt:
        say(streams, "interrupted")
        return 130
    except Exception as error:
        return _failed(streams, error)
    return status


def _run(arguments: argparse.Namespace, streams: Streams) -> int:
    command = import_module(f"registry_lint.cli.{arguments.command}_command")
    with ExitStack() as opened:
        if getattr(arguments, "executor", None) is not None:
            from registry_lint.cli.executors import connect

            arguments.executor = opened.enter_context(connect(arguments.executor))
        status: int = command.run(arguments, streams)
    return status


def _closed() -> int:
    """Nobody reads on (`registry-lint map | head`): say nothing, and let Python's own flush succeed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _failed(streams: Streams, error: Exception) -> int:
    from registry_lint.check.failures import internal_error
    from registry_lint.cli.project import MisuseError
    from registry_lint.config import ConfigError

    if isinstance(error, (MisuseError, ConfigError)):
        say(streams, f"error: {error}")
    else:
        say(streams, internal_error(error, ".", "running the command").message)
    return FAILED
