"""The registrars of a registry and the places that add entries to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeGuard

from registry_lint import facts
from registry_lint.project import text
from registry_lint.project.discovery import answers, makes_when_asked, runs_once
from registry_lint.project.effects import Effects
from registry_lint.project.evidence import depends_on_key, is_fresh, is_from, outermost, walk_values
from registry_lint.project.hooks import is_test_function
from registry_lint.project.makers import is_made_in
from registry_lint.project.methods import last_name
from registry_lint.project.model import Phase, Registrar, Registration
from registry_lint.project.outcomes import Effect, Record
from registry_lint.project.phases import Phases, Timing
from registry_lint.project.program import Node, Site
from registry_lint.project.values import (
    BuiltType,
    ClassValue,
    Collection,
    Container,
    Element,
    Fallback,
    FunctionValue,
    Instance,
    Literal,
    Member,
    Result,
    Value,
    Values,
)
from registry_lint.project.whose import Whose

if TYPE_CHECKING:
    from registry_lint.project.readers import Readers


_MAKING = frozenset({"__init__", "__new__", "__post_init__"})
# An entry is a function, or a small record with one.
_MOST_PARTS = 20
# What decides where several calls add an entry: what the most processes see counts.
_SOONEST: tuple[Phase, ...] = ("import", "worker", "lookup", "hook", "main-guard", "late", "test")
_LEAVING = frozenset(
    {"__exit__", "__aexit__", "tearDown", "tearDownClass", "teardown_method", "teardown_class"}
)


class Registrations:
    """Turns the records of a registry into what `map` lists."""

    def __init__(self, effects: Effects, phases: Phases, readers: Readers) -> None:
        self._phases, self._readers, self._resolver = phases, readers, effects.resolver
        self._candidates = effects.candidates
        self._whose = Whose(effects.records, phases)
        self._written = {record.container for record in effects.records}
        self._lookups: dict[Container, frozenset[Node]] = {}
        self._filled: dict[Node, dict[Container, None]] = {}
        for record in effects.records:
            function = record.effect.origin.node.function
            if function is not None and not function.parameters:
                self._filled.setdefault(function, {})[record.container] = None
        self._owned: dict[Node | Container, list[Record]] = {}
        for record in effects.records:
            if record.effect.fixed is not None:
                self._owned.setdefault(_owner(record.container), []).append(record)
        self._loaders: dict[Node | Container, set[Node]] = {}
        self._stored: dict[Node | Container, set[Node]] = {}

    def _is_loader(self, node: Node, container: Container) -> bool:
        """A function that is stored in a registry of the class, which calls it where that is asked."""
        owner = _owner(container)
        if isinstance(owner, Container):
            return False
        if owner not in self._stored:
            found = (one for record in self._owned.get(owner, ()) for one in _functions(record))
            self._stored[owner] = set(found)
        return node in self._stored[owner]

    def _entries_of(self, container: Container) -> Callable[[Node], bool]:
        return lambda node: self._is_entry(node, _owner(container))

    def _is_entry(self, node: Node, owner: Node | Container) -> bool:
        """What is looked up is called: what a function registers that is itself an entry, it adds then."""
        if owner not in self._loaders:
            found = (one for record in self._owned.get(owner, ()) for one in _loaded(record))
            self._loaders[owner] = set(found)
        return node in self._loaders[owner]

    def registrars(self, records: list[Record]) -> tuple[Registrar, ...]:
        """Return the functions whose parameters reach the registry."""
        found: dict[Node, str] = {}
        for record in records:
            if record.effect.operation == "remove":
                continue
            if (
                record.open
                and record.node.function is not None
                and not self._is_look_up(record.container, record.effect)
                and not is_test_function(outermost(record.node))
            ):
                found.setdefault(outermost(record.node.function), record.effect.way)
            if record.effect.registrar is not None:
                found[outermost(record.effect.registrar)] = record.effect.way
        made = (Registrar(node.id, node.location, way) for node, way in found.items())
        return tuple(sorted(made, key=lambda one: (one.location, one.id)))

    def of(self, container: Container, records: list[Record]) -> tuple[Registration, ...]:
        """Return the places that add entries, sorted."""
        found: dict[tuple[object, ...], Registration] = {}
        reads: dict[tuple[Node | None, Node | None], Callable[[Node], bool]] = {}
        for record in records:
            effect = record.effect
            if effect.operation == "remove":
                continue
            site, filling = effect.fixed, effect.origin.node.function
            if site is None and is_test_function(outermost(record.node)):
                site = effect.chain[0] if effect.chain else effect.origin
            if site is not None and not _restores(site) and not self._is_memo(container, effect):
                asked = (filling, site.node.function)
                if asked not in reads:
                    reads[asked] = self._reads(container, *asked)
                timing = self._timing(container, site, reads[asked])
                is_late = timing is not None and timing.phase == "late"
                if timing is not None and not (is_late and self._is_fleeting(container, effect, site)):
                    for one in self._entries(effect, site, timing, container):
                        found.setdefault((one.location, one.key), one)
        return tuple(sorted(found.values(), key=lambda one: (one.location, one.key or "")))

    def _timing(self, container: Container, site: Site, reads: Callable[[Node], bool]) -> Timing | None:
        """When a site runs; where other objects' calls run it as well, when those of this object do."""
        own, stored = self._whose.calls(container, site), self._entries_of(container)
        if not own:
            return self._phases.of(site, reads, stored)
        timed = ((call, self._phases.of(call, reads, stored)) for call in own)
        told = [(call, timing) for call, timing in timed if timing is not None]
        found = [one for call, one in told if one.phase != "late" or not self._is_own_making(container, call)]
        if not found:
            return None
        first = min(found, key=lambda one: _SOONEST.index(one.phase))
        return first._replace(trace=(*first.trace, site.step(f"in {site.node.qualname}")))

    def _is_fleeting(self, container: Container, effect: Effect, site: Site) -> bool:
        if _is_scoped(site) or _is_bound_to_new(effect, site) or _is_for_now(container, site):
            return True
        if _is_put_back(effect):
            return True
        return self._is_own_making(container, site)

    def _is_own_making(self, container: Container, site: Site) -> bool:
        """What an object that is made on demand is given where it is made: all that make it have that."""
        maker = site.node.function
        if maker is None or not isinstance(container.home, Instance):
            return False
        if is_made_in(container.home, maker):
            return True
        if maker.parent is None:
            return False
        return maker.name in _MAKING and maker.parent in self._resolver.classes.line(container.home.node)

    def _reads(
        self, container: Container, filling: Node | None, start: Node | None
    ) -> Callable[[Node], bool]:
        """Which functions look things up: in the container, or in one that the same function fills.

        A function that registers and answers nothing reads what it replaces.
        """
        filled = self._filled.get(filling, ()) if filling is not None else ()
        looking = frozenset().union(*map(self._looking, (container, *filled)))
        if start in looking and not answers(start) and not self._asks(start, container):
            looking -= {start}
        home = container.home.node if isinstance(container.home, Instance) else container.home
        kept = self._candidates.home(container)
        return lambda node: (
            node in looking
            or self._is_loader(node, container)
            or (node.module is home.module and runs_once(node))
            or (kept is not None and makes_when_asked(node, kept[0], kept[1]))
        )

    def _asks(self, start: Node, container: Container) -> bool:
        """`if not table: …` and `table.setdefault(…)` fill what is empty."""
        if any(last_name(call.function) == "setdefault" for call, _ in start.calls):
            return True
        return any(r.how == "truth" and r.node.function is start for r in self._readers.of(container))

    def _looking(self, container: Container) -> frozenset[Node]:
        if container not in self._lookups:
            self._lookups[container] = frozenset(
                r.node.function
                for r in self._readers.of(container)
                if r.how in ("key", "entry", "truth", "whole") and r.node.function
            )
        return self._lookups[container]

    def _is_memo(self, container: Container, effect: Effect) -> bool:
        """A function that looks up and stores what it found keeps a memo in the registry: no registration."""
        node, source = effect.origin.node, effect.source
        if self._is_look_up(container, effect):
            return True
        if source is None or source.open or node.function is None or not node.function.parameters:
            return False
        if source.own or (source.value and all(is_from(value, container) for value in source.value)):
            return any(value.free for value in (*source.key, *source.value))
        return any(r.node.function is node.function and r.how == "key" for r in self._readers.of(container))

    def _told(self, values: Values) -> Values:
        """The elements of a constant table are those that are written there; an empty one has none."""
        return tuple(value for value in values if not self._is_constants(value, values))

    def _is_constants(self, value: Value, among: Values) -> bool:
        made = _method_of(value)
        value = made.value if made is not None else value
        table = value.value if isinstance(value, Element) and not value.index else None
        if not isinstance(table, Container) or table in self._written or not isinstance(table.home, Node):
            return False
        if table.home.function is not None or table.contents is None:
            return False
        parts = table.contents.keys if table.contents.kind == "dict" else table.contents.values
        forms = (_form(one, made) for group in parts for one in group)
        return all(one in among for one in forms)

    def _is_look_up(self, container: Container, effect: Effect) -> bool:
        """It asks for the key, and stores under it what only the key tells."""
        node, source = effect.origin.node, effect.source
        if source is None or node.function is None or not depends_on_key(source.key, source.value):
            return False
        if any(isinstance(value, BuiltType) and value.metaclass is not None for value in source.value):
            return False  # each class statement makes another
        reads = any(r.node.function is node.function and r.how == "key" for r in self._readers.of(container))
        returned = map(_called, self._resolver.returns(node.function))
        return reads and any(value in source.value or is_from(value, container) for value in returned)

    def _entries(
        self, effect: Effect, site: Site, timing: Timing, container: Container
    ) -> Iterator[Registration]:
        registrar = outermost(effect.registrar).id if effect.registrar is not None else None
        value = _definition(effect.value) or _definition(effect.key)
        keys = effect.key or effect.value
        told = self._told(keys)
        for key in _keys(told, container) if told or not keys else ():
            yield Registration(key, value, site.location, timing.phase, registrar, timing.trace)


