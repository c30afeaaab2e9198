"""`check` on any Python there is: no crash, no hang, and what it took.

    python tests/ecosystem/survive.py FOLDER ... [--whole] [--limit SECONDS] [--python PYTHON]
    python tests/ecosystem/survive.py --snippets FILE ...

Each package in a FOLDER (the standard library's, or an environment's `site-packages`) is a project of its
own, and so are the modules beside them, together; with `--whole` the folder itself is one. With `--snippets`
every string and doctest in the files is a file of one project, alone and before a registry that keeps it
from being passed over: CPython's own tests hold thousands of programs that are wrong in some way.

A run has survived when it ends within the limit with status 0, 1 or 2, no traceback and no REG000; of a
snippet it must say what `ast.parse` says. Prints one line a project, slowest last; ends with status 1 where
one has not survived.
"""

from __future__ import annotations

import argparse
import ast
import doctest
import json
import re
import subprocess
import sys
import tempfile
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ONE_RUN = Path(__file__).resolve().parents[2] / "benchmarks/programs/one_run.py"
INSTALLED = ("site-packages", "__pycache__")
REGISTRY = """
class R:
    items = {}

    @classmethod
    def add(cls, item):
        cls.items[item] = item


R.add("a")
"""
SKIPPED = re.compile(r"registry-lint: (.+?)(?::\d+)?: cannot be (?:read|decoded|parsed): .*; skipped .*")


class Outcome(NamedTuple):
    """What became of one run: its cost, how much source there was, and what was wrong with it."""

    name: str
    files: int
    size: int
    seconds: float
    memory: float
    skipped: tuple[str, ...]
    broken: tuple[str, ...]


def main(arguments: Sequence[str]) -> int:
    """Print what became of each project."""
    options = _options(arguments)
    outcomes = []
    for folder in options.paths if not options.snippets else ():
        for name, root in [(folder.name, folder)] if options.whole else sorted(packages(folder)):
            outcomes.append(survive(name, root, options.limit, options.python))
            print(".", end="", file=sys.stderr, flush=True)
        with modules(folder) as root:
            if not options.whole and root is not None:
                outcomes.append(survive("(modules)", root, options.limit, options.python))
    if options.snippets:
        outcomes.append(survive_snippets(options.paths, options.limit, options.python))
    for outcome in sorted(outcomes, key=lambda outcome: outcome.seconds):
        _show(outcome)
    _show(total(outcomes))
    return int(any(outcome.broken for outcome in outcomes))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--snippets", action="store_true", help="the paths are files full of snippets")
    parser.add_argument("--whole", action="store_true", help="each folder is one project")
    parser.add_argument("--limit", type=float, default=300, metavar="SECONDS")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that checks")
    return parser.parse_args(arguments)


def _show(outcome: Outcome) -> None:
    each = outcome.seconds / max(outcome.size, 1) * 1e6
    print(
        f"{outcome.name:24} {outcome.files:6} files {outcome.size / 1e6:8.2f} MB {outcome.seconds:8.2f} s"
        f" {each:6.2f} µs/byte {outcome.memory:6.0f} MiB  {len(outcome.skipped):4} skipped"
        + "".join(f"\n    BROKEN: {line}" for line in outcome.broken)
    )


def total(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the sums, with the largest memory of all."""
    return Outcome(
        "all",
        sum(outcome.files for outcome in outcomes),
        sum(outcome.size for outcome in outcomes),
        sum(outcome.seconds for outcome in outcomes),
        max((outcome.memory for outcome in outcomes), default=0),
        tuple(path for outcome in outcomes for path in outcome.skipped),
        (),
    )


def packages(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name and the root of each folder that has Python in it."""
    for each in folder.iterdir():
        if each.is_dir() and each.name not in INSTALLED and next(each.rglob("*.py"), None):
            yield each.name, each


@contextmanager
def modules(folder: Path) -> Iterator[Path | None]:
    """Give a copy of the modules beside the packages; None where there are none."""
    files = sorted(folder.glob("*.py"))
    with tempfile.TemporaryDirectory() as scratch:
        for file in files:
            Path(scratch, file.name).write_bytes(file.read_bytes())
        yield Path(scratch) if files else None


def survive(name: str, root: Path, limit: float, python: str = sys.executable) -> Outcome:
    """Check the project at `root` and return what became of it."""
    sizes = [file.stat().st_size for file in root.rglob("*.py") if file.is_file()]
    check = [python, "-m", "registry_lint", "check", "--no-cache", "--root", str(root), str(root)]
    with tempfile.TemporaryDirectory() as scratch:
        answer = Path(scratch, "answer")
        starter = [sys.executable, "-I", "-S", str(ONE_RUN), str(answer), str(limit)]
        done = subprocess.run([*starter, *check], capture_output=True, encoding="utf-8", errors="replace")
        told = json.loads(answer.read_bytes())
    skipped = tuple(match[1] for match in map(SKIPPED.fullmatch, done.stderr.splitlines()) if match)
    broken = tuple(failures(told["status"], done.stdout + done.stderr, told["wall"] >= limit))
    return Outcome(name, len(sizes), sum(sizes), told["cpu"], told["memory"], skipped, broken)


def failures(status: int, said: str, late: bool) -> Iterator[str]:
    """Yield in what way a run has not survived."""
    if late:
        yield "did not end within the limit"
    elif status not in (0, 1, 2):
        yield f"ended with status {status}"
    for line in said.splitlines():
        if line.startswith("Traceback") or "REG000" in line or "internal error" in line:
            yield line[:300]


def survive_snippets(files: Sequence[Path], limit: float, python: str = sys.executable) -> Outcome:
    """Check the snippets in the files as one project; what is skipped must be what cannot be parsed."""
    texts = sorted({text for file in files for text in snippets(file)})
    with tempfile.TemporaryDirectory() as scratch:
        for number, text in enumerate(texts):
            for name, program in ((f"s{number}.py", text), (f"r{number}.py", text + REGISTRY)):
                data = program.encode("utf-8", "surrogatepass")
                Path(scratch, name).write_bytes(data)
        outcome = survive("(snippets)", Path(scratch), limit, python)
        wrong = unparsable(python, Path(scratch))
    differing = sorted(set(outcome.skipped) ^ set(wrong))
    broken = [f"{name}: skipped and can be parsed, or the other way round" for name in differing]
    return outcome._replace(broken=(*outcome.broken, *broken))


def unparsable(python: str, folder: Path) -> list[str]:
    """Return the names of the files that an interpreter cannot parse, sorted."""
    command = [python, str(Path(__file__).with_name("unparsable.py")), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def snippets(file: Path) -> Iterator[str]:
    """Yield the strings in a file, and the programs of the doctests in them."""
    with tokenize.open(file) as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(stream.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
            yield from _doctests(node.value)


def _doctests(text: str) -> Iterator[str]:
    try:
        yield from (example.source for example in doctest.DocTestParser().get_examples(text))
    except ValueError:
        return  # prompts that are no doctest


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
