"""What the writes of a container show: who stores, under which name, and what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from registry_lint import facts
from registry_lint.project.conditions import is_main_guard
from registry_lint.project.handed import hands_in, is_own_class, is_receiver, root
from registry_lint.project.methods import binding
from registry_lint.project.mutators import MUTATORS
from registry_lint.project.opening import says_so
from registry_lint.project.outcomes import Record
from registry_lint.project.program import Node, is_test_path
from registry_lint.project.values import (
    BuiltType,
    ClassValue,
    Collection,
    Container,
    Element,
    External,
    Fallback,
    FunctionValue,
    Instance,
    Literal,
    Member,
    ParameterValue,
    Result,
    Value,
    Values,
    given,
    parts,
)

_VERBS = re.compile(
    r"^on$|(?:^|_)(?:register|registers|add|append|install|connect|subscribe|hook|define|declare|enable|"
    r"attach|provide|plugin|include|mount|expose|implements|alias|contribute|option|command|route|"
    r"check|checks|handler)(?:_|$)"
    r"|^(?:register|add|append|install)[A-Z_]|[Rr]egist"
)
_SELF_MAKING = frozenset(
    {"__init__", "__new__", "__post_init__", "__enter__", "__aenter__", "__call__", "__del__"}
)
_MANY_SETTERS = 3
_ENVIRONMENT = frozenset({"os.environ", "os.environb"})
_NEVER = 1 << 60
_WHO_RUNS = frozenset(
    map(External, ("threading.get_ident", "threading.current_thread", "os.getpid", "asyncio.current_task"))
)
_DEFINED = (ClassValue, FunctionValue, BuiltType, External)
_THINGS = (*_DEFINED, Instance)
_GIVEN = (
    *(Literal, ParameterValue, Member, Element, Instance, External),
    *(ClassValue, FunctionValue, Collection, BuiltType),
)


class Writer(NamedTuple):
    """One write inside a function, in terms of that function's parameters."""

    node: Node
    record: Record

    @property
    def value(self) -> Values:
        """What is stored, in terms of the parameters around it."""
        source = self.record.effect.source
        return source.value if source else ()

    @property
    def key(self) -> Values:
        """What it is stored under."""
        source = self.record.effect.source
        return source.key if source else ()

    @property
    def is_handed(self) -> bool:
        """True if callers hand in what is stored."""
        source = self.record.effect.source
        return source is not None and source.open

    @property
    def through(self) -> str:
        """What the write reaches the container by."""
        return self.record.effect.through


def writers_of(adds: list[Record]) -> list[Writer]:
    """The distinct writes inside functions, each where it stands (or as near as it is known)."""
    best: dict[tuple[object, ...], Record] = {}
    for record in adds:
        origin = record.effect.origin
        if origin.node.function is None:
            continue
        key = (origin.node, origin.span)
        if key not in best or len(record.effect.chain) < len(best[key].effect.chain):
            best[key] = record
    return [Writer(record.effect.origin.node, record) for record in best.values()]


def outermost(node: Node) -> Node:
    """Return the outermost function around a scope (inside any class)."""
    current = node
    while current.parent is not None and current.parent.is_callable:
        current = current.parent
    return current


def says_register(name: str) -> bool:
    """True for a name with a verb that registrars have."""
    return bool(_VERBS.search(name))


def verbs_of(container: Container, api: list[Writer], fixed: list[Record]) -> list[str]:
    """The names of writers that say so; what forwards to them must say so clearly.

    An object's `add` is what every container has, whatever it is for.
    """
    own = {outermost(w.node).facts.name for w in api}
    if isinstance(container.home, Instance):
        own -= MUTATORS
    forwarding = {outermost(r.effect.registrar).facts.name for r in fixed if r.effect.registrar is not None}
    found = {name for name in own if _VERBS.search(name)}
    return sorted(found | {name for name in forwarding if "regist" in name.lower()})


def is_verb(writer: Writer) -> bool:
    """True for a writer with a registrar's name."""
    return says_register(outermost(writer.node).facts.name)


def is_at_import(record: Record) -> bool:
    """True if key and value became known at the top level of a module, and not as a script."""
    site = record.effect.fixed
    return site is not None and site.node.function is None and not is_main_guard(site.node.conditions(site))


