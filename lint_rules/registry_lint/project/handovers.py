"""Which functions are handed over under a keyword: by that keyword, by its position, in a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.methods import last_name
from registry_lint.project.program import Node, Program, Site, walk
from registry_lint.project.values import FunctionValue, Partial, Value

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

# Library, "multiprocessing.pool.Pool" and "ProcessPoolExecutor": where `initializer` stands.
_POSITIONS = {"Pool": ("initializer", 1), "ProcessPoolExecutor": ("initializer", 2)}


class Handovers:
    """What calls hand over under some keywords, by the names that stand in it."""

    def __init__(self, resolver: Resolver, program: Program, keywords: frozenset[str]) -> None:
        self._resolver, self._keywords = resolver, keywords
        self._found: dict[str, list[tuple[Expression, Site]]] = {}
        for node in program.nodes():
            for call, site in node.calls:
                for keyword, value in _offered(call):
                    if keyword in keywords:
                        for name in _names(value):
                            self._found.setdefault(name, []).append((value, site))

    def of(self, node: Node, names: Iterable[str]) -> Site | None:
        """Return the first site that hands a function over, by one of its names."""
        for name in names:
            for value, site in self._found.get(name, ()):
                if any(_is(one, node) for one in self._resolver.values(value, site.node)):
                    return site
        return None


def _offered(call: facts.Call) -> Iterator[tuple[str, Expression]]:
    for keyword in call.keywords:
        if keyword.name:
            yield keyword.name, keyword.value
    keyword_name, position = _POSITIONS.get(last_name(call.function), ("", 0))
    if keyword_name and len(call.arguments) > position:
        yield keyword_name, call.arguments[position]
    for given in (*call.arguments, *(keyword.value for keyword in call.keywords)):
        if isinstance(given, facts.Display):
            for key, value in zip(given.keys, given.values, strict=False):
                if isinstance(key, facts.Constant) and isinstance(key.value, str):
                    yield key.value, value


def _names(value: Expression) -> set[str]:
    return {last_name(part) for part in walk(value)} - {""}


def _is(value: Value, node: Node) -> bool:
    callee = value.callee if isinstance(value, Partial) else value
    return isinstance(callee, FunctionValue) and callee.node is node
