"""`registry-lint verify`: hands over to the command that runs modules in real processes."""

from __future__ import annotations

import argparse

from registry_lint.cli.streams import Streams


def run(arguments: argparse.Namespace, streams: Streams) -> int:
    """Compare registries in the parent with those in children; 1 when they differ."""
    from registry_lint.verify import command

    status: int = command.run(arguments, streams.out, streams.err)
    return status