def is_self(writer: Writer) -> bool:
    """`self` in the value, in a method that makes or enters the object."""
    function = outermost(writer.node)
    if not function.facts.parameters or function.parent is None or function.parent.kind != "class":
        return False
    if function.facts.name not in _SELF_MAKING:
        own = writer.record.container.home is function.parent and binding(function) == "instance"
        if not own or says_so(function):
            return False
        return all(_is_receiver_of(writer.node, value) for value in writer.value or writer.key)
    first = function.facts.parameters[0].name
    stored = (*writer.value, *writer.key)
    if function.facts.name == "__new__":
        return any(isinstance(v, (Instance, Result)) for v in writer.value)
    if function.facts.name == "__call__":  # a decorator that is an object stores what it is called with
        return ParameterValue(function, first) in stored
    return any(v == ParameterValue(function, first) for v in walk_values(stored))


def names_definition(record: Record) -> bool:
    """A function or class of its own (no method of the object at hand) under a name that is written out."""
    effect = record.effect
    if not effect.key or not all(map(is_written_out, effect.key)):
        return False
    return is_definition(tuple(v for v in in_lists(effect.value) if getattr(v, "receiver", None) is None))


def is_written_out(value: Value) -> bool:
    """True for a constant, also of bytes."""
    return isinstance(value, Literal) or (isinstance(value, Collection) and value.kind == "bytes")


def is_settings(container: Container, adds: list[Record]) -> bool:
    """Several functions each store something under a key of their own: no entries, but values that change.

    One is enough where it is born with those keys.
    """
    outside = [writer for writer in writers_of(adds) if not is_test_path(writer.node.module.path)]
    setters = [writer for writer in outside if _is_setter(writer)]
    born = container.contents.keys if container.contents is not None else ()
    if setters and len(setters) == len(outside) and all(_replaces(writer, born) for writer in setters):
        return True
    handed = {writer.node for writer in setters if writer.is_handed}
    return len({writer.node for writer in setters}) >= _MANY_SETTERS and len(handed) > 1


def _replaces(writer: Writer, born: Sequence[Values]) -> bool:
    """The value of a key that is there becomes another: what is added to that value is an entry of it."""
    return writer.record.effect.operation == "item" and writer.key in born


def _is_setter(writer: Writer) -> bool:
    fixed = bool(writer.key) and all(isinstance(key, Literal) for key in writer.key)
    return fixed and not any(isinstance(value, _THINGS) or is_own_class(value) for value in writer.value)


def is_environment(container: Container) -> bool:
    """A copy of `os.environ`, or an object over it: variables are set there, as in the process's own."""
    home = container.home
    born = (container.contents,) if container.contents is not None else ()
    made = tuple(given(home.arguments)) if isinstance(home, Instance) and home.arguments else ()
    return any(
        isinstance(one, External) and one.name in _ENVIRONMENT for one in walk_values((*born, *made), 60)
    )


def is_per_thread(writer: Writer) -> bool:
    """The key is the thread, task or process that runs: a variable, of which each has another value."""
    return bool(writer.key) and all(
        isinstance(part, Result) and part.callee in _WHO_RUNS for part in map(_asked, writer.key)
    )


def _asked(key: Value) -> Value:
    while isinstance(key, Member):
        key = key.value
    return key


def is_test_data(container: Container, home: Node) -> bool:
    """A test's `cls.data = …`, which its class body does not declare."""
    if home.kind != "class" or not isinstance(container.home, Node):
        return False
    return is_test_path(home.module.path) and container.name not in home.bindings


def is_stack(handing: list[Writer], records: list[Record]) -> bool:
    """Every function that adds also removes, later: a stack of what is going on.

    One that removes first makes room for what it adds.
    """
    removing: dict[Node, int] = {}
    for record in records:
        if record.effect.operation == "remove":
            origin = record.effect.origin
            function = outermost(origin.node)
            removing[function] = max(removing.get(function, 0), origin.span.line)
    return bool(handing) and all(
        removing.get(outermost(writer.node), 0) >= writer.record.effect.origin.span.line for writer in handing
    )


def is_replaced(handing: list[Writer], records: list[Record]) -> bool:
    """Every function that adds empties it before: what is handed in stands in the place of all."""
    emptied: dict[Node, int] = {}
    for record in records:
        effect = record.effect
        if effect.operation == "remove" and effect.source is not None and not effect.source.key:
            emptied.setdefault(effect.origin.node, effect.origin.span.line)
    return bool(handing) and all(
        emptied.get(writer.node, _NEVER) < writer.record.effect.origin.span.line for writer in handing
    )


def is_built_in_body(container: Container, adds: list[Record]) -> bool:
    """The class body hands its own table to functions that fill it, and nothing else does."""
    home = container.home
    if not isinstance(home, Node) or home.kind != "class":
        return False
    sites = [record.effect.fixed or record.effect.origin for record in adds]
    return all(site.node is home for site in sites) and any(r.effect.through == "parameter" for r in adds)


