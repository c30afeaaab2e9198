"""What is asked of an observed program, and the answers: what its processes held, or why none came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

EntryPath = tuple[str, ...]
"""The member of the registry that holds the entry (empty for itself), its key, the keys below."""


class Question(NamedTuple):
    """Which state of the parent is asked for, and which registries are read.

    `script` and `cell` are files that run as the main module; `aliases` says under which names
    modules known by their path are loaded (a script is `__main__`); `watched` are the modules of
    which it is asked whether they were imported; `path` comes first on the import path.
    """

    python: str
    modules: tuple[str, ...]
    run: str | None
    script: str | None
    cell: str | None
    source: str
    argv: tuple[str, ...]
    path: tuple[str, ...]
    registries: tuple[str, ...]
    watched: tuple[str, ...]
    aliases: Mapping[str, str]
    timeout: float


class Holding(NamedTuple):
    """What a registry holds in one process: the names of the values at each path.

    `absent` says in words why there is no such registry; it is empty where there is one.
    """

    entries: Mapping[EntryPath, tuple[str, ...]]
    absent: str = ""


class Seen(NamedTuple):
    """One process: its registries, the watched modules that it has imported, and how its script ended.

    `ended` is empty where nothing is to be said; `lines` are the last that the process printed.
    """

    registries: Mapping[str, Holding]
    imported: frozenset[str]
    ended: str = ""
    lines: tuple[str, ...] = ()


class Failure(NamedTuple):
    """Why a process could not be asked, in one line, and the last lines that it printed."""

    reason: str
    lines: tuple[str, ...] = ()
    of_parent: bool = False


class Answer(NamedTuple):
    """The parent and the worker of one start method; without a parent there is no worker."""

    parent: Seen | Failure
    child: Seen | Failure


def seen_from(document: Mapping[str, Any]) -> Seen | Failure:
    """Return the state that a process wrote down, or the error that it wrote instead."""
    if "error" in document:
        return Failure(str(document["error"]))
    registries = {name: _holding(found) for name, found in document["registries"].items()}
    return Seen(registries, frozenset(document["imported"]), document["ended"])


def _holding(found: Mapping[str, Any]) -> Holding:
    if "absent" in found:
        return Holding({}, found["absent"])
    entries: dict[EntryPath, tuple[str, ...]] = {}
    for path, value in found["entries"]:
        entries[tuple(path)] = (*entries.get(tuple(path), ()), value)
    return Holding(entries)
