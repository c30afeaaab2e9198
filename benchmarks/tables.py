"""What was measured, as Markdown for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks import corpora
from benchmarks.corpora import Corpus
from benchmarks.targets import TARGETS, Outcome, Quantity, Runs, Spread, judge, spread, values

FORMAT = 1
DISTRIBUTIONS = ("registry-lint", "flake8", "flake8-bugbear", "grimp", "ruff")


def setting() -> dict[str, Any]:
    """Return when and on what was measured; the load shows whether the machine was otherwise at rest."""
    return {
        "date": datetime.now(timezone.utc).date().isoformat(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "versions": {name: found for name in DISTRIBUTIONS if (found := _version(name))},
    }


def comparison(corpus: Corpus, runs: Runs, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that is known of the runs on one corpus, ready for JSON."""
    return {
        "format": FORMAT,
        **about,
        "corpus": {"name": corpus.name, "files": len(corpus.files), "lines": corpora.lines(corpus)},
        "targets": [_outcome(judge(target, runs)) for target in TARGETS],
        "runs": {name: [cost and cost._asdict() for cost in costs] for name, costs in runs.items()},
    }


def markdown(document: Mapping[str, Any], runs: Runs) -> str:
    """Return the tables of a comparison: the promises, then what each of them rests on."""
    corpus, rounds = document["corpus"], max((len(costs) for costs in runs.values()), default=0)
    head = f"{corpus['name']}: {corpus['files']} files, {corpus['lines']} lines; {described(document)}."
    promises = table(
        ("what", "of", "target", "stretch", f"median of {rounds} (least–most)", "holds"),
        (tuple(_promise(judge(target, runs))) for target in TARGETS),
    )
    costs = table(("run", "cpu s", "wall s", "peak MiB"), (tuple(_run(name, runs)) for name in runs))
    return f"{head}\n\n{promises}\n{costs}"


def described(about: Mapping[str, Any]) -> str:
    """Return when and on what was measured, in one line."""
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    return (
        f"{about['date']}, {about['python']} on {about['processors']} × {about['processor']} "
        f"({about['system']}, load {about['load']} at the start); {versions}"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, ["---"] * len(head), *rows))


def shown(found: Spread, digits: int) -> str:
    """Return a spread as `middle (least–most)`."""
    return "{:.{digits}f} ({:.{digits}f}–{:.{digits}f})".format(*found, digits=digits)


def _promise(outcome: Outcome) -> Iterator[str]:
    target, unit = outcome.target, "" if outcome.target.against is None else "x"
    yield target.what
    yield target.quantity
    yield f"≤ {target.target:g}{unit}"
    yield "" if target.stretch is None else f"≤ {target.stretch:g}{unit}"
    yield (outcome.reason or "") if outcome.ratio is None else shown(outcome.ratio, 2 if unit else 0)
    yield {True: "yes", False: "no", None: "?"}[outcome.holds]


def _run(name: str, runs: Runs) -> Iterator[str]:
    yield name
    digits: dict[Quantity, int] = {"cpu": 2, "wall": 2, "memory": 0}
    for quantity in digits:
        finished = None not in runs[name]
        yield shown(spread(values(runs[name], quantity)), digits[quantity]) if finished else "did not finish"


def _outcome(outcome: Outcome) -> dict[str, Any]:
    ratio = None if outcome.ratio is None else outcome.ratio._asdict()
    return {**outcome.target._asdict(), "ratio": ratio, "reason": outcome.reason, "holds": outcome.holds}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """Return the processor's name where the system tells it."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        told = []
    names = [line.split(":", 1)[1].strip() for line in told if line.startswith("model name")]
    return next(iter(names), platform.processor() or sys.platform)
