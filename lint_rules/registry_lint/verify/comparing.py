"""The difference between what a registry holds in the parent and in a worker."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from registry_lint.verify.answers import EntryPath, Holding


class Difference(NamedTuple):
    """The entries that a worker lacks, those that only it has, and those that are something else.

    `absent` says why the worker has no such registry; it is empty where it has one.
    """

    missing: tuple[EntryPath, ...]
    extra: tuple[EntryPath, ...]
    different: tuple[EntryPath, ...]
    absent: str = ""

    @property
    def word(self) -> str:
        """The cell of the table: `same`, or what is missing, extra and different."""
        kinds = (("missing", self.missing), ("extra", self.extra), ("different object", self.different))
        found = [f"{kind} {len(paths)}: {_short(paths)}" for kind, paths in kinds if paths]
        if self.absent and not found:
            return f"empty there ({self.absent})" if self.absent else "same"
        return "; ".join(found) or "same"


def compare(parent: Holding, child: Holding) -> Difference:
    """Return how the worker's registry differs; entries below a missing entry are not listed again."""
    there = {path: Counter(values) for path, values in child.entries.items()}
    here = {path: Counter(values) for path, values in parent.entries.items()}
    return Difference(
        missing=_highest(_lacking(here, there)),
        extra=_highest(_lacking(there, here)),
        different=tuple(path for path in here if path in there and _is_other(here[path], there[path])),
        absent=child.absent,
    )


def shown(path: EntryPath) -> str:
    """Return an entry as people write it: a string key without quotes, the keys below in brackets."""
    keys = [key[1:-1] if key[:1] in ("'", '"') and key[:1] == key[-1:] else key for key in path[1:]]
    return keys[0] + "".join(f"[{key}]" for key in keys[1:])


def _lacking(here: dict[EntryPath, Counter[str]], there: dict[EntryPath, Counter[str]]) -> list[EntryPath]:
    """Return the paths that are not there, or less often: lists hold equal elements many times."""
    return [path for path in here if path not in there or here[path].total() > there[path].total()]


def _is_other(here: Counter[str], there: Counter[str]) -> bool:
    return here.total() == there.total() and here != there


def _highest(paths: list[EntryPath]) -> tuple[EntryPath, ...]:
    known = set(paths)
    return tuple(path for path in paths if not any(path[:end] in known for end in range(2, len(path))))


def _short(paths: tuple[EntryPath, ...]) -> str:
    names = [shown(path) for path in paths[:3]]
    return ", ".join(names) + (", …" if len(paths) > 3 else "")
