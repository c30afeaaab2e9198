"""One run of a command: what it took, as the operating system counts it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ONE_RUN = Path(__file__).parent / "programs" / "one_run.py"


class Cost(NamedTuple):
    """Seconds on the clock and of the processors, and MiB at the peak.

    The seconds are those of the process and of every descendant it waited for; the peak is that of the
    largest single process among them, and below some 15 MiB that of the process that measures.
    """

    wall: float
    cpu: float
    memory: float


class Measure(NamedTuple):
    """A command that is to be timed, and what is done before each run, untimed."""

    name: str
    command: Sequence[str]
    prepare: Callable[[], object] = lambda: None
    accepted: frozenset[int] = frozenset({0})


class FailedError(Exception):
    """A command that did not do what it should: one line that says which, and its last words."""


def run(measure: Measure, environment: Mapping[str, str], limit: float) -> Cost | None:
    """Return the cost of one run, None where it does not finish within `limit` seconds.

    Raises `FailedError` for an exit status that is not expected, and for an error of our own (REG000): work
    that was not done must not look like speed.
    """
    measure.prepare()
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"
        starter = (sys.executable, "-I", "-S", str(ONE_RUN), str(answer), str(limit))
        done = subprocess.run([*starter, *measure.command], capture_output=True, env=environment, check=False)
        if done.returncode:
            raise FailedError(f"{measure.name}: could not be measured: {_last_words(done)}")
        told = json.loads(answer.read_text(encoding="utf-8"))
    status = told.pop("status")
    if status == -signal.SIGKILL and told["wall"] >= limit:
        return None
    if status not in measure.accepted or b" REG000 " in done.stdout or b": error: " in done.stderr:
        raise FailedError(f"{measure.name}: exit status {status}: {_last_words(done)}")
    return Cost(**told)


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    words = (done.stderr.strip() or done.stdout.strip()).decode(errors="replace").splitlines()
    return words[-1] if words else "nothing was said"
