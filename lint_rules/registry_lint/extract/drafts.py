"""A scope while its body is being read: its statements, and which bindings reach the place at hand."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from registry_lint import facts
from registry_lint.facts import Condition
from registry_lint.places import Span

# What a name has before the first binding: a parameter, or what stands outside.
_BEFORE = frozenset({-1})
_ANY: frozenset[int] = frozenset()
Reaching: TypeAlias = "dict[str, frozenset[int]]"


class Draft:
    """A scope while its body is being read; `reaching` maps names to the bindings that may count now.

    These are reaching definitions (Aho, Lam, Sethi, Ullman: Compilers, 9.2.4), an empty set for all.
    """

    def __init__(self, kind: str, name: str, parent: int, span: Span) -> None:
        self.kind, self.name, self.parent, self.span = kind, name, parent, span
        self.statements: list[facts.Statement] = []
        self.outer_names: list[str] = []
        self.conditions: tuple[Condition, ...] = ()
        self.whens: dict[tuple[Condition, ...], int] = {(): 0}
        self.reaching: Reaching = {}
        self._bound: dict[str, int] = {}
        self._sorted: dict[frozenset[int], tuple[int, ...]] = {_BEFORE: (-1,)}
        self._when: tuple[tuple[Condition, ...], int] = ((), 0)

    def when(self) -> int:
        """Return the number of the conditions that hold here."""
        if self._when[0] is not self.conditions:  # hashing them is dear
            self._when = self.conditions, self.whens.setdefault(self.conditions, len(self.whens))
        return self._when[1]

    def receive(self, names: Iterable[str]) -> None:
        """Note the parameters that a function starts with."""
        self.reaching = dict.fromkeys(names, _BEFORE)

    def bind(self, name: str, is_bare: bool = False) -> None:
        """Note that the next statement binds a name; an annotation without a value may leave it as it was."""
        if not name or name in self.outer_names:
            return
        number = self._bound.get(name, 0)
        self._bound[name] = number + 1
        before = self.reaching.get(name, _BEFORE)
        if is_bare:
            self.reaching[name] = before | {number} if before else _ANY
        else:
            self.reaching[name] = frozenset({number})

    def reach(self, name: str) -> tuple[int, ...]:
        """Return the bindings that a name read here may have, empty for all."""
        found = self.reaching.get(name)
        if not found:
            return ()
        if found not in self._sorted:
            self._sorted[found] = tuple(sorted(found))
        return self._sorted[found]

    def loosen(self, names: Mapping[str, int]) -> None:
        """From here on names may have the bindings of a loop's body, each so many: it runs again."""
        for name, many in names.items():
            before, first = self.reaching.get(name, _BEFORE), self._bound.get(name, 0)
            self.reaching[name] = before | frozenset(range(first, first + many)) if before else _ANY

    def hide(self, names: Iterable[str], before: Reaching) -> None:
        """The variables of a comprehension end with it."""
        for name in names:
            self.reaching[name] = before.get(name, _BEFORE)

    def may_stop(self, before: Reaching, bound: dict[str, int]) -> None:
        """A block may have stopped anywhere: each of its bindings may count, or none."""
        for name in self.reaching:
            first = bound.get(name, 0)
            new = frozenset(range(first, self._bound.get(name, 0)))
            if new:
                kept = before.get(name, _BEFORE)
                self.reaching[name] = kept | new if kept else _ANY

    def counts(self) -> dict[str, int]:
        """Return how often each name has been bound so far."""
        return dict(self._bound)

    def join(self, states: Sequence[Reaching]) -> None:
        """Go on where several branches meet; where none goes on, what follows is never run."""
        if not states:
            return
        self.reaching = dict(states[0]) if len(states) == 1 else {}
        for name in set().union(*states) if len(states) > 1 else ():
            groups = [state.get(name, _BEFORE) for state in states]
            self.reaching[name] = _ANY.union(*groups) if all(groups) else _ANY


def stored(*parts: Any) -> Counter[str]:
    """Return the names that parts of a syntax tree may bind, and how often at most."""
    found: Counter[str] = Counter()
    stack = list(parts)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                found[node.id] += 1
        elif isinstance(node, ast.alias):
            found[node.asname or node.name.partition(".")[0]] += 1
        else:
            name = getattr(node, "name", None) or getattr(node, "rest", None)
            if isinstance(name, str):
                found[name] += 1
            for field in node._fields:  # as `ast.walk` does, in half the time
                value = getattr(node, field, None)
                if isinstance(value, ast.AST):
                    stack.append(value)
                elif isinstance(value, list):
                    stack.extend(part for part in value if isinstance(part, ast.AST))
    return found
