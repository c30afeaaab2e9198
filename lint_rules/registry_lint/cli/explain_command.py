"""`registry-lint explain`: the page of a rule, or the list of rules."""

from __future__ import annotations

import argparse

from registry_lint.cli.project import MisuseError
from registry_lint.cli.streams import Streams
from registry_lint.config import near
from registry_lint.report.pages import page
from registry_lint.report.writing import write_stream
from registry_lint.rules import RULES


def run(arguments: argparse.Namespace, streams: Streams) -> int:
    """Print the page of the rule that is asked for, else one line a rule."""
    if arguments.rule is None:
        write_stream(streams.out, "".join(f"{rule.code}  {rule.name:<28} {rule.summary}\n" for rule in RULES))
        return 0
    asked = arguments.rule.lower()
    for rule in RULES:
        if asked in (rule.code.lower(), rule.name):
            write_stream(streams.out, page(rule.code))
            return 0
    names = tuple(name for rule in RULES for name in (rule.code, rule.name))
    hint = near(arguments.rule.upper() if asked.startswith("reg") else asked, names)
    raise MisuseError(f"{arguments.rule!r}: no such rule{hint}")
