"""The methods by which built-in containers are changed."""

from __future__ import annotations

ADDING = frozenset({"append", "add", "appendleft", "insert"})
JOINING = frozenset({"update", "extend", "extendleft", "__ior__", "__iadd__", "subscribe_many"})
KEYED = frozenset({"setdefault", "__setitem__"})
REMOVING = frozenset({"pop", "remove", "discard", "clear", "popitem", "popleft", "__delitem__"})
MUTATORS = ADDING | JOINING | KEYED | REMOVING