def _functions(record: Record) -> Iterator[Node]:
    """The functions that are stored as they are, but the one that adds them."""
    stored = (value.node for value in record.effect.value if isinstance(value, FunctionValue))
    yield from (one for one in stored if one is not record.node.function)


def _loaded(record: Record) -> Iterator[Node]:
    """The functions that an entry has, but the one that adds it."""
    here = record.node.function or record.node
    stored = walk_values(record.effect.value, _MOST_PARTS)
    found = (value.node for value in stored if isinstance(value, FunctionValue))
    decorated = _decorated(record.effect.fixed) if record.effect.fixed is not None else ()
    yield from (one for one in (*found, *decorated) if one is not here)


def _decorated(site: Site) -> Iterator[Node]:
    """The function that a decorator stands above, whatever that makes of it."""
    for child in site.node.children:
        if any(decorator.span == site.span for decorator in child.facts.decorators):
            yield child


def _method_of(value: Value) -> Member | None:
    """`name.upper` of what is called with nothing."""
    plain = isinstance(value, Result) and not value.arguments
    return value.callee if plain and isinstance(value, Result) and isinstance(value.callee, Member) else None


def _form(value: Value, method: Member | None) -> Value:
    """What a method makes of a text, where one is called on it."""
    if method is None or not isinstance(value, Literal) or not isinstance(value.value, str):
        return value
    made = text.call_method(value.value, method.attr, ())
    return made[0] if made else value


