"""How cost grows: projects of any size, generated or repeated, and what each further unit of them costs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import corpora, tables
from benchmarks.corpora import Corpus
from benchmarks.measures import FINISHED, OURS, environment
from benchmarks.targets import Spread, spread
from benchmarks.timing import Cost, Measure, run

Generate = Callable[[int], Corpus]
IN_A_MODULE = 100

REGISTRY = '''
class Formats{number}:
    """Formats."""

    known = {{}}

    @classmethod
    def register(cls, name, load):
        cls.known[name] = load
'''


class Point(NamedTuple):
    """A project of some size: its units and lines, and what checking it cold cost, None for too long."""

    size: int
    lines: int
    costs: tuple[Cost, ...] | None


def registries(size: int) -> Corpus:
    """Return a project of `size` registries, each with one registration in the module that follows."""
    files = {"grown/__init__.py": b""}
    for number in range(size):
        files[f"grown/registry_{number}.py"] = REGISTRY.format(number=number).encode()
        files[f"grown/entry_{number}.py"] = _entries(number, 1).encode()
    return Corpus("registries", files)


def registrations(size: int) -> Corpus:
    """Return a project of one registry with `size` registrations, a hundred in each module."""
    modules = -(-size // IN_A_MODULE)
    files = {"grown/__init__.py": b"", "grown/registry_0.py": REGISTRY.format(number=0).encode()}
    for module in range(modules):
        count = min(IN_A_MODULE, size - module * IN_A_MODULE)
        files[f"grown/entries_{module}.py"] = _entries(0, count).encode()
    return Corpus("registrations", files)


def repeated(corpus: Corpus) -> Generate:
    """Return how to make a project of any number of copies of a corpus, each under other package names."""

    def generate(size: int) -> Corpus:
        files: dict[str, bytes] = {}
        for number in range(size):
            files |= corpora.renamed(corpus, f"_{number}").files
        return Corpus(f"copies of {corpus.name}", files)

    return generate


def measure_growth(
    generate: Generate, sizes: Sequence[int], rounds: int, limit: float, scratch: Path
) -> Iterator[Point]:
    """Yield what projects of these sizes cost; ends with the first that does not finish."""
    for size in sizes:
        corpus = generate(size)
        root = corpora.write(corpus, scratch / "grown")
        measure = Measure(
            f"{corpus.name}: {size}", (*OURS, "check", str(root), "--no-cache"), accepted=FINISHED
        )
        costs = [run(measure, environment(scratch), limit) for _ in range(rounds)]
        finished = tuple(cost for cost in costs if cost is not None)
        shutil.rmtree(root)
        yield Point(size, corpora.lines(corpus), finished if len(finished) == len(costs) else None)
        if len(finished) < len(costs):
            return


def document(name: str, points: Sequence[Point], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that is known of one growth, ready for JSON."""
    rows = [
        {**point._asdict(), "costs": point.costs and [cost._asdict() for cost in point.costs]}
        for point in points
    ]
    return {"format": tables.FORMAT, **about, "growth": name, "points": rows}


def markdown(name: str, points: Sequence[Point]) -> str:
    """Return the table of one growth; where it is linear, the third column has the same number all down."""
    head = (name, "lines", "cpu ms for each further one", "cpu s", "wall s", "peak MiB")
    befores = [None, *points]
    rows = (tuple(_row(before, point)) for before, point in zip(befores, points, strict=False))
    return tables.table(head, rows)


def _row(before: Point | None, point: Point) -> Iterator[str]:
    yield str(point.size)
    yield str(point.lines)
    if point.costs is None:
        yield from ["did not finish"] * 4
        return
    yield "" if before is None or before.costs is None else f"{_each_further(before, point):.2f}"
    yield tables.shown(_cpu(point.costs), 2)
    yield tables.shown(spread([cost.wall for cost in point.costs]), 2)
    yield tables.shown(spread([cost.memory for cost in point.costs]), 0)


def _each_further(before: Point, point: Point) -> float:
    """Return the milliseconds that each unit added, which leaves out what every run costs."""
    more = _cpu(point.costs or ()).middle - _cpu(before.costs or ()).middle
    return 1000 * more / (point.size - before.size)


def _cpu(costs: Sequence[Cost]) -> Spread:
    return spread([cost.cpu for cost in costs])


def _entries(number: int, count: int) -> str:
    name = f"Formats{number}"
    lines = [f"from grown.registry_{number} import {name}\n"]
    lines += [f'\n\n{name}.register("{entry}", lambda text: text)' for entry in range(count)]
    return "".join(lines) + "\n"
