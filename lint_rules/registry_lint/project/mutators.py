"""The methods by which built-in containers are changed, and the library's functions that do the same."""

from __future__ import annotations

ADDING = frozenset({"append", "add", "appendleft", "insert"})
JOINING = frozenset({"update", "extend", "extendleft", "__ior__", "__iadd__", "subscribe_many"})
KEYED = frozenset({"setdefault", "__setitem__"})
REMOVING = frozenset({"pop", "remove", "discard", "clear", "popitem", "popleft", "__delitem__"})
MUTATORS = ADDING | JOINING | KEYED | REMOVING

# Functions that change their first argument as a method of it would, by the last part of their name.
_FUNCTIONS = {
    "operator": {"setitem": "__setitem__", "delitem": "__delitem__", "iadd": "__iadd__", "ior": "__ior__"},
    "bisect": {"insort": "append", "insort_left": "append", "insort_right": "append"},
    "heapq": {"heappush": "append"},
}
WRITING_FUNCTIONS = frozenset(name for names in _FUNCTIONS.values() for name in names)


def method_of(function: str) -> str:
    """Return the method that a library function stands for, given its dotted name (or an empty string)."""
    module, _, name = function.rpartition(".")
    return _FUNCTIONS.get(module, {}).get(name, "")