def _restores(site: Site) -> bool:
    """What leaves a block, or tidies up after a test, puts back what was there."""
    function = site.node.function
    return function is not None and function.name in _LEAVING


def _is_put_back(effect: Effect) -> bool:
    """What was found under the key stands there again, once something else is over."""
    source = effect.source
    if source is None or not source.own:
        return False
    return all(one.index == source.key for one in walk_values(source.value) if isinstance(one, Element))


def _is_for_now(container: Container, site: Site) -> bool:
    """`registry.table = set()` just before: what is added goes there, and not to what was there.

    A function that keeps the old one to put it back means all that it adds for a while.
    """
    statements = site.node.facts.statements
    kept = any(getattr(getattr(one, "value", None), "attr", "") == container.name for one in statements)
    return any(
        isinstance(statement, facts.SetAttribute)
        and statement.attr == container.name
        and is_fresh(statement)
        and (kept or statement.span < site.span)
        for statement in statements
    )


def _is_bound_to_new(effect: Effect, site: Site) -> bool:
    """An object that is made here connects a method of its own: it is known as long as it lives."""
    functions = (value for value in walk_values(effect.value) if isinstance(value, FunctionValue))
    receivers = [function.receiver for function in functions]
    place = (site.node.module.path, site.span)
    return any(isinstance(one, Instance) and one.site == place for one in receivers)


