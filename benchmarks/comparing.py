"""Paired runs: every measure once a round, so that whatever else the machine does falls on all alike."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measures import environment
from benchmarks.targets import Runs
from benchmarks.timing import Cost, Measure, run


def compare(chosen: Sequence[Measure], rounds: int, limit: float, scratch: Path) -> Runs:
    """Return the costs of `rounds` runs of each measure, None for a run that did not finish in time.

    A round before them fills what is to be warm and is not counted. Every other round runs backwards, so that
    no measure always follows the same other; one that did not finish once is not tried again.
    """
    runs: dict[str, list[Cost | None]] = {measure.name: [] for measure in chosen}
    given_up: set[str] = set()
    for number in range(rounds + 1):
        for measure in chosen if number % 2 else reversed(chosen):
            if measure.name in given_up:
                continue
            sys.stderr.write(f"round {number} of {rounds}: {measure.name}\n")
            cost = run(measure, environment(scratch), limit)
            if cost is None:
                given_up.add(measure.name)
            if number or cost is None:
                runs[measure.name].append(cost)
    return runs
