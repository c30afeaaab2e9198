"""What is measured on one corpus: our commands, and each peer that is installed."""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from benchmarks import corpora
from benchmarks.corpora import Corpus
from benchmarks.timing import FailedError, Measure, run

PROGRAMS = Path(__file__).parent / "programs"
CACHE = ".registry_lint_cache"
OURS = (sys.executable, "-m", "registry_lint")
# 1: something was found that cannot be mended; 2: a file of the corpus cannot be read.
FINISHED = frozenset({0, 1, 2})
SECONDS_IN_DOUBT = 2.1
PEERS = ("bugbear", "grimp", "ruff")


def environment(scratch: Path) -> dict[str, str]:
    """Return the environment of every run: the user's own caches are neither read nor written.

    Python keeps what it has compiled, as it does for whatever pip has installed, in a place of the runs' own.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"XDG_CACHE_HOME": str(scratch / "cache-home"), "PYTHONPYCACHEPREFIX": str(scratch / "pycache")}
    return {**kept, **own, "NO_COLOR": "1"}


def is_installed(peer: str) -> bool:
    """Return whether a peer can be run by this interpreter."""
    return importlib.util.find_spec(peer) is not None


def measures(corpus: Corpus, scratch: Path) -> list[Measure]:
    """Return everything that can be measured here; each that changes files or caches has its own copy.

    No cache that goes by the times of files, as git's index and ours do, trusts one that was written within
    the last two seconds; the files of a checkout are older, and so are these.
    """
    still, changing, moving, filling, mended = (
        corpora.write(corpus, scratch / name) for name in ("still", "changing", "moving", "filling", "mended")
    )
    time.sleep(SECONDS_IN_DOUBT)
    return [
        Measure("check, cold", _ours("check", still, "--no-cache"), accepted=FINISHED),
        Measure("check, filling the cache", _ours("check", filling), partial(_empty, filling), FINISHED),
        Measure("check, warm", _ours("check", still), accepted=FINISHED),
        Measure(
            "check, one file changed", _ours("check", changing), partial(_change, _one(changing)), FINISHED
        ),
        Measure(
            "check, lines moved in one file",
            _ours("check", moving),
            partial(_change, _moved(moving)),
            FINISHED,
        ),
        Measure("check, nothing to fix", _ours("check", mended, "--no-cache"), accepted=FINISHED),
        Measure("fix, nothing to do", _ours("fix", mended, "--no-cache"), accepted=FINISHED),
        Measure("flake8", _flake8("", still)),
        Measure("flake8 + ours, cold", _flake8("registry-lint", filling), partial(_empty, filling)),
        Measure("flake8 + ours, warm", _flake8("registry-lint", still)),
        Measure("ast.parse", (sys.executable, str(PROGRAMS / "parse_every_file.py"), str(still))),
        *_peers(corpus, still, scratch),
    ]


def mend(chosen: list[Measure], scratch: Path, limit: float) -> None:
    """Let `fix` write what it can, until nothing is left to do; raises `FailedError` when that never ends."""
    for measure in chosen:
        if measure.name == "fix, nothing to do":
            folder = Path(measure.command[3])
            for _ in range(3):
                before = _texts(folder)
                if run(measure, environment(scratch), limit) is None or _texts(folder) == before:
                    return
            raise FailedError("fix: still has something to do after three runs")


def _ours(command: str, root: Path, *options: str) -> tuple[str, ...]:
    return (*OURS, command, str(root), *options)


def _flake8(plugins: str, root: Path) -> tuple[str, ...]:
    """Return flake8's command; one process, so that its seconds do not depend on the machine's load."""
    program = str(PROGRAMS / "flake8_with.py")
    return (sys.executable, program, plugins, "--isolated", "--exit-zero", "--jobs=1", str(root))


def _peers(corpus: Corpus, root: Path, scratch: Path) -> Iterator[Measure]:
    if is_installed("bugbear"):
        yield Measure("flake8 + bugbear", _flake8("flake8-bugbear", root))
    if is_installed("ruff"):
        ruff = (sys.executable, "-m", "ruff", "check", "--isolated", "--exit-zero", "--select", "RUF012")
        yield Measure("ruff, cold", (*ruff, "--no-cache", str(root)))
        yield Measure("ruff, warm", (*ruff, "--cache-dir", str(scratch / "ruff-cache"), str(root)))
    if is_installed("grimp") and (names := corpora.packages(corpus)):
        grimp = (sys.executable, str(PROGRAMS / "import_graph.py"), str(root))
        yield Measure("grimp, cold", (*grimp, "", *names))
        yield Measure("grimp, warm", (*grimp, str(scratch / "grimp-cache"), *names))


def _empty(root: Path) -> None:
    shutil.rmtree(root / CACHE, ignore_errors=True)


def _middle(root: Path) -> tuple[Path, bytes]:
    files = sorted(root.rglob("*.py"), key=lambda file: (file.stat().st_size, file))
    file = files[len(files) // 2]
    return file, file.read_bytes()


def _moved(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the file of middle size again and again, each time with one more comment above its last part."""
    file, text = _middle(root)
    start = next(start for start in (b"\nclass ", b"\ndef ", b"\n", b"") if start in text)
    above, part, below = text.rpartition(start) if start else (text, b"\n", b"")
    for number in itertools.count(1):
        yield file, above + b"\n# Moved." * number + part + below


def _one(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the file of middle size again and again, each time with another function at its end."""
    file, text = _middle(root)
    for number in itertools.count():
        yield file, text + b"\n\ndef changed_%d():\n    return %d\n" % (number, number)


def _change(versions: Iterator[tuple[Path, bytes]]) -> None:
    file, text = next(versions)
    file.write_bytes(text)


def _texts(root: Path) -> Mapping[Path, bytes]:
    return {file: file.read_bytes() for file in root.rglob("*.py")}