def is_made_there(record: Record) -> bool:
    """An object is stored by the call that makes it: it adds itself."""
    fixed = record.effect.fixed
    if fixed is None:
        return False
    place = (fixed.node.module.path, fixed.span)
    return any(isinstance(value, Instance) and value.site == place for value in record.effect.value)


def is_own_and_fleeting(handing: list[Writer], records: list[Record]) -> bool:
    """Objects put themselves, or what they had before, into a container and take it out again."""
    taken = [r.effect.source.key for r in records if r.effect.operation == "remove" and r.effect.source]
    if not handing or not taken:
        return False
    stored = [(writer.node, value) for writer in handing for value in (writer.value or writer.key)]
    if all(_is_receiver_of(node, value) for node, value in stored):
        return any(isinstance(one, ParameterValue) and is_receiver(one) for keys in taken for one in keys)
    return all(_is_bound_to(node, value) for node, value in stored) and not any(taken)


def _is_receiver_of(node: Node, value: Value) -> bool:
    return isinstance(value, ParameterValue) and value.node is outermost(node) and is_receiver(value)


def _is_bound_to(node: Node, value: Value) -> bool:
    while isinstance(value, Member):
        value = value.value
    receiver = value.receiver if isinstance(value, FunctionValue) else value
    return receiver is not None and _is_receiver_of(node, receiver)


def keeps_more(writer: Writer) -> bool:
    """What is stored under the key was handed in besides it."""
    return any(map(hands_in, writer.value)) and writer.value != writer.key


def is_fresh(statement: facts.SetAttribute) -> bool:
    """`cls.x = {}` or a merge of the bases', not `cls.x = {**cls.x, key: value}`."""
    value = statement.value
    if isinstance(value, facts.Display):
        merged = [key is None for key in value.keys]
        return all(merged) or not any(merged)
    return isinstance(value, (facts.Call, facts.Comprehension, facts.Name))


def is_from(value: Value, container: Container) -> bool:
    """True for what may be an entry of a container."""
    if isinstance(value, Fallback):
        return any(is_from(one, container) for one in (*value.first, *value.second))
    while isinstance(value, Element):
        value = value.value
    return value == container or (isinstance(value, Member) and value.attr == container.name)


def remembers(writer: Writer, container: Container) -> bool:
    """True where an entry that is there already is stored again.

    `names.get(name, name)` only says what the name that callers hand in stands for.
    """
    options = tuple(one for value in writer.value for one in _options(value))
    return any(
        isinstance(one, Element)
        and is_from(one, container)
        and not (one.index and one.index != writer.key and set(one.index) <= set(options))
        for one in options
    )


def _options(value: Value) -> Iterator[Value]:
    if isinstance(value, Fallback):
        yield from (part for one in (*value.first, *value.second) for part in _options(one))
    else:
        yield value


def depends_on_key(key: Values, value: Values) -> bool:
    """Nothing but the key tells what is stored: it is made of it, not handed in beside it."""
    asked = {one for each in key for one in each.free}
    told = {one for each in value for one in each.free if not is_receiver(ParameterValue(*one))}
    return bool(asked) and told <= asked and not any(isinstance(each, ParameterValue) for each in value)


def is_computed(value: Value) -> bool:
    """What a call works out (of a function, not of a class or of what was handed in)."""
    if isinstance(value, Result):
        callee = value.callee
        return not isinstance(callee, ParameterValue)
    return not isinstance(value, _GIVEN) and not value.free


def is_of_computed(value: Value) -> bool:
    """An attribute or entry of what a call works out."""
    start = root(value)
    return isinstance(start, Result) and is_computed(start)


def is_text(values: Values) -> bool:
    """True where only texts and numbers that are written out are among the values."""
    return bool(values) and all(isinstance(value, Literal) for value in values)


def is_definition(values: Values) -> bool:
    """True where a class or a function is among the values, or a list of nothing else."""
    return any(isinstance(v, _DEFINED) for v in in_lists(values))


def in_lists(values: Values) -> Values:
    """Return the values, and for a list that is written out the definitions that are all it has."""
    return tuple(part for value in values for part in _definitions_in(value) or (value,))


def _definitions_in(value: Value) -> Values:
    if not isinstance(value, Collection) or value.kind == "dict":
        return ()
    found = tuple(one for group in value.values for one in group)
    return found if all(isinstance(one, _DEFINED) for one in found) else ()


def walk_values(values: Values, limit: int = 400) -> Iterator[Value]:
    """Yield the values and all that they are made of (a bounded number)."""
    stack = list(values)
    for _ in range(limit):
        if not stack:
            return
        value = stack.pop()
        yield value
        stack.extend(parts(value))
