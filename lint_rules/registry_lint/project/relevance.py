"""Which writes and calls can matter at all, told by the names they use: the rest need no evaluation.

A container is reached by names only: the one it is bound to, and those that statements bind to what
such a name stands for. The same holds for functions that write. Names are followed wherever they
stand, so that the question is asked too often but never too seldom.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.aliases import Aliases, Key, bare, callee_keys, key_of, mentioned, names_of
from registry_lint.project.classes import CONTAINERS
from registry_lint.project.methods import last_name
from registry_lint.project.mutators import MUTATORS, WRITING_FUNCTIONS
from registry_lint.project.program import Node, Program, walk

_CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "__call__"})
_CREATING = frozenset({"__init_subclass__", "__set_name__", "__new__", "__init__", "__prepare__"})
# Builtins that call what they are given, or make a class.
_BUILTINS = frozenset(dir(builtins))
_CALLING = frozenset({"map", "filter", "type"})
_CONTAINERS = frozenset(CONTAINERS.values())


class Relevance:
    """Names that lead to containers (`live`) and to functions that write (`acting`).

    `acting` grows while effects are worked out; `mark` says which scopes that concerns. `writers`
    are the names under which an unknown object's method may write.
    """

    def __init__(self, program: Program, names: Iterable[str], owners: set[str]) -> None:
        self._owners = owners
        self._aliases = Aliases(program)
        self._given: dict[Node, frozenset[Key]] = {}
        self._receiving: set[Key] | None = None
        self._receiving_heads: set[Key] = set()
        self._families: set[Key] = set()
        self._called_families: set[Key] = set()
        self._program = program
        self.live = self._aliases.reached(names)
        self.acting: set[Key] = self._aliases.reached(WRITING_FUNCTIONS)
        self.writers: set[str] = set()

    # -- writes ------------------------------------------------------------------------------------

    def may_write(self, receiver: Expression, node: Node) -> bool:
        """True if a write to `receiver` may reach a container that others know, or one handed in."""
        names = mentioned(receiver, node)
        return not self.live.isdisjoint(names) or "data" in names or not self.given(node).isdisjoint(names)

    def given(self, node: Node) -> frozenset[Key]:
        """Return the parameters of the functions around, and the local names for what they were given."""
        function = node.function
        if function is None:
            return frozenset()
        if function not in self._given:
            above = function.parent.function if function.parent else None
            found: set[Key] = set(self.given(above)) if above else set()
            found |= {(function, name) for name in function.parameters}
            binds = [one for one in function.facts.statements if isinstance(one, facts.Bind)]
            for _ in range(3):
                for one in binds:
                    if any(key_of(name, function) in found for name in bare(one.value)):
                        found.add((function, one.target))
            self._given[function] = frozenset(found)
        return self._given[function]

    # -- calls -------------------------------------------------------------------------------------

    def may_act(self, function: Expression, node: Node) -> bool:
        """True if calling (or decorating with) `function` may write, as far as is known now."""
        if isinstance(function, facts.Attribute):
            attr = function.attr
            if attr in self.acting or attr in self._aliases.kept or attr == "__class__":
                return True
            if attr not in MUTATORS:
                return False
            return (
                self.may_write(function.value, node) or _is_class(function.value) or _is_super(function.value)
            )
        if isinstance(function, facts.Name):
            if function.id in _BUILTINS and not is_bound(function.id, node):
                return function.id in _CALLING
            key = key_of(function.id, node)
            return key in self.acting or key in self.given(node)
        names = mentioned(function, node)
        if "type" in names or "__class__" in names:
            return True
        return any(not group.isdisjoint(names) for group in (self.acting, self.given(node)))

    def mark(self, node: Node, writes: bool) -> dict[Node, None]:
        """Note that calling a function matters; return the scopes for which that is news.

        `writes` says that it writes, rather than only calling what it is given.
        """
        concerned: dict[Node, None] = {}
        if node.facts.name in _CREATING:
            concerned.update(self._aliases.class_makers)
        own, *around = names_of(node)
        names: set[Key] = {own, *around, *(name + "()" for name in around)}
        names |= self._aliases.families(_constructed(node), self._families)
        for outer in _around(node):
            if outer.facts.name == "__call__" and outer.parent is not None:
                called = self._aliases.families([outer.parent.facts.name], self._called_families)
                names |= {name + "()" for name in called if isinstance(name, str)}
        news = self._spread(names)
        if writes and own not in self.writers:
            news.add(own)
            self.writers.add(own)
        for name in sorted(news, key=_order):
            concerned.update(self._aliases.callers.get(name, {}))
        return concerned

    def _spread(self, names: set[Key]) -> set[Key]:
        """Everything that something under the names goes by acts too; return what is new."""
        new = names - self.acting
        queue = list(new)
        while queue:
            name = queue.pop()
            for table in (self._aliases.goes_by, self._aliases.held_by):
                more = table.get(name, set()) - self.acting - new
                new |= more
                queue.extend(more)
        self.acting |= new
        return new

    def callees_first(self) -> list[Node]:
        """Return every scope, after (most of) those that it calls, so that few are worked out twice."""
        by_name: dict[str, list[Node]] = {}
        for node in self._program.nodes():
            for name in (node.facts.name, *(() if node.kind == "class" else _constructed(node))):
                by_name.setdefault(name, []).append(node)
        order: dict[Node, None] = {}
        begun: set[Node] = set()
        opened: set[Key] = set()
        for start in self._program.nodes():
            stack: list[tuple[Node, bool]] = [(start, False)]
            while stack:
                node, is_done = stack.pop()
                if is_done:
                    order[node] = None
                elif node not in begun:
                    begun.add(node)
                    stack.append((node, True))
                    stack.extend((child, False) for child in node.children)
                    new = [key for key in self._aliases.called_in(node) if key not in opened]
                    opened.update(new)
                    for key in new:
                        named = by_name.get(key if isinstance(key, str) else key[1], ())
                        stack.extend((one, False) for one in named)
        return list(order)

    # -- parameters --------------------------------------------------------------------------------

    def may_receive(self, node: Node) -> bool:
        """True if some call may hand a function a container, or something that has one."""
        if self._receiving is None:
            self._receiving = self._receivers()
            self._receiving_heads = self._aliases.heads(self._receiving)
        if not self._receiving.isdisjoint(names_of(node)):
            return True
        return not self._receiving_heads.isdisjoint(_constructed(node))

    def _receivers(self) -> set[Key]:
        """The names of functions that are handed something of interest, directly or by another such."""
        classes = self._aliases.families(self._owners)
        made = {f"{key}()" for key in classes if isinstance(key, str)}
        interesting = self._aliases.reached({*self.live, *self._owners, *classes, *made})
        found: set[Key] = set(_CREATING)
        passed = self._named_by_callers()
        for node in self._program.nodes():
            given, around = self.given(node), tuple(names_of(node))
            for function, handed in _handings(node):
                called = callee_keys(function, node)
                sources = {name for one in handed for name in self._aliases.sources(one, node)}
                if not interesting.isdisjoint(sources):
                    found.update(called)
                bared = (key_of(n, node) for one in handed for n in bare(one, self._aliases.passing))
                if not given.isdisjoint(bared):
                    for name in around:
                        passed.setdefault(name, set()).update(called)
                for key in called:
                    passed.setdefault(key, set()).update(sources)
            owner = node.parent if node.is_callable else None
            if owner is not None and owner.kind == "class" and owner.facts.name in self._owners:
                found.update(around)
        queue = list(found)
        while queue:
            new = passed.get(queue.pop(), set()) - found
            found |= new
            queue.extend(new)
        return self._aliases.origins(found)

    def _named_by_callers(self) -> dict[Key, set[Key]]:
        """The texts that are handed to functions that call `getattr(thing, name)` of a parameter."""
        calling = {name for one in self._program.nodes() if _asks_by_name(one) for name in names_of(one)}
        found: dict[Key, set[Key]] = {}
        for node in self._program.nodes() if calling else ():
            for call, _ in node.calls:
                if last_name(call.function) in calling:
                    given = (*call.arguments, *(keyword.value for keyword in call.keywords))
                    texts = {one.value for one in given if isinstance(one, facts.Constant)}
                    named = {text for text in texts if isinstance(text, str) and text.isidentifier()}
                    for key in callee_keys(call.function, node) if named else ():
                        found.setdefault(key, set()).update(named)
        return found


def _asks_by_name(node: Node) -> bool:
    """True for a function that asks for an attribute whose name is a parameter."""
    return node.is_callable and any(
        len(call.arguments) == 2
        and isinstance(call.function, facts.Name)
        and call.function.id == "getattr"
        and isinstance(call.arguments[1], facts.Name)
        and call.arguments[1].id in node.parameters
        for call, _ in node.calls
    )


def _around(node: Node) -> Iterator[Node]:
    """Yield a function and those that it stands in."""
    current: Node | None = node
    while current is not None and current.is_callable:
        yield current
        current = current.parent


def _is_super(receiver: Expression) -> bool:
    """`super().append(entry)` in a container of one's own."""
    return isinstance(receiver, facts.Call) and getattr(receiver.function, "id", "") == "super"


