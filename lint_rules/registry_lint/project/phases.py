"""When a registration runs: the call graph walked back to where the program enters."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from registry_lint.places import Step
from registry_lint.project import conditions
from registry_lint.project.calls import CallGraph, never_runs
from registry_lint.project.hooks import Hooks
from registry_lint.project.model import Phase
from registry_lint.project.program import Node, Site

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_MOST_FUNCTIONS = 2000
# What only tests reach is part of them where its file says so; else it is there for others to call.
_FOR_TESTS = re.compile(r"(?:^|[/_])(?:tests?|testing)(?:[/_.]|$)|conftest")


def _nothing(function: Node) -> bool:
    return False


def _is_in(function: Node | None, stored: Callable[[Node], bool]) -> bool:
    """True for an entry, and for what stands in one."""
    while function is not None:
        if stored(function):
            return True
        function = function.parent.function if function.parent is not None else None
    return False


class Timing(NamedTuple):
    """A phase and the shortest chain that shows it, from the entry to the site."""

    phase: Phase
    trace: tuple[Step, ...]


class Chain(NamedTuple):
    """A function on the way back, the site in it that leads on, and what comes after."""

    function: Node
    after: tuple[Step, ...]


class Phases:
    """Answers for sites; the walk from a function is remembered."""

    def __init__(self, resolver: Resolver, calls: CallGraph, hooks: Hooks) -> None:
        self._resolver, self._calls, self._hooks = resolver, calls, hooks
        self._walks: dict[Node, Walk] = {}
        self._declared: dict[Node, bool] = {}

    def callers(self, node: Node) -> tuple[Site, ...]:
        """Return the sites from which a function is called."""
        return self._calls.callers(node)

    def of(
        self, site: Site, reads: Callable[[Node], bool], stored: Callable[[Node], bool] = _nothing
    ) -> Timing | None:
        """Return when a site runs, or None where it never does.

        `reads` says whether a function looks things up in the registry at hand, `stored` whether it is an
        entry of it: what only entries reach runs when one of them is looked up.
        """
        if never_runs(site):
            return None
        entry = self._enclosing(site)
        if entry == "never":
            return None
        if isinstance(entry, str):
            phase: Phase = "main-guard" if entry == "main" else "import"
            what = "main guard" if entry == "main" else "module body"
            return Timing(phase, (site.step(what),))
        walk = self._walk(entry)
        return self._judge(site, entry, walk, reads, stored)

    def _enclosing(self, site: Site) -> Node | str:
        """The function that a site runs in, or `import`, `main`, `never` at module level."""
        node, when = site.node, site.when
        main = False
        while True:
            around = node.facts.whens[when]
            if conditions.is_type_checking(around):
                return "never"
            main = main or conditions.is_main_guard(around)
            if node.is_callable:
                return "never" if self._is_declared(node) else "main" if main else node
            if node.parent is None:
                return "main" if main else "import"
            when = self._when_defined(node)
            node = node.parent

    def _is_declared(self, node: Node) -> bool:
        """True for a function that only type checkers see."""
        if node.parent is None:
            return False
        if node not in self._declared:
            around = node.parent.facts.whens[self._when_defined(node)]
            self._declared[node] = conditions.is_type_checking(around) or self._is_declared(node.parent)
        return self._declared[node]

    def _when_defined(self, node: Node) -> int:
        parent = node.parent
        if parent is not None:
            for statement in parent.facts.statements:
                if getattr(statement, "scope", None) == node.index:
                    return statement.when
        return 0

    def _walk(self, start: Node) -> Walk:
        if start not in self._walks:
            self._walks[start] = self._explore(start)
        return self._walks[start]

    def _explore(self, start: Node) -> Walk:
        walk = Walk({}, [], [], [], [])
        queue: deque[tuple[Node, tuple[Step, ...]]] = deque([(start, ())])
        walk.reached[start] = ()
        while queue and len(walk.reached) < _MOST_FUNCTIONS:
            function, after = queue.popleft()
            called = False
            for site in self._calls.callers(function):
                called = True  # a call that never runs still shows that nobody outside is meant to
                if never_runs(site):
                    continue
                entry = self._enclosing(site)
                if entry == "never":
                    continue
                chain = (site.step(_what(site, function)), *after)
                if entry == "import":
                    walk.imports.append(chain)
                    if len(walk.imports) == 1:
                        return walk
                elif entry == "main":
                    walk.mains.append(chain)
                elif isinstance(entry, Node) and entry not in walk.reached:
                    walk.reached[entry] = chain
                    queue.append((entry, chain))
            if not called:
                walk.roots.append((function, after))
        return walk

    def _judge(
        self,
        site: Site,
        start: Node,
        walk: Walk,
        reads: Callable[[Node], bool],
        stored: Callable[[Node], bool],
    ) -> Timing:
        here = site.step(f"in {start.qualname}")
        if walk.imports:
            return Timing("import", (*walk.imports[0], here))
        if self._hooks.tests(start):
            return Timing("test", (here,))
        for function, after in walk.reached.items():
            worker = self._hooks.worker(function)
            if worker is not None:
                return Timing("worker", (worker.step(f"hands {function.qualname} to workers"), *after, here))
        for function, after in walk.reached.items():
            if reads(function):
                step = Step(function.module.path, function.facts.span.line, f"look-up in {function.qualname}")
                return Timing("lookup", (step, *after, here))
        entered = [(one, after) for one, after in walk.roots if not self._hooks.tests(one)]
        if entered and all(_is_in(one, stored) for one, _ in entered):
            function, after = entered[0]
            step = Step(function.module.path, function.facts.span.line, f"look-up of {function.qualname}")
            return Timing("lookup", (step, *after, here))
        for function, after in walk.reached.items():
            if self._hooks.startup(function):
                step = Step(
                    function.module.path, function.facts.span.line, f"start-up hook {function.qualname}"
                )
                return Timing("hook", (step, *after, here))
        tested = walk.roots and all(self._hooks.tests(function) for function, _ in walk.roots)
        if tested and _FOR_TESTS.search(start.module.path):
            return Timing("test", (here,))
        others = [(f, after) for f, after in walk.roots if not self._hooks.tests(f) and f is not start]
        if walk.mains and not others:
            return Timing("main-guard", (*min(walk.mains, key=len), here))
        if not others or start in [f for f, _ in walk.roots]:
            return Timing("late", (here,))
        function, after = min(others, key=lambda one: (len(one[1]), one[0].order()))
        step = Step(function.module.path, function.facts.span.line, f"{function.qualname} is called")
        return Timing("late", (step, *after, here))


class Walk(NamedTuple):
    """What a walk back from a function met: functions with their chains, and the ends."""

    reached: dict[Node, tuple[Step, ...]]
    imports: list[tuple[Step, ...]]
    mains: list[tuple[Step, ...]]
    roots: list[tuple[Node, tuple[Step, ...]]]
    workers: list[Site]


def _what(site: Site, function: Node) -> str:
    where = site.node.qualname or "module body"
    return f"{where} calls {function.qualname}"
