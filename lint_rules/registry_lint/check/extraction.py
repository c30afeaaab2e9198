"""Extraction of many files, in one process or, where it pays, in several."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from registry_lint.cache import Cache, entry_name, put
from registry_lint.check.failures import READING, internal_error
from registry_lint.extract import extract
from registry_lint.facts import ModuleFacts, dump
from registry_lint.findings import Finding
from registry_lint.source import SourceFile, Unreadable, one_line

# Below this much source, starting processes costs more than it saves.
CHARACTERS_THAT_PAY = 4_000_000
FILES_IN_A_BATCH = 16

# On few processors, handing the facts over costs what the second one gains (measured on two).
PROCESSORS_THAT_PAY = 4

Result = ModuleFacts | Unreadable | Finding


class Store(NamedTuple):
    """Where facts are kept, and what kind of entry they are there."""

    cache: Cache
    kind: str


def extract_all(
    sources: Sequence[SourceFile], store: Store | None, jobs: int
) -> Iterator[tuple[SourceFile, Result]]:
    """Yield each file with its facts, or why there are none; `jobs` 0 is as many as are worth it."""
    done = 0
    for pair in _in_processes(sources, store, _processes(sources, jobs)):
        yield pair
        done += 1
    for source in sources[done:]:
        yield source, extract_one(source, store)


def extract_one(source: SourceFile, store: Store | None) -> Result:
    """Return the facts of one file, which are also stored, or why there are none; never raises."""
    try:
        facts = extract(source.text)
    except SyntaxError as error:
        return Unreadable(source.path, error.lineno or 0, f"cannot be parsed: {one_line(error)}")
    except ValueError as error:
        return Unreadable(source.path, 0, f"cannot be parsed: {one_line(error)}")
    except Exception as error:
        return internal_error(error, source.path, READING)
    if store is not None:
        with suppress(RecursionError):  # nested too deeply for JSON, which only costs speed
            put(store.cache, entry_name(store.kind, source.digest), dump(facts))
    return facts


def extract_batch(sources: Sequence[SourceFile], store: Store | None) -> list[Result]:
    """Return the results for some files; runs in another process."""
    return [extract_one(source, store) for source in sources]


def _processes(sources: Sequence[SourceFile], jobs: int) -> int:
    if jobs == 0:
        processors = os.cpu_count() or 1
        worth = sum(len(source.text) for source in sources) >= CHARACTERS_THAT_PAY
        jobs = min(processors, 8) if worth and processors >= PROCESSORS_THAT_PAY else 1
    return min(jobs, len(sources))


def _in_processes(
    sources: Sequence[SourceFile], store: Store | None, processes: int
) -> Iterator[tuple[SourceFile, Result]]:
    """Yield what other processes extract; ends early where there are none to be had, or one is killed."""
    if processes < 2:
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    if multiprocessing.current_process().daemon:  # such as flake8's workers, who may have no children
        return
    context = multiprocessing.get_context("spawn")
    batches = [sources[at : at + FILES_IN_A_BATCH] for at in range(0, len(sources), FILES_IN_A_BATCH)]
    executor = ProcessPoolExecutor(processes, context, _prepare)
    try:
        for batch, results in zip(
            batches, executor.map(partial(extract_batch, store=store), batches), strict=True
        ):
            yield from zip(batch, results, strict=True)
    except (OSError, BrokenProcessPool):
        return
    finally:
        executor.shutdown(cancel_futures=True)


def _prepare() -> None:
    """Leave Ctrl-C to the parent; and what these processes make is kept until they end."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
