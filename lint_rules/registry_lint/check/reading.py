"""From texts to facts: look up in the cache, extract what is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import facts as stored
from registry_lint.cache import Cache, entry_name, get, sweep
from registry_lint.check.extraction import Store, extract_all, kind_of_facts
from registry_lint.facts import ModuleFacts
from registry_lint.findings import Finding
from registry_lint.project import ModuleFile
from registry_lint.source import SourceFile, Unreadable

if TYPE_CHECKING:
    from concurrent.futures import Executor


class Reading(NamedTuple):
    """The facts of all files, those that could not be read, and our own failures."""

    modules: tuple[ModuleFile, ...]
    unreadable: tuple[Unreadable, ...]
    failures: tuple[Finding, ...]


def read_facts(
    sources: Sequence[SourceFile | Unreadable],
    cache: Cache | None,
    jobs: int,
    progress: Callable[[int, int], None] | None,
    executor: Executor | None = None,
) -> Reading:
    """Return the facts of every file; a file that fails never stops the others."""
    store = None if cache is None else Store(cache, kind_of_facts())
    unreadable = [source for source in sources if isinstance(source, Unreadable)]
    readable = [source for source in sources if isinstance(source, SourceFile)]
    known = {source.path: _remembered(source, store) for source in readable}
    new = [source for source in readable if known[source.path] is None]
    modules = [_module(source, facts) for source in readable if (facts := known[source.path]) is not None]
    failures: list[Finding] = []
    results = extract_all(new, store, jobs, executor)
    for done, (source, result) in enumerate(results, start=len(sources) - len(new) + 1):
        if progress is not None:
            progress(done, len(sources))
        if isinstance(result, ModuleFacts):
            modules.append(_module(source, result))
        elif isinstance(result, Unreadable):
            unreadable.append(result)
        else:
            failures.append(result)
    if cache is not None and new:
        sweep(cache)
    return Reading(
        tuple(sorted(modules, key=lambda module: module.path)), tuple(sorted(unreadable)), tuple(failures)
    )


def _module(source: SourceFile, facts: ModuleFacts) -> ModuleFile:
    return ModuleFile(source.path, source.module, source.is_package, facts)


def _remembered(source: SourceFile, store: Store | None) -> ModuleFacts | None:
    text = None if store is None else get(store.cache, entry_name(store.kind, source.digest))
    if text is None:
        return None
    try:
        return stored.load(text)
    except ValueError:
        return None
