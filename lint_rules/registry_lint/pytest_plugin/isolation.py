"""How registries are remembered before a test and put back after it, in this very process."""

from __future__ import annotations

import sys
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from registry_lint.pytest_plugin.knowledge import Blameless
from registry_lint.verify.inside.naming import name_of, own_namespace
from registry_lint.verify.inside.reading import ELEMENT, WEAK, find, members, pairs
from registry_lint.verify.targets import Known


class Kept(NamedTuple):
    """One container of a registry with a copy of its storage, and the keys that lead to it."""

    container: Any
    content: list[tuple[Any, Any]]
    path: tuple[str, ...]


class Isolation:
    """The registries as they were when this was made; `restore` puts them back."""

    def __init__(self, known: Mapping[str, Known], item: pytest.Item) -> None:
        self.known = known
        self.item = item
        self.modules = frozenset(sys.modules)
        self.bound = dict(_bound(known))
        self.kept = {name: list(_containers(found)) for name, found in self.bound.items()}

    def restore(self) -> None:
        """Put back what was held, and leave the entries that imports during the test have made."""
        blameless = Blameless.since(self.modules, self.item)
        for name, found in _bound(self.known):
            known = self.known[name]
            if name in self.bound:
                self._put_back(known, found, blameless)
            else:
                _clean(known, found, blameless)

    def _put_back(self, known: Known, found: object, blameless: Blameless) -> None:
        original = self.bound[known.record.id]
        now = {kept.path: kept for kept in _containers(found)}
        if found is not original:
            _bind(known.record.id, original)
        for kept in self.kept[known.record.id]:
            later = now.get(kept.path)
            _write(kept.container, [*kept.content, *_stays(known, kept, later, blameless)])


def _stays(known: Known, kept: Kept, later: Kept | None, blameless: Blameless) -> Iterator[tuple[Any, Any]]:
    """Yield the entries made during the test that it is not to blame for."""
    before = {id(key) for key, _ in kept.content} | {name_of(key) for key, _ in kept.content}
    for key, value in later.content if later else ():
        path = (*kept.path, name_of(key))
        if (
            id(key) not in before
            and name_of(key) not in before
            and _is_covered(known, path, value, blameless)
        ):
            yield key, value


def _clean(known: Known, found: object, blameless: Blameless) -> None:
    """Take what the test's own module has added out of a registry that the test was first to import."""
    for container, content, path in _containers(found):
        left = [
            (key, value)
            for key, value in content
            if _is_covered(known, (*path, name_of(key)), value, blameless, is_new=True)
        ]
        if len(left) < len(content):
            _write(container, left)


def _is_covered(
    known: Known, path: tuple[str, ...], value: object, blameless: Blameless, *, is_new: bool = False
) -> bool:
    return blameless.covers(known, path, "" if value is ELEMENT else name_of(value), is_new)


def _bound(known: Mapping[str, Known]) -> Iterator[tuple[str, object]]:
    """Yield the registries that are loaded in this process."""
    for name in known:
        try:
            yield name, find(name, {})
        except LookupError:
            continue


def _containers(found: object) -> Iterator[Kept]:
    """Yield the containers of one registry and, two levels deep, those that are their values."""
    for member, container in members(found):
        yield from _with_inner(container, (member,), 2)


def _with_inner(container: object, path: tuple[str, ...], depth: int) -> Iterator[Kept]:
    storage = own_namespace(container)["data"] if isinstance(container, WEAK) else container
    content = pairs(storage) or []
    yield Kept(storage, content, path)
    for key, value in content if depth else ():
        if isinstance(value, (dict, list, set, deque)):
            yield from _with_inner(value, (*path, name_of(key)), depth - 1)


def _write(container: Any, content: list[tuple[Any, Any]]) -> None:
    """Replace the content of a container's own storage, passing by what a subclass overrides."""
    now = pairs(container) or []
    if len(now) == len(content) and all(
        a is c and b is d for (a, b), (c, d) in zip(now, content, strict=True)
    ):
        return
    elements = [key for key, _ in content]
    if isinstance(container, dict):
        # An OrderedDict keeps an order of its own, which dict.clear would not empty.
        kind = OrderedDict if isinstance(container, OrderedDict) else dict
        kind.clear(container)
        for key, value in content:
            kind.__setitem__(container, key, value)
    elif isinstance(container, set):
        set.clear(container)
        set.update(container, elements)
    elif isinstance(container, list):
        list.__setitem__(container, slice(None), elements)
    else:
        deque.clear(container)
        deque.extend(container, elements)


def _bind(identifier: str, value: object) -> None:
    """Bind the name of a registry to the object that it was bound to before."""
    owner_id, _, name = identifier.rpartition("." if "." in identifier.partition(":")[2] else ":")
    owner: Any = find(owner_id, {}) if ":" in owner_id else sys.modules[owner_id]
    mangled = f"_{owner.__name__.lstrip('_')}{name}"
    setattr(owner, mangled if mangled in vars(owner) else name, value)
