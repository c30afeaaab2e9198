"""One run of a command: what it took, as the operating system counts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import resource

MEBIBYTE = 2**20


class Cost(NamedTuple):
    """Seconds on the clock and of the processors, and MiB at the peak.

    The seconds are those of the process and of every descendant it waited for; the peak is that of the
    largest single process among them. Linux counts the size of whoever starts a process into its peak, which
    is some 20 MiB here: smaller peaks than that cannot be told apart.
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
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        start = time.perf_counter()
        process = subprocess.Popen(
            measure.command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            env=environment,
            start_new_session=True,
        )
        status, usage = _wait(process, limit)
        wall = time.perf_counter() - start
        said.seek(0)
        complained.seek(0)
        if status == -signal.SIGKILL and wall >= limit:
            return None
        _expect(measure, status, said.read(), complained.read())
    # Kibibytes on Linux, bytes on macOS: getrusage(2) of each.
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / MEBIBYTE)


def lines_in(files: Sequence[Path]) -> int:
    """Return the number of lines in some files."""
    return sum(file.read_bytes().count(b"\n") for file in files)


def _wait(process: subprocess.Popen[bytes], limit: float) -> tuple[int, resource.struct_rusage]:
    """Wait for a process and kill it, with what it started, when it takes too long."""
    killer = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
    killer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


def _expect(measure: Measure, status: int, said: bytes, complained: bytes) -> None:
    if status not in measure.accepted or b" REG000 " in said or b": error: " in complained:
        words = (complained.strip() or said.strip()).decode(errors="replace").splitlines()[-1:]
        raise FailedError(f"{measure.name}: exit status {status}: {''.join(words) or 'nothing was said'}")
