"""Extraction of many files: in one process, where it pays in several, or wherever an executor runs it."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import storing
from registry_lint.cache import Cache, entry_name, own_code, put
from registry_lint.check.failures import READING, internal_error
from registry_lint.extract import extract
from registry_lint.facts import ModuleFacts
from registry_lint.findings import Finding
from registry_lint.source import SourceFile, Unreadable, one_line

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

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
    sources: Sequence[SourceFile], store: Store | None, jobs: int, executor: Executor | None = None
) -> Iterator[tuple[SourceFile, Result]]:
    """Yield each file, in order, with its facts, or why there are none.

    `jobs` 0 is as many processes as are worth it; an `executor` is used instead of processes of our own, and
    stays open. What it loses, by a killed worker or a lost connection, is extracted here.
    """
    if executor is None:
        with _processes(sources, jobs) as pool:
            if pool is None:
                yield from ((source, extract_one(source, store)) for source in sources)
            else:
                yield from _submitted(pool, sources, store)
        return
    for source, result in _submitted(executor, sources, None):
        _keep(source, result, store)  # by us: workers on other machines do not see the project's folder
        yield source, result


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
    _keep(source, facts, store)
    return facts


def extract_batch(sources: Sequence[SourceFile], store: Store | None) -> tuple[str, list[Result]]:
    """Return who worked, see `maker`, and the results for some files; runs in another process."""
    return maker(), [extract_one(source, store) for source in sources]


def kind_of_facts() -> str:
    """Return what the facts' entries are called, another name for each version of what makes them."""
    return f"facts {storing.FORMAT} {own_code('extract', 'facts.py', 'storing.py', 'places.py')}"


def maker() -> str:
    """Return a name for the code and the Python at work here: with others, a file has other facts."""
    return entry_name(kind_of_facts(), "")


def _keep(source: SourceFile, result: Result, store: Store | None) -> None:
    if store is not None and isinstance(result, ModuleFacts):
        with suppress(RecursionError):  # nested too deeply for JSON, which only costs speed
            put(store.cache, entry_name(store.kind, source.digest), storing.dump(result))


def _submitted(
    executor: Executor, sources: Sequence[SourceFile], store: Store | None
) -> Iterator[tuple[SourceFile, Result]]:
    """Yield what an executor extracts; batches that do not come back from it are done here."""
    batches = [sources[at : at + FILES_IN_A_BATCH] for at in range(0, len(sources), FILES_IN_A_BATCH)]
    futures = [_submit(executor, batch, store) for batch in batches]
    expected = maker()
    try:
        for batch, future in zip(batches, futures, strict=True):
            yield from zip(batch, _results(batch, future, expected, store), strict=True)
    finally:
        for future in filter(None, futures):
            future.cancel()


def _submit(
    executor: Executor, batch: Sequence[SourceFile], store: Store | None
) -> Future[tuple[str, list[Result]]] | None:
    # One by one and not by `map`, which sends a whole project to Dask as a single message.
    try:
        return executor.submit(extract_batch, batch, store)
    except Exception:  # each executor has its own; ours never raise
        return None


def _results(
    batch: Sequence[SourceFile],
    future: Future[tuple[str, list[Result]]] | None,
    expected: str,
    store: Store | None,
) -> list[Result]:
    """Return what came back, and do here what did not.

    A file without facts is read again: where other threads run, as in Dask's workers, CPython 3.11 may fail
    to build a syntax tree and succeed the next time (`AST constructor recursion depth mismatch`: it counts
    the depth for all threads together, and the garbage collector lets another one in).
    """
    results: Sequence[Result | None] = [None] * len(batch)
    if future is not None:
        with suppress(Exception):  # the executor's, as above: a lost worker or connection
            made_by, returned = future.result()
            results = returned if made_by == expected else results
    return [
        result if isinstance(result, ModuleFacts) else extract_one(source, store)
        for source, result in zip(batch, results, strict=True)
    ]


@contextmanager
def _processes(sources: Sequence[SourceFile], jobs: int) -> Iterator[Executor | None]:
    """Lend processes of our own, None where one process is as good or there may be no others."""
    count = _count(sources, jobs)
    if count < 2:
        yield None
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    if multiprocessing.current_process().daemon:  # such as flake8's workers, who may have no children
        yield None
        return
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _prepare)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _count(sources: Sequence[SourceFile], jobs: int) -> int:
    if jobs == 0:
        processors = os.cpu_count() or 1
        worth = sum(len(source.text) for source in sources) >= CHARACTERS_THAT_PAY
        jobs = min(processors, 8) if worth and processors >= PROCESSORS_THAT_PAY else 1
    return min(jobs, len(sources))


def _prepare() -> None:
    """Leave Ctrl-C to the parent; and what these processes make is kept until they end."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