def _is_scoped(site: Site) -> bool:
    """`with register(…):` is undone where the block ends (Reference, "The with statement")."""
    return any(
        isinstance(statement, facts.Evaluate)
        and isinstance(statement.value, facts.Entered)
        and getattr(statement.value.value, "span", None) == site.span
        for statement in site.node.facts.statements
    )


def _owner(container: Container) -> Node | Container:
    """The class whose look-ups run the functions that were registered with it, or the container itself."""
    home = container.home
    if isinstance(home, Instance):
        return home.node
    return home if home.kind == "class" else container


def _one_or_several(values: Values) -> Values:
    """`if isinstance(names, str): names = [names]`: the name that is given, or each of those."""
    for value in values:
        table = value.value if isinstance(value, Element) else None
        if isinstance(table, Container) and _holds_one(table.contents):
            given = table.contents.values[0]
            if given and set(given) <= set(values):
                several = [one for one in given if isinstance(one, Collection)]
                return tuple(v for one in several for group in one.values for v in group) or given
    return values


def _called(value: Value) -> Value:
    """What is called for what a function returns: `return loaders[name]()` looks up as well."""
    return value.callee if isinstance(value, Result) and not value.arguments else value


def _holds_one(contents: Collection | None) -> TypeGuard[Collection]:
    return contents is not None and contents.kind != "dict" and len(contents.values) == 1


def _keys(values: Values, container: Container) -> list[str | None]:
    values = _one_or_several(values)
    plain = [one for value in values for one in _texts(value)]
    others = [value for value in values if not _texts(value)]
    if plain and (len(plain) >= len(values) or all(_is_form_of(value, plain) for value in others)):
        return list(dict.fromkeys(plain))
    return [None]


def _is_form_of(value: Value, plain: list[str]) -> bool:
    """What a call would make of the text, were it none: `if not isinstance(name, str): name = full(name)`."""
    parts = walk_values((value,))
    if isinstance(value, (Result, Member)):
        return any(isinstance(part, Literal) and part.value in plain for part in parts)
    return any(
        isinstance(part, Member) and isinstance(part.value, Literal) and part.attr.startswith("__")
        for part in parts
    )


def _texts(value: Value) -> list[str]:
    if isinstance(value, Literal):
        return [value.value] if isinstance(value.value, str) else []
    if isinstance(value, Fallback):
        return [name for one in value.first for name in _texts(one)]
    return []


def _definition(values: Values) -> str | None:
    found = [value for value in values if isinstance(value, (ClassValue, FunctionValue, BuiltType, Instance))]
    if len(found) != 1:
        return None
    value = found[0]
    if isinstance(value, BuiltType):
        return next((m.node.id for one in value.members for m in _classes(one)), None)
    return value.node.id if value.node.kind in ("class", "function") else None


def _classes(value: Value) -> list[ClassValue]:
    inner = getattr(value, "value", None)
    return [one for one in (value, inner) if isinstance(one, ClassValue)]
