"""From texts to facts: look up in the cache, extract what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import storing
from registry_lint.cache import Cache, entry_name, get, sweep
from registry_lint.check.extraction import Store, extract_all, extract_one, kind_of_facts
from registry_lint.facts import ModuleFacts
from registry_lint.findings import Finding
from registry_lint.project import ModuleFile
from registry_lint.source import SourceFile, Unreadable, digest

if TYPE_CHECKING:
    from concurrent.futures import Executor


class Read(NamedTuple):
    """A file whose facts are known: themselves, or where they are kept only what they are called.

    `shape` names them without their lines, which `lines` has, as they are stored.
    """

    source: SourceFile
    facts: ModuleFacts | None
    digest: str
    shape: str
    lines: str


class Reading(NamedTuple):
    """All files with facts, those that could not be read, and our own failures."""

    files: tuple[Read, ...]
    unreadable: tuple[Unreadable, ...]
    failures: tuple[Finding, ...]
    store: Store | None

    def modules(self) -> Iterator[ModuleFile]:
        """Yield every file with its facts, which are loaded here where they were kept.

        Raises RuntimeError for facts that are lost and cannot be made again.
        """
        for source, facts, *_ in self.files:
            known = facts or _load(_kept(source, self.store)) or extract_one(source, None)
            if not isinstance(known, ModuleFacts):
                raise RuntimeError(f"{source.path}: its facts are lost")
            yield ModuleFile(source.path, source.module, source.is_package, known)


def read_facts(
    sources: Sequence[SourceFile | Unreadable],
    cache: Cache | None,
    jobs: int,
    progress: Callable[[int, int], None] | None,
    executor: Executor | None = None,
) -> Reading:
    """Return what is known of every file; one that fails never stops the others."""
    store = None if cache is None else Store(cache, kind_of_facts())
    unreadable = [source for source in sources if isinstance(source, Unreadable)]
    readable = [source for source in sources if isinstance(source, SourceFile)]
    known = [_named(source, None, _kept(source, store)) for source in readable]
    files = [file for file in known if file.digest]
    new = [file.source for file in known if not file.digest]
    failures: list[Finding] = []
    results = extract_all(new, store, jobs, executor)
    for done, (source, result) in enumerate(results, start=len(sources) - len(new) + 1):
        if progress is not None:
            progress(done, len(sources))
        if isinstance(result, ModuleFacts):
            files.append(_named(source, result, _kept(source, store)))
        elif isinstance(result, Unreadable):
            unreadable.append(result)
        else:
            failures.append(result)
    if cache is not None and new:
        sweep(cache)
    in_order = tuple(sorted(files, key=lambda file: file.source.path))
    return Reading(in_order, tuple(sorted(unreadable)), tuple(failures), store)


def _kept(source: SourceFile, store: Store | None) -> str | None:
    return None if store is None else get(store.cache, entry_name(store.kind, source.digest))


def _named(source: SourceFile, facts: ModuleFacts | None, kept: str | None) -> Read:
    if kept is None:
        return Read(source, facts, "", "", "")
    lines, shape = storing.split(kept)
    return Read(source, facts, digest(kept), digest(shape), lines)


def _load(text: str | None) -> ModuleFacts | None:
    if text is None:
        return None
    try:
        return storing.load(text)
    except ValueError:
        return None
