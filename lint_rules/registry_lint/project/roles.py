"""Registry, cache, tracker, constant, shadowed or declaration: told by how values get in and out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from registry_lint.project.emptied import emptied_before
from registry_lint.project.evidence import (
    Writer,
    depends_on_key,
    is_at_import,
    is_built_in_body,
    is_computed,
    is_definition,
    is_environment,
    is_from,
    is_made_there,
    is_of_computed,
    is_own_and_fleeting,
    is_per_thread,
    is_replaced,
    is_self,
    is_settings,
    is_stack,
    is_test_data,
    is_text,
    is_verb,
    keeps_more,
    names_definition,
    outermost,
    remembers,
    says_register,
    verbs_of,
    writers_of,
)
from registry_lint.project.extensions import extending
from registry_lint.project.handed import hands_in, is_converted
from registry_lint.project.model import Role
from registry_lint.project.opening import says_so
from registry_lint.project.outcomes import Record
from registry_lint.project.own_methods import is_self_by_method, is_weak
from registry_lint.project.program import Node, is_test_path
from registry_lint.project.renewals import Renewals
from registry_lint.project.scripts import Scripts
from registry_lint.project.values import (
    Blend,
    BuiltType,
    Collection,
    Container,
    Element,
    Instance,
    Joined,
    Result,
)

if TYPE_CHECKING:
    from registry_lint.project.candidates import Candidates
    from registry_lint.project.effects import Effects
    from registry_lint.project.phases import Phases
    from registry_lint.project.readers import Readers

_SELDOM = 5
_TRIGGERED = frozenset({"__init_subclass__", "__set_name__"})
_CACHE_NAME = re.compile(r"cache|memo|seen|warned|interned", re.IGNORECASE)
_STORE_NAME = re.compile(
    r"regist|handlers?$|plugins?$|hooks?$|factor|_by_|classes|_map$|mapping", re.IGNORECASE
)
# Data model, "Special method names" and "Custom classes"; `__all__` and `__path__` of modules.
_OF_PYTHON = frozenset(
    f"__{name}__"
    for name in (
        *("all", "path", "dict", "doc", "annotations", "slots", "match_args", "bases", "orig_bases", "args"),
        *("abstractmethods", "parameters", "type_params", "static_attributes", "dataclass_fields"),
        *("warningregistry", "builtins"),
    )
)
_MADE = (Instance, Result, BuiltType, Container, Element)


class Verdict(NamedTuple):
    """A role and the reason in one sentence."""

    role: Role
    reason: str


class Roles:
    """Judges one container at a time from the records of its writes and its reads."""

    def __init__(self, effects: Effects, candidates: Candidates, readers: Readers, phases: Phases) -> None:
        self._effects, self._candidates, self._readers, self._phases = effects, candidates, readers, phases
        self._resolver = effects.resolver
        self._anew, self._scripts = Renewals(effects.resolver), Scripts(effects.resolver)

    def judge(self, container: Container, records: list[Record]) -> Verdict:
        """Return what a container is."""
        if container.name in _OF_PYTHON:
            return Verdict("declaration", "Python itself gives the name its meaning")
        if self._is_one_of_many(container):
            return Verdict("constant", "it belongs to one of several objects that are only gone through")
        home = self._candidates.home(container)
        if home is not None and not is_test_path(home[0].module.path):
            records = [r for r in records if not _is_taken_back(r)]
        adds = [r for r in records if r.effect.operation != "remove"]
        writers = writers_of(adds)
        if home is not None:
            if is_test_data(container, home[0]):
                return Verdict("tracker", "a test's set-up gives it to the test's own class")
            hidden = self._anew.shadows(container, home[0], writers)
            if hidden:
                return Verdict("shadowed", hidden)
            if is_environment(container):
                return Verdict("tracker", "it is a copy of the process's environment")
            if self._anew.is_recording(container, home[0]):
                return Verdict("tracker", "it is made when something starts and dropped when that ends")
        if not adds:
            return self._unwritten(container)
        if writers and all(map(is_per_thread, writers)):
            return Verdict("tracker", "each thread, task or process has a value of its own")
        counts = all(r.effect.operation == "join" for r in adds) and not any(map(is_verb, writers))
        if container.kind == "Counter" and counts:
            return Verdict("tracker", "it counts")
        if is_built_in_body(container, adds):
            return Verdict("constant", "only its own class body fills it")
        if not writers:
            return self._direct(container, adds)
        return self._filled(container, adds, writers, records)

    def _is_one_of_many(self, container: Container) -> bool:
        """True for what an object has that is met in a table, but never asked for by its place there."""
        made = container.home
        table = self._candidates.nameless.get(made) if isinstance(made, Instance) else None
        return table is not None and all(r.how not in ("key", "entry") for r in self._readers.of(table))

    # -- never written, or written at top level only ---------------------------------------------------

    def _unwritten(self, container: Container) -> Verdict:
        home = container.home
        if container.name.startswith("__") and container.name.endswith("__"):
            return Verdict("declaration", "nothing writes to it, and its name is one for a framework to read")
        if isinstance(home, Node) and home.kind == "class" and self._resolver.classes.outside(home):
            return Verdict("declaration", "nothing writes to it, and a base class from outside may read it")
        return Verdict("constant", "nothing writes to it after the statement that builds it")

    def _direct(self, container: Container, adds: list[Record]) -> Verdict:
        place = self._candidates.home(container)
        own = place[0].module if place else None
        foreign = {r.effect.origin.node.module.path for r in adds if r.effect.origin.node.module is not own}
        if len(foreign) >= 2 or (foreign and _STORE_NAME.search(container.name)):
            return Verdict(
                "registry", f"{len(foreign)} other modules add entries to it while they are imported"
            )
        return Verdict("constant", "only statements at the top level of modules build it")

    # -- written by functions --------------------------------------------------------------------------

    def _filled(
        self, container: Container, adds: list[Record], writers: list[Writer], records: list[Record]
    ) -> Verdict:
        fixed = [r for r in adds if r.effect.fixed is not None]
        handing = [w for w in writers if w.is_handed]
        memo = [w for w in writers if self._is_memo(w, container)]
        if memo and len(memo) == len(writers):
            return Verdict("cache", f"{memo[0].node.qualname} computes what it stores")
        if is_stack([w for w in handing if w.node.facts.name not in _TRIGGERED], records):
            return Verdict("tracker", f"{handing[0].node.qualname} takes away again what it adds")
        if is_replaced(handing, records):
            return Verdict("tracker", f"{handing[0].node.qualname} replaces all of it")
        emptying = emptied_before(handing, records, self._phases)
        if emptying:
            return Verdict("tracker", f"{emptying} empties it before anything is added")
        if self._is_popped(container, records):
            return Verdict("tracker", "it is a stack: what was added last is read and taken out")
        if self._anew.is_of_a_run(container, fixed):
            return Verdict("tracker", "it is state of a run, which a method makes anew with more of the kind")
        if is_own_and_fleeting(handing, records):
            return Verdict("tracker", f"what {handing[0].node.qualname} adds of its own is taken out again")
        guard = self._is_guard(container, writers)
        if guard:
            return Verdict("cache", "it only notes what was seen: nothing reads what is stored")
        if not handing:
            return self._unhanded(container, adds, writers)
        selves = [w for w in handing if self._is_self(w, container, adds)]
        if len(selves) == len(handing):
            return self._self_adding(container, fixed, selves)
        api = [w for w in handing if w not in memo and w not in selves]
        if not api:
            return Verdict("cache", f"{(memo or handing)[0].node.qualname} computes what it stores")
        return self._handed(container, api, fixed, records)

    def _handed(
        self, container: Container, api: list[Writer], fixed: list[Record], records: list[Record]
    ) -> Verdict:
        verbs = verbs_of(container, api, fixed) or [w.node.name for w in api if self._is_hook(w)]
        early = [r for r in fixed if is_at_import(r) and r.effect.registrar]
        early = [r for r in early if not self._scripts.says_nothing(r)]
        if isinstance(container.home, Node) and all(w.through in ("name", "class") for w in api):
            early = early or [r for r in fixed if r.effect.registrar and self._runs_at_import(r)]
        defining = [
            r for r in fixed if r.effect.registrar and is_definition((*r.effect.value, *r.effect.key))
        ]
        outside = [r for r in fixed if r.effect.fixed and not is_test_path(r.effect.fixed.node.module.path)]
        if fixed and not early and all(map(is_made_there, outside or fixed)):
            return Verdict("tracker", f"objects add themselves by {api[0].node.qualname}")
        triggered = [w for w in api if w.node.facts.name in _TRIGGERED or self._in_meta(w.node)]
        if triggered:
            return Verdict("registry", f"every subclass is added by {triggered[0].node.qualname}")
        if container.kind.startswith("Weak") and not early and not defining:
            return Verdict("tracker", f"it holds what {api[0].node.qualname} is given only while that lives")
        if _CACHE_NAME.search(container.name) and not verbs and not early:
            return Verdict("cache", f"{api[0].node.qualname} keeps what it works out")
        writer = api[0].node.qualname
        if not verbs and not defining and all(map(self._answers, api)):
            return Verdict("tracker", f"{writer} notes what it is asked, and answers something else")
        leaving = [r for r in records if r.effect.operation == "remove"]
        seldom = len(fixed) >= _SELDOM * len(early)
        of_class = isinstance(container.home, Node) and container.home.kind == "class"
        reached = ("class", "name") if of_class else ("class",)
        if leaving and seldom and not verbs and not defining and all(w.through in reached for w in api):
            return Verdict("tracker", f"what {writer} adds is taken away again, and comes at run time")
        if not defining and self._is_delivered(container, records):
            return Verdict("tracker", f"what {writer} adds is handed out once and then dropped")
        if is_settings(container, [r for r in records if r.effect.operation != "remove"]):
            return Verdict("tracker", "functions set and reset values under fixed keys")
        if early:
            return Verdict("registry", f"{writer} adds what callers hand it while modules are imported")
        if not defining and all(w.value and is_text(w.value) for w in api):
            return Verdict("tracker", f"{writer} sets marks under what it is given")
        if any(r.effect.way == "decorator" for r in fixed):
            return Verdict("registry", f"{writer} adds what it decorates")
        through_self = all(w.through == "instance" for w in api) and isinstance(container.home, Node)
        named = verbs and any(map(names_definition, defining))
        if through_self and not named and not any("regist" in verb.lower() for verb in verbs):
            return Verdict("tracker", f"{writer} keeps what happens at run time")
        if verbs or defining:
            return Verdict("registry", f"{writer} adds what callers hand it")
        by_name = _STORE_NAME.search(container.name) and not (leaving and seldom)
        offered = not fixed and not any(self._phases.callers(outermost(w.node)) for w in api)
        is_store = by_name and (offered or (bool(fixed) and not _is_worked_out(fixed)))
        if is_store or all(w.through == "class" for w in api):
            return Verdict("registry", f"{writer} adds what callers hand it")
        return Verdict("tracker", f"{writer} keeps what happens at run time")

    def _is_hook(self, writer: Writer) -> bool:
        """`def on_start(fn)` keeps what it is given and gives it back, as a decorator does."""
        given = (writer.value or writer.key)[:1]
        kept = bool(given) and self._resolver.returns(writer.node) == given
        return kept and outermost(writer.node).name.startswith("on_")

    def _runs_at_import(self, record: Record) -> bool:
        """A function that takes nothing, and that modules call while they are imported, adds it."""
        site = record.effect.fixed
        if site is None or site.node.function is None or site.node.function.parameters:
            return False
        timing = self._phases.of(site, lambda node: False)
        return timing is not None and timing.phase == "import"

    def _answers(self, writer: Writer) -> bool:
        """The function works out what it returns, which is not what it stores."""
        returned = self._resolver.returns(outermost(writer.node))
        stored = {*writer.value, *writer.key}
        worked_out = (Result, Element, Blend, Joined, Collection)
        return any(isinstance(v, worked_out) and v not in stored for v in returned)

    def _is_of_classes(self, node: Node) -> bool:
        """What a metaclass's method calls `self` is a class."""
        return self._in_meta(node) or (
            self._anew.is_meta(outermost(node)) and outermost(node).name[:2] != "__"
        )

    def _in_meta(self, node: Node) -> bool:
        return self._anew.is_meta(outermost(node)) and outermost(node).facts.name in ("__new__", "__init__")

    def _unhanded(self, container: Container, adds: list[Record], writers: list[Writer]) -> Verdict:
        files = {w.node.module.path for w in writers}
        plain = [w for w in writers if is_definition(w.value)]
        if len(files) > 1 and len(plain) > 1:
            return Verdict("registry", f"functions in {len(files)} modules add entries to it")
        home = self._candidates.home(container)
        origins = [r.effect.origin.node for r in adds if r.effect.origin.node.function is None]
        foreign = {node.module.path for node in origins if home and node.module is not home[0].module}
        if len(foreign) > 1:
            return Verdict(
                "registry", f"{len(foreign)} other modules add entries to it while they are imported"
            )
        defining = {r.effect.origin.node.module for r in adds if is_definition(r.effect.value)}
        others = defining - {home[0].module} if home else set()
        if len(others) > 1:
            return Verdict("registry", f"{len(others)} other modules add entries to it")
        others_entries = extending(container, writers, home[0]) if home else []
        if others_entries:
            writer = others_entries[0].node.qualname
            return Verdict("registry", f"{writer} of another module adds an entry to it")
        fixed = [w for w in writers if is_definition(w.value) or is_text(w.value or w.key)]
        if fixed and len(fixed) == len(writers):
            return Verdict("constant", f"{writers[0].node.qualname} fills it with fixed entries")
        return Verdict("cache", f"{writers[0].node.qualname} computes what it stores")

    def _is_self(self, writer: Writer, container: Container, adds: list[Record]) -> bool:
        if is_self(writer):
            return not self._is_of_classes(writer.node)
        return is_self_by_method(writer, container, adds, self._resolver.classes)

    def _self_adding(self, container: Container, fixed: list[Record], selves: list[Writer]) -> Verdict:
        made = len([r for r in fixed if is_at_import(r)])
        late = len([r for r in fixed if r.effect.fixed is not None]) - made
        method = selves[0].node.qualname
        if made > 3 and made > 2 * late and not is_weak(container, selves):
            return Verdict("registry", f"objects made while modules are imported add themselves in {method}")
        return Verdict("tracker", f"objects add themselves in {method}")

    # -- caches --------------------------------------------------------------------------------------

    def _is_memo(self, writer: Writer, container: Container) -> bool:
        """The function that stores a value also works it out, or looks it up and returns it."""
        function = outermost(writer.node)
        looked_up = any(is_from(value, container) for value in self._resolver.returns(writer.node))
        if not looked_up and writer.node is not function:
            looked_up = any(is_from(value, container) for value in self._resolver.returns(function))
        given = any(hands_in(value) or is_converted(value) for value in writer.value)
        computed = bool(writer.value) and not given and all(map(is_computed, writer.value))
        made = bool(writer.value) and all(isinstance(value, _MADE) for value in writer.value)
        source = writer.record.effect.source
        if (source is not None and source.own) or remembers(writer, container):
            return True
        if looked_up and depends_on_key(writer.key, writer.value):
            return True
        if looked_up and writer.value and (computed or made or not any(map(hands_in, writer.value))):
            return True
        own = [r for r in self._readers.of(container) if r.node.function is writer.node]
        reads = any(r.how in ("key", "member") for r in own)
        if reads and depends_on_key(writer.key, writer.value) and all(map(is_of_computed, writer.value)):
            return True
        if self._is_on_demand(writer, container):
            return True
        return computed and (reads or not says_register(function.facts.name))

    def _is_on_demand(self, writer: Writer, container: Container) -> bool:
        """All that call the function look the key up, and some return the entry: a look-up cut in two."""
        if not depends_on_key(writer.key, writer.value):
            return False
        callers = {site.node.function for site in self._phases.callers(outermost(writer.node))}
        asking = {r.node.function for r in self._readers.of(container) if r.how in ("key", "entry", "member")}
        given = [self._resolver.returns(one) for one in callers if one is not None and one in asking]
        return len(given) == len(callers) and any(is_from(one, container) for group in given for one in group)

    def _is_popped(self, container: Container, records: list[Record]) -> bool:
        """The last entry is looked at and popped, and nobody goes through all of them."""
        if container.kind not in ("list", "deque"):
            return False
        removals = [r.effect.source for r in records if r.effect.operation == "remove" and r.effect.source]
        how = {reading.how for reading in self._readers.of(container)}
        last_only = "key" in how and how.isdisjoint(("whole", "argument"))
        return last_only and bool(removals) and not any(one.key for one in removals)

    def _is_delivered(self, container: Container, records: list[Record]) -> bool:
        """One function goes through all of it and leaves it empty."""
        sources = [(r.effect.origin.node, r.effect.source) for r in records if r.effect.operation == "remove"]
        emptied = {node.function for node, source in sources if source is not None and not source.key}
        emptied |= self._anew.emptying(container)
        return any(r.how == "whole" and r.node.function in emptied for r in self._readers.of(container))

    def _is_guard(self, container: Container, writers: list[Writer]) -> bool:
        readings = self._readers.of(container)
        inside = {w.node for w in writers}
        if container.kind in ("dict", "defaultdict", "OrderedDict") and any(map(keeps_more, writers)):
            return False
        asked = any(r.how == "member" and r.node.function in inside for r in readings)
        if not asked or any(r.how not in ("member", "write") for r in readings):
            return False
        alone = all(r.node.function in inside for r in readings)
        return not any(says_so(w.node) if alone else is_verb(w) for w in writers)


def _is_worked_out(fixed: list[Record]) -> bool:
    """All that is known to be stored is what calls have just given."""
    return bool(fixed) and all(r.effect.value and all(map(is_computed, r.effect.value)) for r in fixed)


def _is_taken_back(record: Record) -> bool:
    """A test that takes out what it added says nothing of the registry."""
    return record.effect.operation == "remove" and is_test_path(record.effect.origin.node.module.path)
