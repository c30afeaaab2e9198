"""What literals and comprehensions hold, whatever is spread into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project import sifting
from registry_lint.project.program import Node
from registry_lint.project.values import MOST_JOINED, Collection, Container, Literal, Value, Values

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


def read(resolver: Resolver, expression: facts.Display | facts.Comprehension, node: Node) -> Value:
    """Return a literal or comprehension as a collection (a generator counts as a list)."""
    if isinstance(expression, facts.Comprehension):
        key_group = (resolver.values(expression.key, node),) if expression.key is not None else ()
        kind = "list" if expression.kind == "generator" else expression.kind
        found = resolver.values(expression.value, node)
        return Collection(kind, key_group, (sifting.sifted(resolver, node, expression.tests, found),))
    keys: list[Values] = []
    groups: list[Values] = []
    for position, value in enumerate(expression.values):
        key = expression.keys[position] if expression.keys else None
        if isinstance(value, facts.Starred) or (expression.keys and key is None):
            _spread(resolver, value, node, keys, groups)
            continue
        if expression.keys and key is not None:
            keys.append(resolver.values(key, node))
        groups.append(resolver.values(value, node))
    return Collection(expression.kind, tuple(keys), tuple(groups))


def _spread(
    resolver: Resolver, value: Expression, node: Node, keys: list[Values], groups: list[Values]
) -> None:
    inner = value.value if isinstance(value, facts.Starred) else value
    for one in resolver.values(inner, node):
        known = one.contents if isinstance(one, Container) else one
        if isinstance(known, Collection) and len(groups) + len(known.values) <= MOST_JOINED:
            keys.extend(known.keys)
            groups.extend(known.values)


def by_name(collection: Collection) -> list[tuple[str, Values]]:
    """Return the entries of a dict whose keys are texts."""
    pairs = zip(collection.keys, collection.values, strict=False)
    return [
        (key[0].value, value)
        for key, value in pairs
        if len(key) == 1 and isinstance(key[0], Literal) and isinstance(key[0].value, str)
    ]
