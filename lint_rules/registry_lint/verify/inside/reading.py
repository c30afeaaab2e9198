"""How a registry is found by its id and read from its storage, without waking or calling anything."""

from __future__ import annotations

import collections
import collections.abc
import gc
import sys
import types
import weakref
from collections.abc import Iterator
from typing import Any

from registry_lint.verify.inside.naming import class_namespace, isinstance_by_type, name_of, own_namespace

WEAK = (weakref.WeakValueDictionary, weakref.WeakKeyDictionary, weakref.WeakSet)
WRAPPED = (collections.UserDict, collections.UserList, collections.ChainMap)
SEQUENCES: tuple[Any, ...] = (list, collections.deque, set)
DEPTH = 2
# Py_TPFLAGS_HEAPTYPE: a class made by a class statement; the others' members are CPython's affair.
HEAP_TYPE = 1 << 9
ELEMENT = object()


def find(identifier: str, aliases: dict[str, str]) -> object:
    """Return what `pkg.mod:Owner._attr` names in this process.

    Only what is loaded is looked at. Raises LookupError, in words, when the module is not
    imported here or holds no such name.
    """
    module_name, _, path = identifier.partition(":")
    value: object = sys.modules.get(aliases.get(module_name, module_name))
    if value is None:
        raise LookupError(f"module {module_name} is not imported")
    owner = ""
    for part in path.split("."):
        namespace = namespace_of(value)
        if part not in namespace:
            part = f"_{owner.lstrip('_')}{part}"
        if part not in namespace:
            raise LookupError(f"{module_name} has no {path}")
        value, owner = namespace[part], part
    return value


def namespace_of(value: object) -> dict[str, object]:
    """Return the names in a module, a class (its bases included) or an instance."""
    if isinstance_by_type(type(value), (types.ModuleType,)):
        return dict(object.__getattribute__(value, "__dict__"))
    if not issubclass(type(value), type):
        return own_namespace(value)
    merged: dict[str, object] = {}
    for owner in reversed(type.__dict__["__mro__"].__get__(value)):
        merged.update(class_namespace(owner))
    return merged


def pairs(value: object) -> list[tuple[object, object]] | None:
    """Return the keys and values in a container's own storage, or None for what is no container.

    The elements of lists and sets have the value `ELEMENT`; a set's come by name, as its own order is
    another in every process. A subclass that overrides `items` or `__iter__` (lazy mappings do) is not asked.
    """
    kind = type(value)
    if isinstance_by_type(kind, (dict,)):
        return list(dict.items(value))  # type: ignore[arg-type]
    for sequence in SEQUENCES:
        if isinstance_by_type(kind, (sequence,)):
            elements = list(sequence.__iter__(value))
            if sequence is set:
                elements.sort(key=name_of)
            return [(element, ELEMENT) for element in elements]
    if isinstance_by_type(kind, WEAK):
        return alive(pairs(own_namespace(value).get("data")) or [])
    if kind is types.MappingProxyType:
        return pairs(gc.get_referents(value)[0])
    return None


def alive(entries: list[tuple[object, object]]) -> list[tuple[object, object]]:
    """Return the entries of a weak container with its references followed, the dead left out."""
    followed = [(followed_reference(key), followed_reference(value)) for key, value in entries]
    return [entry for entry in followed if entry[0] is not None and entry[1] is not None]


def followed_reference(value: object) -> object:
    """Return what a weak reference stands for, and any other value as it is."""
    if issubclass(type(value), weakref.ref):
        return weakref.ref.__call__(value)  # type: ignore[arg-type]
    return value


def members(value: object) -> Iterator[tuple[str, object]]:
    """Yield the containers that make up a registry, each with the attribute that holds it.

    A container is its own member, under the empty name; an object has those in its dictionary
    and slots, and the storage of a `UserDict` or a mapping of its own making is found there too.
    """
    if pairs(value) is not None:
        yield "", value
    if issubclass(type(value), type) or isinstance_by_type(type(value), (types.ModuleType, *WEAK)):
        return
    held = {**slots_of(value), **own_namespace(value)}
    if isinstance_by_type(type(value), (collections.ChainMap,)):
        held = {f"maps[{number}]": each for number, (each, _) in enumerate(pairs(held["maps"]) or ())}
    for name, item in held.items():
        if pairs(item) is not None:
            yield name, item
        elif isinstance_by_type(type(item), (*WRAPPED, collections.abc.MutableMapping)):
            yield from ((f"{name}.{inner}", held_inside) for inner, held_inside in members(item))


def slots_of(value: object) -> dict[str, object]:
    """Return the slots of an instance that are filled."""
    found: dict[str, object] = {}
    for kind in type.__dict__["__mro__"].__get__(type(value)):
        for name, slot in class_namespace(kind).items():
            if type(slot) is types.MemberDescriptorType and kind.__flags__ & HEAP_TYPE:
                try:
                    found.setdefault(name, slot.__get__(value))
                except AttributeError:
                    continue
    return found


def entries(value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield the path and value of every entry: member, key, and the keys of containers below it."""
    for member, container in members(value):
        for path, item in below(container, DEPTH):
            yield (member, *path), item


def below(container: object, depth: int) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield the path and value of the entries of one container, and of those it holds."""
    for key, item in pairs(container) or ():
        yield (name_of(key),), item
        if depth and isinstance_by_type(type(item), (dict, *SEQUENCES)):
            for path, inner in below(item, depth - 1):
                yield (name_of(key), *path), inner


def snapshot(identifiers: list[str], aliases: dict[str, str]) -> dict[str, object]:
    """Return, for each id, `{"entries": [[path, value name], ...]}` or `{"absent": why}`.

    Garbage is collected first, so that a weak container shows only what something else holds.
    """
    gc.collect()
    return {identifier: read(identifier, aliases) for identifier in identifiers}


def read(identifier: str, aliases: dict[str, str]) -> dict[str, object]:
    """Return what one registry holds, in the form that `snapshot` describes."""
    try:
        found = find(identifier, aliases)
    except LookupError as error:
        return {"absent": str(error)}
    return {
        "type": name_of(type(found)),
        "entries": [[list(path), "" if item is ELEMENT else name_of(item)] for path, item in entries(found)],
    }
