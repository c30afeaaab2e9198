"""What running a scope may do to containers, and which writes are told by what was handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from registry_lint.project.binding import Known
from registry_lint.project.conditions import Test
from registry_lint.project.methods import binding, is_method
from registry_lint.project.program import Node, Site
from registry_lint.project.values import (
    Arguments,
    BuiltType,
    ClassValue,
    Collection,
    Container,
    Element,
    External,
    Fallback,
    FunctionValue,
    Instance,
    Joined,
    Literal,
    Member,
    ModuleValue,
    ParameterValue,
    Partial,
    Result,
    SuperValue,
    Value,
    Values,
    parts,
)
from registry_lint.project.writers import called_names

# So many plain values are those of a table that was asked.
_MANY_LITERALS = 3
# What these give is what they are given, in another form.
_CONVERSIONS = frozenset(
    (
        *(External(f"builtins.{name}") for name in ("tuple", "list", "set", "frozenset", "dict", "str")),
        *(External(f"copy.{name}") for name in ("copy", "deepcopy")),
        *(External("builtins.getattr"), External("dataclasses.replace"), External("builtins.dict.fromkeys")),
    )
)
# Calls of what these make keep what they are given.
_RECORD_MAKERS = frozenset(
    map(External, ("collections.namedtuple", "typing.NamedTuple", "dataclasses.make_dataclass"))
)
_FORMS = frozenset(
    (
        *(External(f"pathlib.{name}") for name in ("Path", "PurePath")),
        *(External(f"os.path.{name}") for name in ("abspath", "normpath", "realpath", "expanduser", "join")),
        *(External("re.compile"), External("os.fspath")),
    )
)
_MODULES = External("sys.modules")
_MAKING = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__"})
# What can be written to or called, or hold such a thing.
_SUBSTANTIAL = (
    *(Instance, ClassValue, FunctionValue, ModuleValue, Container, Collection),
    *(Partial, Fallback, SuperValue, BuiltType),
)


class Source(NamedTuple):
    """Key and value of a write in terms of its function, and whether they were handed in there.

    `own` says that what is stored was an entry of the same container before.
    """

    key: Values
    value: Values
    open: bool
    own: bool = False


class Effect(NamedTuple):
    """A write to `target`, in terms of the parameters of the scope that is asked.

    `fixed` is the site where key and value became known, `registrar` what was called there (None
    for a direct write), `chain` the call sites from the asked scope down to the write at `origin`.
    `forwarded` says that key or value are worked out on the way from what callers hand in: nobody
    can say what is registered. `through` is what the write reaches the container by: `instance`,
    `class`, `made` (a metaclass's class), `parameter` or `name`.
    """

    target: Value
    operation: str
    key: Values
    value: Values
    origin: Site
    chain: tuple[Site, ...] = ()
    fixed: Site | None = None
    registrar: Node | None = None
    way: str = "write"
    tests: tuple[Test, ...] = ()
    through: str = "name"
    source: Source | None = None
    forwarded: bool = False


class Invocation(NamedTuple):
    """A call of something that only the caller knows: a parameter, or a method of one."""

    callee: Value
    arguments: Arguments
    site: Site
    way: str
    tests: tuple[Test, ...] = ()


class Record(NamedTuple):
    """An effect on a known container, seen from a scope; `open` if it depends on that scope's parameters."""

    container: Container
    effect: Effect
    node: Node
    open: bool


Outcome = Effect | Invocation


class Noted:
    """An outcome of a statement or call, and what came of settling it where that cannot change."""

    __slots__ = ("outcome", "same", "settled")

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.same = outcome, identity(outcome)
        self.settled: Settled | None = None


class Settled(NamedTuple):
    """What callers must know of an outcome, and the records of the containers that it is known to reach."""

    kept: Outcome | None
    records: tuple[Record, ...]


def identity(outcome: Outcome) -> tuple[object, ...]:
    """Return what two outcomes have in common that differ only in how they are reached."""
    if isinstance(outcome, Invocation):
        return (outcome.callee, outcome.arguments, outcome.site.span, outcome.site.node)
    fixed = outcome.fixed
    return (
        outcome.target,
        outcome.operation,
        outcome.key,
        outcome.value,
        outcome.origin,
        fixed,
        outcome.registrar,
    )


def place(outcome: Outcome) -> tuple[object, ...]:
    """Return where an outcome comes from and what it is done to, whatever is stored there."""
    if isinstance(outcome, Invocation):
        return (outcome.site.node, outcome.site.span, getattr(outcome.callee, "attr", ""))
    return (outcome.origin, outcome.operation, outcome.target if outcome.target.depth < 3 else None)


def fix(effect: Effect, site: Site, registrar: Node | None, way: str) -> Effect:
    """Return the effect, marked as fixed at a site where key and value are known there."""
    own = effect.source is not None and effect.source.own
    if not own and is_open(effect, site.node) and not _is_of_the_object(effect, site.node):
        return effect._replace(way=way if way != "call" else effect.way)
    is_call = registrar is not None and site.node.function is not None
    depends = is_call and not own and any(map(_depends, (*effect.key, *effect.value)))
    if depends and not any(map(_defines, effect.value)):
        return effect._replace(forwarded=True)
    return effect._replace(fixed=site, registrar=registrar, way=way)


def is_open(effect: Effect, node: Node) -> bool:
    """True if what is stored was handed in by the callers of the functions around a scope.

    A key alone makes no registration where the value is worked out here: that is a memo.
    """
    if node.function is None:
        return False
    if not effect.value:
        return any(map(hands_in, effect.key))
    if any(hands_in(value) and not _is_of_itself(value, effect) for value in effect.value):
        return not any(map(_is_identity, effect.key))
    if any(map(_is_of_own_class, effect.value)) and says_so(node):
        return True
    if not effect.key and any(map(is_converted, effect.value)):
        return True
    if not any(hands_in(key) and not _is_own_class(key) for key in effect.key):
        return False
    if any(map(_is_being_made, effect.value)) or says_so(node):
        return True
    looked_up = sum(isinstance(value, Literal) for value in effect.value) >= _MANY_LITERALS
    return not looked_up and any(map(_is_plain, effect.value))


def is_converted(value: Value) -> bool:
    """A path, pattern or object made of what was handed in: a list of those is no memo, which needs a key."""
    if not isinstance(value, Result) or not value.arguments:
        return False
    if value.callee not in _FORMS and not _is_outside_class(value.callee):
        return False
    return any(map(hands_in, value.arguments[0])) or any(map(is_converted, value.arguments[0]))


def _is_outside_class(callee: Value) -> bool:
    """By the spelling that PEP 8, "Class Names", gives."""
    name = callee.name.rpartition(".")[2] if isinstance(callee, External) else ""
    return name[:1].isupper() and not name.isupper()


def says_so(node: Node) -> bool:
    """True within a function whose name says that it registers: names break a tie."""
    while node.parent is not None and node.parent.is_callable:
        node = node.parent
    return "regist" in node.facts.name.lower()


def _is_own_class(key: Value) -> bool:
    """What an object notes about its own class was not handed in."""
    while isinstance(key, Member) and key.attr != "__class__":
        key = key.value
    return isinstance(key, Member) and isinstance(key.value, ParameterValue) and is_receiver(key.value)


def _is_of_own_class(value: Value) -> bool:
    """What a class method finds in its own class, which is another for each class it is called on."""
    start = root(value)
    if value is start or not isinstance(start, ParameterValue) or not is_receiver(start):
        return False
    return binding(start.node) == "class" and isinstance(value, Element)


def _is_of_the_object(effect: Effect, node: Node) -> bool:
    """A method, not the one that makes the object, adds something of the object's under a fixed key."""
    function = node.function
    if function is None or function.facts.name in _MAKING or says_so(node) or not effect.key:
        return False
    if not all(isinstance(key, Literal) for key in effect.key):
        return False
    free = {one for value in effect.value for one in value.free}
    bare = any(isinstance(value, ParameterValue) for value in effect.value)
    return not bare and all(
        is_receiver(ParameterValue(*one)) and binding(one[0]) == "instance" for one in free
    )


def _defines(value: Value) -> bool:
    """True for a class or function of ours, or what is put together with one."""
    if isinstance(value, BuiltType) and all(map(_is_state, (*value.name, *value.bases))):
        return True
    if isinstance(value, (Collection, Partial, BuiltType)):
        return any(map(_defines, parts(value)))
    return isinstance(value, (ClassValue, FunctionValue)) and not value.free


def _is_of_itself(value: Value, effect: Effect) -> bool:
    """`self.history.append(self.state)`: an object keeps what it has already."""
    return effect.through == "instance" and isinstance(value, Member) and root(value) == root(effect.target)


def root(value: Value) -> Value:
    """Return what a chain of attributes and entries starts at."""
    while isinstance(value, (Element, Member)):
        value = value.value
    return value


def _depends(value: Value) -> bool:
    """True for what is made of a parameter, worked out by a call or not."""
    if isinstance(value, ParameterValue):
        return not is_receiver(value)
    return bool(value.free) and not isinstance(value, FunctionValue) and any(map(_depends, parts(value)))


def _is_being_made(value: Value) -> bool:
    """The object that `__new__` makes of its class stands for what it was given."""
    if not isinstance(value, Result):
        return False
    receiver = value.callee
    if isinstance(receiver, External) and receiver.name.endswith(".__new__") and value.arguments:
        receiver = next(iter(value.arguments[0]), receiver)
    if not isinstance(receiver, ParameterValue) or not is_receiver(receiver):
        return False
    return receiver.node.facts.name == "__new__"


def _is_identity(key: Value) -> bool:
    return isinstance(key, Result) and key.callee == External("builtins.id")


def _is_plain(value: Value) -> bool:
    """What is there already, not worked out by a call nor looked up in the object itself."""
    if isinstance(value, (Element, Member)):
        return not _is_own_state(value) and not isinstance(root(value), (Container, Result))
    if isinstance(value, Collection):
        return not value.values
    return isinstance(value, (Literal, ClassValue, FunctionValue, External))


def hands_in(value: Value) -> bool:
    """True if a value is a parameter or is made of one, rather than worked out from it by a call."""
    if not value.free:
        return False
    if isinstance(value, FunctionValue):
        return _wraps(value) or (value.receiver is not None and hands_in(value.receiver))
    if isinstance(value, Result):
        if value.callee in _CONVERSIONS and value.arguments:
            return any(map(hands_in, value.arguments[0]))
        if isinstance(value.callee, Result) and value.callee.callee in _RECORD_MAKERS:
            return any(hands_in(one) for group in value.arguments for one in group)
        return not is_receiver(value.callee) and hands_in(value.callee)
    if isinstance(value, Element):
        if value.value == _MODULES:  # the module of what is handed in
            return any(map(hands_in, value.index))
        return not _is_own_state(value) and hands_in(value.value)
    if _is_type_of_argument(value):
        return False
    if isinstance(value, BuiltType):  # a detail of what is handed in is not handed in with the class
        shown = (one for part in parts(value) for one in _inside(part))
        return any(isinstance(one, (ParameterValue, FunctionValue)) and hands_in(one) for one in shown)
    if isinstance(value, Collection):  # a text about what is handed in is not handed in itself
        inside = [part for part in parts(value) if not isinstance(part, Joined)]
        defined = any(map(_defines, inside))
        return any(hands_in(part) for part in inside if not (defined and _is_state(part)))
    return isinstance(value, ParameterValue) or any(map(hands_in, parts(value)))


def _inside(value: Value) -> Sequence[Value]:
    return parts(value) if isinstance(value, Collection) else (value,)


def _is_type_of_argument(value: Value) -> bool:
    """`type(given)` is asked of whatever comes, to remember what was found for its like."""
    if not isinstance(value, Member) or value.attr != "__class__":
        return False
    asked = root(value.value)
    return isinstance(asked, ParameterValue) and not is_receiver(asked)


def _is_own_state(value: Value) -> bool:
    """What is looked up on `self` or `cls` was there before, but for what Python itself says of a class."""
    while isinstance(value, (Element, Member)):
        if isinstance(value, Member) and value.attr.startswith("__") and value.attr.endswith("__"):
            return False
        value = value.value
    if not isinstance(value, ParameterValue) or not is_receiver(value):
        return False
    return value.node.facts.name not in ("__init__", "__post_init__")  # which make the state just now


def _is_state(value: Value) -> bool:
    """What only the object at hand tells: beside a class or function, a detail of the entry."""
    return all(is_receiver(ParameterValue(node, name)) for node, name in value.free)


def is_receiver(value: Value) -> bool:
    """True for the first parameter of a method."""
    if not isinstance(value, ParameterValue):
        return False
    node = value.node
    return is_method(node) and node.facts.parameters[0].name == value.name


def _wraps(function: FunctionValue) -> bool:
    """A function inside another hands in a parameter only if it calls it: a wrapper round what was given."""
    names = {name for node, name in function.free if node is not function.node}
    bound = {name for _, name, values in function.environment for value in values if value.free}
    return bool((names | bound) & called_names(function.node))


def outermost(target: Value) -> Value:
    """Return the container itself for what is below its first level."""
    while isinstance(target, Element):
        target = target.value
    return target


def is_worthwhile(outcome: Outcome, known: Known) -> bool:
    """False where what is written to, or called, hangs on an argument that can be neither."""
    value = root(outcome.callee if isinstance(outcome, Invocation) else outcome.target)
    if not isinstance(value, ParameterValue):
        return True
    given = known.get((value.node, value.name))
    return given is None or any(one.free or isinstance(one, _SUBSTANTIAL) for one in given)
