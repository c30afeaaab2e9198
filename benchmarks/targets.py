"""What we promise: ratios of two measures that were taken side by side, and one limit on memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Literal, NamedTuple

from benchmarks.timing import Cost

Quantity = Literal["wall", "cpu", "memory"]
Runs = Mapping[str, Sequence["Cost | None"]]


class Target(NamedTuple):
    """A promise: `measure` costs at most `target` times what `against` costs, or MiB where that is None."""

    what: str
    quantity: Quantity
    measure: str
    against: str | None
    target: float
    stretch: float | None


TARGETS = (
    Target("check, cold, against ruff, cold", "cpu", "check, cold", "ruff, cold", 4, 1),
    Target("check, cold, against ast.parse of every file", "wall", "check, cold", "ast.parse", 0.3, 0.1),
    Target("check, warm, against ruff, warm", "wall", "check, warm", "ruff, warm", 1, 0.5),
    Target(
        "one file changed, against check, cold", "wall", "check, one file changed", "check, cold", 0.15, 0.05
    ),
    Target(
        "lines moved in one file, against check, cold",
        "wall",
        "check, lines moved in one file",
        "check, cold",
        0.15,
        0.05,
    ),
    Target("flake8 with ours, cold, against without", "cpu", "flake8 + ours, cold", "flake8", 1.03, 1.01),
    Target("flake8 with ours, warm, against without", "cpu", "flake8 + ours, warm", "flake8", 1.03, 1.01),
    Target("peak of check, cold, in MiB", "memory", "check, cold", None, 150, 60),
    Target(
        "fix with nothing to do, against check",
        "cpu",
        "fix, nothing to do",
        "check, nothing to fix",
        1.1,
        None,
    ),
)


class Spread(NamedTuple):
    """The middle of some values, and how far they lie apart."""

    middle: float
    least: float
    most: float


class Outcome(NamedTuple):
    """What became of a promise; without a `ratio`, `reason` says why there is none."""

    target: Target
    ratio: Spread | None
    reason: str | None

    @property
    def holds(self) -> bool | None:
        """Whether the promise is kept; None where it was not measured."""
        return None if self.ratio is None else self.ratio.middle <= self.target.target


def judge(target: Target, runs: Runs) -> Outcome:
    """Return what became of a promise: the median of the ratios of runs of the same round."""
    for name in filter(None, (target.measure, target.against)):
        if name not in runs:
            return Outcome(target, None, f"{name}: not measured")
        if None in runs[name]:
            return Outcome(target, None, f"{name}: did not finish")
    above = values(runs[target.measure], target.quantity)
    below = values(runs[target.against], target.quantity) if target.against else [1.0] * len(above)
    return Outcome(target, spread([top / bottom for top, bottom in zip(above, below, strict=True)]), None)


def values(costs: Sequence[Cost | None], quantity: Quantity) -> list[float]:
    """Return one quantity of the runs that finished."""
    return [getattr(cost, quantity) for cost in costs if cost is not None]


def spread(numbers: Sequence[float]) -> Spread:
    """Return median, least and most of at least one number."""
    return Spread(median(numbers), min(numbers), max(numbers))
