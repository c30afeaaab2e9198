"""The command `registry-lint verify`: its arguments, and one run of it."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TextIO

from registry_lint.config import ConfigError
from registry_lint.verify import document, reloads, showing
from registry_lint.verify.answers import Question
from registry_lint.verify.inquiry import Inquiry, inquire
from registry_lint.verify.interpreter import TargetError
from registry_lint.verify.proving import METHODS, Proof

DESCRIPTION = """Import the modules in real processes and show what each of them holds.

This command runs the code it looks at (all others only read it). Every registry that `map`
knows in the modules' project is compared between the parent and a worker of each start method."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `verify` to its parser; `--root` and `--config` are added where missing."""
    parser.description = DESCRIPTION
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    add("modules", nargs="*", metavar="MODULE", help="a module that parent and workers import")
    add("--run", metavar="MODULE:FUNCTION", help="a set-up function that the parent alone calls")
    main = parser.add_mutually_exclusive_group()
    main.add_argument(
        "--script", type=Path, metavar="FILE", help="run FILE as `python FILE` does; workers import it again"
    )
    main.add_argument(
        "--cell",
        type=Path,
        metavar="FILE",
        help="run FILE (.py or .ipynb) as a notebook does: workers have no main file",
    )
    add("--args", default="", metavar="TEXT", help="the arguments of the script, as one shell word")
    add(
        "--method",
        type=_methods,
        default=METHODS,
        metavar="LIST",
        help="start methods: fork,spawn,forkserver (default: all)",
    )
    add("--reload", action="store_true", help="also reload every module that declares or fills a registry")
    add(
        "--timeout",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="how long each process may take (default: 60)",
    )
    add("--python", default=sys.executable, metavar="PATH", help="the interpreter of the observed processes")
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    """Add the options that other commands have too, where the door has not added them already."""
    known = {action.dest for action in parser._actions}
    if "root" not in known:
        parser.add_argument("--root", type=Path, metavar="DIR", help="the project root")
    if "config" not in known:
        parser.add_argument("--config", type=Path, metavar="FILE", help="read the configuration from FILE")
    if "format" not in known:
        parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")


def _methods(text: str) -> tuple[str, ...]:
    methods = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [method for method in methods if method not in METHODS]
    if unknown or not methods:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a list of {', '.join(METHODS)}")
    return tuple(dict.fromkeys(methods))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86400:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number of seconds above 0")
    return seconds


def run(arguments: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Print the proof and return 0 if every worker holds what its parent holds, and 1 if not.

    Returns 2 for misuse, and where there was nothing to compare: most likely the wrong module was named.
    """
    try:
        return _run(arguments, out, err)
    except (TargetError, ConfigError) as error:
        print(f"registry-lint: {error}", file=err)
        return 2
    except OSError as error:
        print(f"registry-lint: cannot observe anything: {error}", file=err)
        return 2


def _run(arguments: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    print("registry-lint: verify runs the code of what it observes", file=err)
    proof, asked, target = inquire(
        Inquiry(
            modules=tuple(arguments.modules),
            run=arguments.run,
            script=arguments.script,
            cell=arguments.cell,
            argv=_words(arguments.args),
            methods=arguments.method,
            root=arguments.root,
            config=arguments.config,
            python=arguments.python,
            timeout=arguments.timeout,
        )
    )
    for path, line, reason in target.unreadable:
        print(f"{path}:{line}: {reason}", file=err)
    reloaded = reloads.reload_all(asked, target) if arguments.reload else None
    _print(proof, reloaded, arguments.format, out)
    return _status(proof, asked, err)


def _words(text: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise TargetError(f"--args {text}: not words of a shell: {error}") from None


def _print(proof: Proof, reloaded: reloads.Reloads | None, how: str, out: TextIO) -> None:
    if how == "json":
        out.write(document.to_json(proof, reloaded))
        return
    out.write(showing.render(proof))
    if reloaded is not None:
        out.write("\n" + reloads.render(reloaded) + "\n")


def _status(proof: Proof, asked: Question, err: TextIO) -> int:
    """Return 2 where nothing was compared or the named modules cannot be imported: that proves nothing."""
    if proof.holds:
        return 0
    if proof.nothing_compared:
        print(f"registry-lint: nothing was compared: {proof.nothing_compared}", file=err)
        return 2
    unseen = [failure.reason for failure in proof.failures.values() if failure.of_parent]
    if proof.rows or asked.script or asked.cell or len(unseen) < len(proof.failures):
        return 1
    print(f"registry-lint: nothing could be observed: {unseen[0]}", file=err)
    return 2
