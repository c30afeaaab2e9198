"""Extraction of many files, in one process or, where it pays, in several."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from registry_lint.check.failures import READING, internal_error
from registry_lint.extract import extract
from registry_lint.facts import ModuleFacts
from registry_lint.findings import Finding
from registry_lint.source import SourceFile, Unreadable, one_line

# Below this much source, starting processes costs more than it saves.
CHARACTERS_THAT_PAY = 4_000_000
FILES_IN_A_BATCH = 16

Result = ModuleFacts | Unreadable | Finding


def extract_all(sources: Sequence[SourceFile], jobs: int) -> Iterator[tuple[SourceFile, Result]]:
    """Yield each file with its facts, or why there are none; `jobs` 0 is as many as are worth it."""
    processes = _processes(sources, jobs)
    done = 0
    if processes > 1:
        try:
            for pair in _in_processes(sources, processes):
                yield pair
                done += 1
        except (OSError, BrokenProcessPool):
            pass  # no processes to be had, or one was killed: the rest is done here
    for source in sources[done:]:
        yield source, extract_one(source)


def extract_one(source: SourceFile) -> Result:
    """Return the facts of one file, or why there are none; never raises."""
    try:
        return extract(source.text)
    except SyntaxError as error:
        return Unreadable(source.path, error.lineno or 0, f"cannot be parsed: {one_line(error)}")
    except ValueError as error:
        return Unreadable(source.path, 0, f"cannot be parsed: {one_line(error)}")
    except Exception as error:
        return internal_error(error, source.path, READING)


def extract_batch(sources: Sequence[SourceFile]) -> list[Result]:
    """Return the results for some files; runs in another process."""
    return [extract_one(source) for source in sources]


def _processes(sources: Sequence[SourceFile], jobs: int) -> int:
    if multiprocessing.current_process().daemon:  # such as flake8's workers, who may have no children
        return 1
    if jobs == 0:
        worth = sum(len(source.text) for source in sources) >= CHARACTERS_THAT_PAY
        jobs = min(os.cpu_count() or 1, 8) if worth else 1
    return min(jobs, len(sources))


def _in_processes(sources: Sequence[SourceFile], processes: int) -> Iterator[tuple[SourceFile, Result]]:
    context = multiprocessing.get_context("spawn")
    batches = [sources[at : at + FILES_IN_A_BATCH] for at in range(0, len(sources), FILES_IN_A_BATCH)]
    executor = ProcessPoolExecutor(processes, context, _leave_interrupts_to_the_parent)
    try:
        for batch, results in zip(batches, executor.map(extract_batch, batches), strict=True):
            yield from zip(batch, results, strict=True)
    finally:
        executor.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
