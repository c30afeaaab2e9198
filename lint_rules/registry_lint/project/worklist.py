"""In which order scopes are worked out, and which must be worked out again: a least fixed point."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence

from registry_lint.facts import Expression
from registry_lint.project.outcomes import Effect, Noted, Outcome, identity, place
from registry_lint.project.program import Node
from registry_lint.project.relevance import Relevance
from registry_lint.project.values import Member

# Functions that call each other hand values round and round: after some visits only new places are news.
_CLOSE_VISITS = 3
_MOST_VISITS = 40

# A scope by how often it has changed, a method's name by whether it writes, a callee by whether it acts.
Need = Node | str | tuple[Expression, Node]
Found = dict[tuple[object, ...], Outcome]
# What was worked out, and what must be as it was for it still to hold.
Remembered = tuple[tuple[tuple[Need, int], ...], tuple[Noted, ...]]
_NOTHING: Remembered = ((), ())


class Worklist:
    """Works every scope out, callees first, and again when what it was worked out from has grown.

    `work_out` gives a scope's outcomes; it asks here for those of the scopes that it calls.
    """

    def __init__(self, relevance: Relevance, work_out: Callable[[Node], Found]) -> None:
        self._relevance, self._work_out = relevance, work_out
        self._known: dict[Node, tuple[Outcome, ...]] = {}
        self._asked: dict[Node, dict[Node, None]] = {}
        self._visits: dict[Node, int] = {}
        self._versions: dict[Node, int] = {}
        self._memory: dict[int, Remembered] = {}
        self._needs: dict[Need, int] = {}
        self._direct: set[str] = set()
        self._current: Node | None = None
        self.asked = 0

    def run(self) -> None:
        """Work out every scope until nothing changes."""
        nodes = self._relevance.callees_first()
        places = {node: position for position, node in enumerate(nodes)}
        due = list(range(len(nodes)))
        waiting = set(due)
        while due:
            position = heapq.heappop(due)
            waiting.discard(position)
            for other in self._visit(nodes[position]):
                again = places[other]
                if again not in waiting and self._visits.get(other, 0) < _MOST_VISITS:
                    waiting.add(again)
                    heapq.heappush(due, again)
        self._memory.clear()

    def _visit(self, node: Node) -> dict[Node, None]:
        """Work a scope out again; return the scopes for which what changed is news."""
        before = self._known.get(node, ())
        self._current = node
        found = self._work_out(node)
        self._current = None
        self._known[node] = tuple(found.values())
        self._visits[node] = self._visits.get(node, 0) + 1
        same = identity if self._visits[node] < _CLOSE_VISITS else place
        if {same(outcome) for outcome in found.values()} <= {same(outcome) for outcome in before}:
            return {}
        self._versions[node] = self._versions.get(node, 0) + 1
        concerned = dict(self._asked.get(node, {}))
        if found:
            if any(isinstance(outcome, Effect) for outcome in found.values()):
                self._direct.add(node.facts.name)
            concerned.update(self._relevance.mark(node, any(map(self._writes, found.values()))))
        return concerned

    def _writes(self, outcome: Outcome) -> bool:
        """True for a write, and for a call of a method that writes."""
        if isinstance(outcome, Effect):
            return True
        return isinstance(outcome.callee, Member) and outcome.callee.attr in self._direct

    # -- what working out asks ---------------------------------------------------------------------

    def of(self, node: Node) -> tuple[Outcome, ...]:
        """Return what is known of a scope by now; `asked` counts such questions."""
        self.asked += 1
        if self._current is not None:
            self._asked.setdefault(node, {})[self._current] = None
            self._needs[node] = self._versions.get(node, 0)
        return self._known.get(node, ())

    def may_act(self, function: Expression, node: Node) -> bool:
        """Return whether calling `function` may write, as far as is known now."""
        self.asked += 1
        answer = self._relevance.may_act(function, node)
        if not answer:
            self._needs[function, node] = answer
        return answer

    def may_write(self, name: str) -> bool:
        """Return whether a method of that name writes, as far as is known now."""
        self.asked += 1
        self._needs[name] = name in self._relevance.writers
        return name in self._relevance.writers

    def remembered(self, part: object, work_out: Callable[[], Iterator[Noted]]) -> Sequence[Noted]:
        """Return what a statement or call does, worked out again only where what it needs has changed."""
        known = self._memory.get(id(part))
        if known is not None and all(self._still(need, state) for need, state in known[0]):
            return known[1]
        self._needs = {}
        outcomes = tuple(work_out())
        # Most parts do nothing and need nothing: one object for all of them.
        known = (tuple(self._needs.items()), outcomes) if self._needs or outcomes else _NOTHING
        self._memory[id(part)] = known
        return outcomes

    def _still(self, need: Need, state: int) -> bool:
        if isinstance(need, tuple):
            return self._relevance.may_act(*need) == state
        if isinstance(need, str):
            return (need in self._relevance.writers) == state
        return self._versions.get(need, 0) == state