def _is_class(receiver: Expression) -> bool:
    """`dict.update(table, …)`: the container is the first argument."""
    return isinstance(receiver, (facts.Name, facts.Attribute)) and last_name(receiver) in _CONTAINERS


def _order(key: Key) -> tuple[str, int, str]:
    return ("", 0, key) if isinstance(key, str) else (*key[0].order(), key[1])


def _constructed(node: Node) -> tuple[str, ...]:
    """A method that runs when an object is made (or called) is called by its class's name."""
    is_one = node.facts.name in _CONSTRUCTORS and node.parent is not None and node.parent.kind == "class"
    return (node.parent.facts.name,) if is_one and node.parent else ()


def is_bound(name: str, node: Node) -> bool:
    """True if something in or around a scope binds the name."""
    scope: Node | None = node
    while scope is not None:
        if name in scope.parameters or name in scope.bindings or "*" in scope.bindings:
            return True
        scope = scope.parent
    return False


def _handings(node: Node) -> Iterator[tuple[Expression, list[Expression]]]:
    """What a scope calls or decorates with, and what it hands over there."""
    for call, _ in node.calls:
        handed = [*call.arguments, *[keyword.value for keyword in call.keywords]]
        yield call.function, [one for one in handed if not isinstance(one, facts.Constant)]
    for statement in node.facts.statements:
        if isinstance(statement, facts.Define):
            child = node.module.nodes[statement.scope]
            for decorator in child.facts.decorators:
                yield decorator.value, [facts.Name(child.facts.name)]
                for part in walk(decorator.value):
                    if isinstance(part, facts.Call):
                        yield part.function, [*part.arguments, *(k.value for k in part.keywords)]
