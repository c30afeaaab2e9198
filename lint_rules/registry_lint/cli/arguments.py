"""The commands, their options, and how each is explained."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from registry_lint import __version__

FORMATS = ("text", "json", "github", "gitlab", "sarif")
MAP_FORMATS = ("text", "json")
EPILOGUE = "Exit status: 0 nothing found, 1 something found, 2 misuse or input that cannot be read."


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with status 2."""
        self.exit(2, f"{self.prog}: error: {' '.join(message.split())} (see {self.prog} --help)\n")


class AddFormat(argparse.Action):
    """`--format NAME` begins an output."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: str | None = None) -> None:
        """Note the format."""
        namespace.outputs = [*(namespace.outputs or []), (values, None)]


class AddFile(argparse.Action):
    """`--output FILE` says where the `--format` before it goes, or the only one."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: str | None = None) -> None:
        """Note the file."""
        outputs = list(namespace.outputs or [])
        if outputs and outputs[-1][1] is None:
            outputs[-1] = (outputs[-1][0], values)
        else:
            outputs.append((None, values))
        namespace.outputs = outputs


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the parsed arguments; leaves the program for `--help`, `--version` and misuse."""
    parser = _parser(with_verify="verify" in argv)
    arguments = parser.parse_args(argv)
    if "outputs" in arguments:
        arguments.outputs = _outputs(arguments.outputs or [], parser)
    return arguments


def _outputs(pairs: list[tuple[str | None, Path | None]], parser: Parser) -> list[tuple[str, Path | None]]:
    """Return format and file of each output; `--output F --format json` may stand in either order."""
    if len(pairs) == 2 and pairs[0][0] is None and pairs[1][1] is None:
        pairs = [(pairs[1][0], pairs[0][1])]
    if len([file for _, file in pairs if file is None]) > 1:
        parser.error("--format: only one output may go to the screen; give the others an --output FILE")
    return [(name or "text", file) for name, file in pairs] or [("text", None)]


def _parser(with_verify: bool) -> Parser:
    parser = Parser(
        prog="registry-lint",
        description="Knows what your worker processes will see: checks the registries of a Python project.",
        epilog=EPILOGUE,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"registry-lint {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    _add_check(_command(commands, "check", "report findings"))
    _add_map(_command(commands, "map", "list the registries, who fills them, and when"))
    _add_fix(_command(commands, "fix", "write the missing contracts into docstrings"))
    _add_explain(_command(commands, "explain", "print the page of a rule, or the list of rules"))
    verify = _command(commands, "verify", "run modules in real child processes and compare registries")
    if with_verify:
        from registry_lint.verify.command import add_arguments

        add_arguments(verify)
    _add_init(_command(commands, "init", "print a starting configuration for this project"))
    return parser


def _command(commands: Any, name: str, summary: str) -> Parser:
    parser: Parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=EPILOGUE,
        allow_abbrev=False,
    )
    return parser


def _add_project(parser: Parser, paths: str) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="*", type=Path, help=paths)
    parser.add_argument(
        "--root", metavar="DIR", type=Path, help="the project (default: found from the first path)"
    )
    parser.add_argument("--config", metavar="FILE", type=Path, help="a TOML file with [tool.registry-lint]")
    parser.add_argument(
        "--select", metavar="CODES", type=_codes, help="only these codes, such as REG2,REG101"
    )
    parser.add_argument("--ignore", metavar="CODES", type=_codes, help="all codes but these")
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write .registry_lint_cache")
    parser.add_argument(
        "--jobs", metavar="N", type=_number, default=0, help="processes that read files (default: what pays)"
    )
    parser.add_argument(
        "--executor", metavar="URL", help="read files on a cluster: dask://HOST:PORT, which you must trust"
    )


def _add_output(parser: Parser, formats: Sequence[str]) -> None:
    parser.add_argument(
        "--format", action=AddFormat, choices=formats, dest="outputs", help="may be given more than once"
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        action=AddFile,
        type=Path,
        dest="outputs",
        help="where the format before it goes",
    )


def _add_check(parser: Parser) -> None:
    _add_project(
        parser, "files and folders to report on (default: all; the whole project is analysed anyway)"
    )
    _add_output(parser, FORMATS)
    parser.add_argument(
        "--baseline", metavar="FILE", type=Path, help="leave out the findings accepted in this file"
    )
    parser.add_argument(
        "--write-baseline", metavar="FILE", type=Path, help="accept today's findings in this file"
    )
    parser.add_argument(
        "--changed-since", metavar="REV", help="only what touches lines changed since this revision"
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 even with findings")
    parser.add_argument(
        "--statistics", action="store_true", help="count the findings of each rule, on stderr"
    )


def _add_map(parser: Parser) -> None:
    _add_project(parser, "files and folders whose registries are listed (default: all)")
    _add_output(parser, MAP_FORMATS)
    parser.add_argument("--all", action="store_true", help="also other containers, with the reason")


def _add_fix(parser: Parser) -> None:
    _add_project(parser, "files and folders to mend (default: all)")
    parser.add_argument("--diff", action="store_true", help="show what would change, write nothing")
    parser.add_argument("--annotate", action="store_true", help="also annotate registries with ClassVar")


def _add_explain(parser: Parser) -> None:
    parser.add_argument("rule", metavar="CODE", nargs="?", help="a code or a name, such as REG201")


def _add_init(parser: Parser) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="the project (default: here)")


def _codes(value: str) -> tuple[str, ...]:
    codes = tuple(filter(None, re.split(r"[,\s]+", value)))
    if not codes:
        raise argparse.ArgumentTypeError("expected codes, such as REG101,REG2")
    return codes


def _number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 4:
        raise argparse.ArgumentTypeError(f"{value!r}: expected a number of processes, 0 for as many as pay")
    return int(value)
