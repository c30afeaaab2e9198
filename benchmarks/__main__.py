"""The command `python -m benchmarks`: compare us with our peers, or see how cost grows."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import corpora, growth, tables
from benchmarks.comparing import compare
from benchmarks.measures import measures, mend
from benchmarks.timing import FailedError

GENERATED = {"registries": growth.registries, "registrations": growth.registrations}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; return 0, or 2 with one line that says what failed."""
    arguments = _parse(argv)
    if not hasattr(os, "wait4"):
        sys.stderr.write("benchmarks: what a process costs is asked of POSIX, which this system is not\n")
        return 2
    try:
        with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch:
            documents = arguments.run(arguments, Path(scratch).resolve())
    except FailedError as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 2
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(documents, indent=1) + "\n", encoding="utf-8")
    return 0


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast registry-lint is.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    side_by_side = commands.add_parser("compare", help="us and every peer that is installed, side by side")
    corpus = "a folder, an installed package (torch), or a distribution to fetch (timm==1.0.31)"
    side_by_side.add_argument("corpora", metavar="CORPUS", nargs="+", help=corpus)
    side_by_side.add_argument(
        "--only", metavar="WORD", action="append", help="only runs whose name has this word"
    )
    side_by_side.set_defaults(run=_compare)
    grown = commands.add_parser("grow", help="what each further registry, registration or package costs")
    grown.add_argument("what", metavar="WHAT", help=f"{', '.join(GENERATED)}, or a CORPUS to repeat")
    grown.add_argument("sizes", metavar="SIZE", nargs="+", type=_positive, help="how many, smallest first")
    grown.set_defaults(run=_grow)
    for command in (side_by_side, grown):
        command.add_argument("--rounds", metavar="N", type=_positive, default=5, help="runs of each (5)")
        command.add_argument(
            "--limit", metavar="S", type=float, default=600, help="seconds for one run (600)"
        )
        command.add_argument("--json", metavar="FILE", type=Path, help="also write everything here")
    return parser.parse_args(argv)


def _positive(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise argparse.ArgumentTypeError(f"{value!r}: expected a number above 0")
    return int(value)


def _compare(arguments: argparse.Namespace, scratch: Path) -> list[dict[str, Any]]:
    documents = []
    for number, name in enumerate(arguments.corpora):
        place, about = scratch / str(number), tables.setting()
        corpus = corpora.find(name, scratch)
        words = arguments.only or [""]
        chosen = [found for found in measures(corpus, place) if any(word in found.name for word in words)]
        mend(chosen, place, arguments.limit)
        runs = compare(chosen, arguments.rounds, arguments.limit, place)
        documents.append(tables.comparison(corpus, runs, about))
        sys.stdout.write(tables.markdown(documents[-1], runs) + "\n")
        sys.stdout.flush()
    return documents


def _grow(arguments: argparse.Namespace, scratch: Path) -> list[dict[str, Any]]:
    about = tables.setting()
    generate = GENERATED.get(arguments.what) or growth.repeated(corpora.find(arguments.what, scratch))
    sizes = sorted(set(arguments.sizes))
    points = list(growth.measure_growth(generate, sizes, arguments.rounds, arguments.limit, scratch))
    sys.stdout.write(f"{tables.described(about)}.\n\n{growth.markdown(arguments.what, points)}")
    return [growth.document(arguments.what, points, about)]


if __name__ == "__main__":
    raise SystemExit(main())
