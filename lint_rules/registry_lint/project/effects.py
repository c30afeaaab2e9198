"""What running a scope adds to containers: its own writes, and those of what it calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import facts
from registry_lint.project import absence, applying, callees, conditions, keeping, namespaces, writes
from registry_lint.project.binding import Known, bind
from registry_lint.project.candidates import Candidates, is_named_by_caller, is_of_built, is_path
from registry_lint.project.conditions import Test
from registry_lint.project.defaults import by_default, declared_below, given_by_default
from registry_lint.project.handed import hands_in, is_of_made
from registry_lint.project.methods import receiver_class
from registry_lint.project.mutators import MUTATORS
from registry_lint.project.narrowing import narrowed
from registry_lint.project.opening import fix
from registry_lint.project.outcomes import (
    Effect,
    Invocation,
    Noted,
    Outcome,
    Record,
    Settled,
    is_worthwhile,
    outermost,
)
from registry_lint.project.overriding import asked_of
from registry_lint.project.program import Node, Site, walk
from registry_lint.project.relevance import Relevance
from registry_lint.project.values import (
    Arguments,
    ClassValue,
    Container,
    Element,
    External,
    Fallback,
    FunctionValue,
    Instance,
    Member,
    ParameterValue,
    Partial,
    Result,
    SuperValue,
    Value,
    Values,
    given,
    unite,
)
from registry_lint.project.worklist import Worklist
from registry_lint.project.writers import called_names

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


# Past these a function does not describe a registration any more.
_MOST = 80
_MOST_INVOCATIONS = 16
_LONGEST_CHAIN = 6
# A call inside a call inside …: deeper than this, functions hand each other around.
_MOST_NESTED = 10
_MOST_INVOKING = 2


class Call(NamedTuple):
    """A call that tells what a function's parameters are."""

    site: Site
    way: str
    function: Node


