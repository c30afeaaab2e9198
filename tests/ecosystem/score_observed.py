"""What `map` says against what was observed in running packages: registries, registrations and keys found.

    python tests/ecosystem/score_observed.py TRUTH SOURCES [--verbose] [PACKAGE ...]

TRUTH/PACKAGE.json lists containers that grew while a package was imported, each with the statements that
added to it; the sources of the package are in SOURCES/PACKAGE. Counted are containers that grew through
functions (shape `api`). Found is

* a registry: `map` has one of that name there;
* a registration: of an observed addition, `map` has one of phase import in that registry whose own line or a
  line of whose trace is the observed statement;
* a key: of an observed key that is a string, a registration found there carries it.

`observed.txt` names misses that are none by the design's own words, one a line, with the reason: what was
observed is no registry, or the key stands in no source. The last line counts without them, and so does the
status. A line of it that is no miss (any more) is told.

Ends with status 1 where a share is too low (all packages: 0.97, 0.97 and 0.95; the registries of a package
with five or more: 0.8) or a package has no map.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mapped import NoMapError, last_name, registries, share

ENOUGH = {"registries": 0.97, "registrations": 0.97, "keys": 0.95}
ENOUGH_OF_A_PACKAGE, ROWS_THAT_TELL = 0.8, 5
LINES_OFF = 3
# A statement is observed at its first or its last line, a registration stands at the call or class in it.
LINES_BEFORE, LINES_AFTER = 12, 3

EXPLAINED = Path(__file__).with_name("observed.txt")

Row = dict[str, Any]


class Tally:
    """What was looked for and what was found, by what it is, with a line for each miss."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.wanted, self.found = Counter[str](), Counter[str]()
        self.misses: list[str] = []

    def note(self, what: str, found: bool, missed: str) -> None:
        """Count one thing that was looked for."""
        self.wanted[what] += 1
        self.found[what] += found
        if not found:
            self.misses.append(f"{what}: {missed}")

    def add(self, other: Tally) -> None:
        """Take in what another tally has."""
        self.wanted += other.wanted
        self.found += other.found
        self.misses += other.misses

    def leave_out(self, misses: Sequence[str]) -> None:
        """Count as if these had not been looked for."""
        for miss in misses:
            if miss in self.misses:
                self.misses.remove(miss)
                self.wanted[miss.partition(":")[0]] -= 1
            else:
                print(f"{EXPLAINED.name}: no miss: {miss}", file=sys.stderr)

    def share(self, what: str) -> float:
        """Return the share that was found."""
        return share(self.found[what], self.wanted[what])

    def __str__(self) -> str:
        """Return the three shares."""
        return "  ".join(
            f"{what} {self.share(what):.3f} ({self.found[what]}/{self.wanted[what]})" for what in ENOUGH
        )


def main(arguments: Sequence[str]) -> int:
    """Print the shares found of each package and of all."""
    options = _options(arguments)
    total, good = Tally(), True
    scored = []
    for file in sorted(options.truth.glob("*.json")):
        if options.packages and file.stem not in options.packages:
            continue
        scored.append(file.stem)
        try:
            found = registries(options.sources / file.stem, options.timeout)
        except NoMapError as error:
            print(f"{file.stem}: {error}; counted as nothing found", file=sys.stderr)
            found, good = [], False
        tally = _tally(file.stem, _rows(file), found)
        print(f"{file.stem:16} {tally}", flush=True)
        tells = tally.wanted["registries"] >= ROWS_THAT_TELL
        good &= not tells or tally.share("registries") >= ENOUGH_OF_A_PACKAGE
        total.add(tally)
    print(f"{'all':16} {total}")
    if options.verbose:
        print(*total.misses, sep="\n")
    total.leave_out(explained(scored))
    print(f"{'but explained':16} {total}")
    return 0 if good and all(total.share(what) >= enough for what, enough in ENOUGH.items()) else 1


def explained(packages: Sequence[str]) -> list[str]:
    """Return the misses of some packages that the ledger explains."""
    lines = (line for line in EXPLAINED.read_text("utf-8").splitlines() if line and line[0] != "#")
    misses = [line.partition("  ")[0] for line in lines]
    return [miss for miss in misses if miss.split()[1] in packages]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("truth", type=Path)
    parser.add_argument("sources", type=Path)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    parser.add_argument("--verbose", action="store_true", help="also print every miss")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="for each package")
    return parser.parse_args(arguments)


def _rows(file: Path) -> list[Row]:
    """Return the containers that grew through functions, without false friends and parts of others."""
    return [
        row
        for row in json.loads(file.read_text("utf-8"))["grew"]
        if row["shape"] == "api"
        and row["scope"] != "class-dynamic"
        and not row.get("member")
        and not row["noise"]
    ]


def _tally(package: str, rows: Sequence[Row], found: Sequence[Row]) -> Tally:
    tally = Tally()
    for row in rows:
        name = f"{package} {row['file']}:{row['line']} {row['name']}"
        own = [registry for registry in found if _is_of(row, registry)]
        tally.note("registries", bool(own), name)
        at_import = [
            each for registry in own for each in registry["registrations"] if each["phase"] == "import"
        ]
        for key, place, _ in row["added_import"]["keys"]:
            module, _, line = place.rpartition(":")
            if line.isdigit():  # else it was no statement of a module
                here = [each for each in at_import if _is_at(each, module, int(line))]
                tally.note("registrations", bool(here), f"{name} at {place}")
                _note_key(tally, row, key, here, f"{name} at {place}: {key}")
    return tally


def _is_of(row: Row, registry: Row) -> bool:
    return bool(
        registry["path"] == row["file"]
        and abs(registry["line"] - row["line"]) <= LINES_OFF
        and last_name(registry) == row["name"]
    )


def _is_at(registration: Row, module: str, line: int) -> bool:
    stem = module.replace(".", "/")
    return any(
        step["path"] in (f"{stem}.py", f"{stem}/__init__.py")
        and line - LINES_BEFORE <= step["line"] <= line + LINES_AFTER
        for step in (registration, *registration.get("trace", ()))
    )


def _note_key(tally: Tally, row: Row, shown: str, here: Sequence[Row], missed: str) -> None:
    """Count a key that is a string; the elements of a list have none."""
    try:
        key = ast.literal_eval(shown)
    except (ValueError, SyntaxError):
        return
    if isinstance(key, str) and not row["type"].endswith("list"):
        tally.note("keys", any(each.get("key") == key for each in here), missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