class Effects:
    """Effects of every scope.

    `records` collects those on known containers; `writing` has the statements of a scope that may write.
    """

    def __init__(self, resolver: Resolver, candidates: Candidates) -> None:
        self.resolver, self.candidates = resolver, candidates
        self.relevance = Relevance(resolver.program, candidates.names, candidates.owners())
        self.writing: dict[Node, tuple[facts.Statement, ...]] = {}
        self._recorded: dict[Node, list[Record]] = {}
        self._noted: list[Record] = []
        self._nested = self._invoking = 0
        self.work = Worklist(self.relevance, self._work_out)
        self.work.run()
        in_order = resolver.program.nodes()
        self.records = [record for node in in_order for record in self._recorded.get(node, ())]

    def of(self, node: Node) -> tuple[Outcome, ...]:
        """Return what a scope's callers must know: effects that depend on its parameters."""
        return self.work.of(node)

    def _work_out(self, node: Node) -> dict[tuple[object, ...], Outcome]:
        self._noted = self._recorded[node] = []
        found: dict[tuple[object, ...], Outcome] = {}
        seen: set[tuple[object, ...]] = set()
        invocations = 0
        for noted in writes.read(self, node):
            same = noted.same
            if same in seen:
                continue
            seen.add(same)
            kept, records = noted.settled or self._settled(noted, node)
            self._recorded[node].extend(records)
            if kept is not None and len(found) < _MOST:
                invocations += isinstance(kept, Invocation)
                if not isinstance(kept, Invocation) or invocations <= _MOST_INVOCATIONS:
                    found[same] = kept
        self._noted = self._recorded[node]
        self._returned(node)
        return found

    def remembered(self, part: object, work_out: Callable[[], Iterator[Outcome]]) -> Sequence[Noted]:
        """Return what a statement or call does, worked out again only where it must be."""
        return self.work.remembered(part, lambda: map(Noted, work_out()))

    def _settled(self, noted: Noted, node: Node) -> Settled:
        """Settle an outcome, once and for all where nothing was asked that may have another answer later."""
        self._noted, asked = [], self.work.asked
        settled = Settled(self._settle(noted.outcome, node), tuple(self._noted))
        if self.work.asked == asked:
            noted.settled = settled
        return settled

    def _returned(self, node: Node) -> None:
        """A function that returns a registrar (a decorator factory) is one, whoever calls what it returns."""
        if not self._may_return_writer(node):
            return
        for value in self.resolver.returns(node):
            if isinstance(value, FunctionValue) and value.environment and value.node is not node:
                known = Known({(one, name): values for one, name, values in value.environment})
                for outcome in self.of(value.node):
                    if isinstance(outcome, Effect):
                        for target in self._targets(outcome, known):
                            if isinstance(target, Container) and self._matters(target, outcome):
                                self._record(outcome._replace(target=target), node, is_open=True)

    def _may_return_writer(self, node: Node) -> bool:
        if not node.is_callable:
            return False
        if any(child.is_callable and self.of(child) for child in node.children):
            return True
        returned = (s.value for s in node.facts.statements if isinstance(s, facts.Return))
        return any(
            isinstance(part, facts.Call) and self.relevance.may_act(part.function, node)
            for value in returned
            for part in walk(value)
        )

    def invoked_parameters(self, node: Node) -> set[str]:
        """Return the parameters that a function calls (also from functions inside it)."""
        names = called_names(node) & set(node.parameters)
        for child in node.children:
            if child.is_callable and child.facts.name in called_names(node):
                names |= called_names(child) & set(node.parameters)
        return names

    # -- settling: known container or not, fixed or not ------------------------------------------------

    def _settle(self, outcome: Outcome, node: Node) -> Outcome | None:
        if isinstance(outcome, Invocation):
            for effect in self._by_default(outcome, node):
                self._record(effect, node)
            if node.function is None or not self._deferrable(outcome):
                return None
            return (
                outcome
                if isinstance(outcome.callee, ParameterValue) or self._may_be_told(outcome.callee, node)
                else None
            )
        if isinstance(outcome.target, Result):
            outcome = outcome._replace(target=given_by_default(self.resolver, outcome.target))
        if not self.candidates.may_matter(outcome.target):
            return None
        for target in self._containers(outcome.target):
            self._record(outcome if target is outcome.target else outcome._replace(target=target), node)
        if node.function is None or len(outcome.chain) >= _LONGEST_CHAIN:
            return None
        if not self._may_be_told(outcome.target, node):
            return None
        is_known = isinstance(outcome.target, Container)
        if outcome.forwarded or outcome.operation == "remove" or (is_known and outcome.fixed is not None):
            return None
        return outcome

    def _record(self, effect: Effect, node: Node, is_open: bool = False) -> None:
        if isinstance(effect.target, Container):
            record = Record(effect.target, effect, node, is_open or effect.fixed is None)
            self._noted.append(record)

    def _containers(self, target: Value) -> Values:
        """The container a target is, by default where it hangs on `self` or `cls`."""
        if isinstance(target, Container):
            return (target,)
        found = by_default(self.resolver, target) if target.free else (target,)
        found = unite(*map(absence.options, found)) or getattr(target, "second", ())
        if isinstance(target, Member) and all(isinstance(value, Member) for value in found):
            found = declared_below(self.resolver, target)
        return tuple(value for value in map(outermost, found) if isinstance(value, Container))

    def _by_default(self, invocation: Invocation, node: Node) -> Iterator[Effect]:
        for callee in by_default(self.resolver, invocation.callee):
            if callee != invocation.callee:
                for outcome in self.call(callee, invocation.arguments, invocation.site, invocation.way):
                    if isinstance(outcome, Effect):
                        for target in self._containers(outcome.target):
                            yield outcome._replace(target=target)

    def _may_be_told(self, value: Value, node: Node) -> bool:
        """True unless no caller hands in anything that would make a difference."""
        while isinstance(value, (Element, Member)):
            value = value.value
        if not isinstance(value, ParameterValue) or receiver_class(value, self.resolver.classes) is not None:
            return True
        return self.relevance.may_receive(node)

    def _deferrable(self, invocation: Invocation) -> bool:
        """Only calls of a parameter, or of a writer's name on one, can matter to a caller."""
        callee = invocation.callee
        if isinstance(callee, ParameterValue):
            return callee.node.parameters[callee.name].kind in ("positional", "keyword")
        if is_named_by_caller(callee):
            return True
        if not isinstance(callee, Member) or callee.depth > 5 or not (is_path(callee) or is_of_built(callee)):
            return False
        owner = self._receiver(callee.value)
        if owner is not None and callee.attr == "__class__":
            return self._makes_entries(owner)
        if owner is not None and not self._is_shared(owner):
            return False
        if isinstance(callee.value, Member) and callee.value.attr not in self.relevance.live:
            return False
        return self.work.may_write(callee.attr)

    def _receiver(self, value: Value) -> Node | None:
        """The class whose `self`, `cls` or `super()` a method is asked of."""
        if isinstance(value, SuperValue):
            return value.node
        found = receiver_class(value, self.resolver.classes) if isinstance(value, ParameterValue) else None
        return found[0] if found is not None and found[1] == "instance" else None

    def _makes_entries(self, owner: Node) -> bool:
        """True if `self.__class__(…)` adds what it is given."""
        made = (child for node in self.resolver.classes.line(owner) for child in node.children)
        return any(child.name in ("__init__", "__new__") and self.of(child) for child in made)

    def _is_shared(self, owner: Node) -> bool:
        """True if an object of a class may have methods from elsewhere than its ancestors."""
        return any(len(node.facts.bases) > 1 for node in self.resolver.classes.below(owner))

    # -- calls -------------------------------------------------------------------------------------

    def call(self, callee: Value, arguments: Arguments, site: Site, way: str) -> Iterator[Outcome]:
        """Yield what calling `callee` at a site does, in terms of the parameters around the site."""
        if self._nested >= _MOST_NESTED:
            return
        self._nested += 1
        try:
            yield from list(self._called(callee, arguments, site, way))
        finally:
            self._nested -= 1

    def _called(self, callee: Value, arguments: Arguments, site: Site, way: str) -> Iterator[Outcome]:
        for function in callees.targets(self.resolver, callee, arguments, site):
            if isinstance(function, FunctionValue):
                later = asked_of(self.resolver, function)
                if later is not None:
                    yield Invocation(later, arguments, site, way)
                else:
                    yield from self._applied(function, arguments, site, way)
            elif isinstance(function, tuple):
                yield from self._applied(function[0], function[1], site, way)
            elif isinstance(function, Member):
                yield from self._written(function, arguments, site, way)
            elif isinstance(function, External):
                yield from writes.by_function(self, function.name, arguments, site)
            else:
                yield Invocation(function, arguments, site, way)

    def _written(self, method: Member, arguments: Arguments, site: Site, way: str) -> Iterator[Outcome]:
        receiver = method.value.receiver if isinstance(method.value, SuperValue) else method.value
        target = outermost(receiver)
        known = isinstance(target, Container) or isinstance(method.value, SuperValue)
        if method.attr in MUTATORS and (known or self.candidates.may_matter(receiver)):
            yield from writes.by_method(self, receiver, method.attr, arguments, site)
        if target.free and not isinstance(target, Container):
            yield Invocation(method, arguments, site, way)

    def _applied(
        self, function: FunctionValue, arguments: Arguments, site: Site, way: str
    ) -> Iterator[Outcome]:
        outcomes = self.of(function.node)
        if not outcomes:
            return
        known = Known(bind(self.resolver, function, arguments))
        for outcome in outcomes:
            if is_worthwhile(outcome, known):
                yield from self._in_terms(outcome, known, site, way, function.node)

    def _in_terms(
        self, outcome: Outcome, known: Known, site: Site, way: str, registrar: Node
    ) -> Iterator[Outcome]:
        if isinstance(outcome, Invocation):
            yield from self._invoked(outcome, known, Call(site, way, registrar))
            return
        targets = (given_by_default(self.resolver, one) for one in self._targets(outcome, known))
        reached = [target for target in targets if self._matters(target, outcome)]
        tests = conditions.substitute(self.resolver, outcome.tests, known) if reached else None
        if tests is None:
            return
        key = namespaces.keys(self.resolver, outcome, known, self._put(outcome.key, known))
        if key is None:
            return
        value = keeping.told(self.resolver, self._put(outcome.value, known), site)
        chain = (site, *outcome.chain)
        for target in reached:
            effect = outcome._replace(
                target=outermost(target), key=key, value=value, chain=chain, tests=tests
            )
            if effect.fixed is None and self._is_loading(effect, site):
                yield effect._replace(fixed=site, registrar=registrar, way=way)
            else:
                yield effect if effect.fixed is not None else fix(effect, site, registrar, way)

    def _is_loading(self, effect: Effect, site: Site) -> bool:
        """A function that registers what it found itself, and returns the entry, is a look-up."""
        if site.node.function is None or any(map(hands_in, effect.value)):
            return False
        return any(
            isinstance(entry, Element) and entry.value == effect.target and entry.index == effect.key
            for entry in self.resolver.returns(site.node.function)
        )

    def _matters(self, target: Value, outcome: Effect) -> bool:
        if isinstance(target, Element) and not isinstance(outcome.target, (Element, Member)):
            return False  # what an entry is changed to afterwards is no registration
        return self.candidates.may_matter(target)

    def _invoked(self, outcome: Invocation, known: Known, told: Call) -> Iterator[Outcome]:
        """A caller's argument tells what the parameter is that was called."""
        if self._invoking >= _MOST_INVOKING:
            return
        callees = [callee for callee in self._put((outcome.callee,), known) if self._may_act(callee, outcome)]
        tests = conditions.substitute(self.resolver, outcome.tests, known) if callees else None
        if tests is None:
            return
        arguments = self._given(outcome.arguments, known)
        self._invoking += 1
        found = [
            inner for callee in callees for inner in self.call(callee, arguments, outcome.site, outcome.way)
        ]
        self._invoking -= 1
        for inner in found:
            yield from self._from_below(inner, outcome, told, tests)

    def _may_act(self, callee: Value, outcome: Invocation) -> bool:
        """Most arguments are no functions that write: asking first saves the rest of the work."""
        if isinstance(callee, FunctionValue):
            return bool(self.of(callee.node))
        if isinstance(callee, (Member, ParameterValue, Result)):
            if isinstance(callee, Member) and callee.attr in MUTATORS:
                return False  # the write itself travels as an effect
            return self._deferrable(outcome._replace(callee=callee))
        return isinstance(callee, (ClassValue, Partial, Instance, Fallback, Container))

    def _from_below(
        self, inner: Outcome, outcome: Invocation, told: Call, tests: tuple[Test, ...]
    ) -> Iterator[Outcome]:
        """What a parameter that was called does, seen from the call that gave it."""
        if isinstance(inner, Invocation):
            yield inner._replace(tests=(*tests, *inner.tests)[:8])
            return
        effect = inner._replace(chain=(told.site, *inner.chain), tests=(*tests, *inner.tests)[:8])
        handed = any(map(hands_in, given(outcome.arguments))) or is_of_made(outcome.callee)
        if effect.fixed == outcome.site and handed:
            # the call that gave the parameter gave what is stored as well
            effect = fix(effect._replace(fixed=None), told.site, told.function, told.way)
        yield effect

    def _targets(self, outcome: Effect, known: Known) -> Values:
        return unite(*map(absence.options, self._put((outcome.target,), known)))

    def _put(self, values: Values, known: Known) -> Values:
        return narrowed(unite(*(applying.substitute(self.resolver, value, known) for value in values)))

    def _given(self, arguments: Arguments, known: Known) -> Arguments:
        return Arguments(
            tuple(self._put(group, known) for group in arguments.positional),
            tuple((name, self._put(group, known)) for name, group in arguments.named),
            self._put(arguments.rest, known),
            self._put(arguments.options, known),
        )
