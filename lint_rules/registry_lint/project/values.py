"""What an expression may stand for: modules, classes, functions, containers, parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from registry_lint.places import Span
from registry_lint.project.program import Module, Node

if TYPE_CHECKING:
    from registry_lint.project.conditions import Test

Values: TypeAlias = "tuple[Value, ...]"
# Nothing that a person reads nests deeper.
# Functions that build each other out of each other would grow without end.
_MOST_CLOSURES = 30
_DEEPEST = 12
# Each collection may hold the entries of the one before it twice: so many are put together, and no more.
MOST_JOINED = 10_000
_NO_PARAMETERS: frozenset[tuple[Node, str]] = frozenset()


class Term:
    """What all values share: a hash and the parameters they depend on, worked out once.

    Values nest and are compared all the time; without this, hashing alone would take most of a run.
    `free` holds (function, name) of the parameters; `depth` is how deep the value nests, `closures`
    counts the functions in it that remember others: too many of those nest too deeply as well.
    """

    __slots__ = ("_hash", "closures", "depth", "free")
    _hash: int
    closures: int
    depth: int
    free: frozenset[tuple[Node, str]]

    def __post_init__(self) -> None:
        kind = type(self)
        free, depth, closures = _own_parameters(self) if kind in _DEPENDING else _NO_PARAMETERS, 0, 0
        reader = _PARTS.get(kind)
        for part in reader(self) if reader else ():
            inner = part.free
            if inner and inner is not free and not inner <= free:
                free = free | inner if free else inner
            closures += part.closures
            if part.depth > depth:
                depth = part.depth
        if kind is FunctionValue:
            closures += 1
            if closures > _MOST_CLOSURES:
                depth = _DEEPEST
        _set_free(self, free)
        _set_closures(self, closures)
        _set_depth(self, depth + 1)
        _set_hash(self, hash((kind, _KEYS[kind](self))))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Term) or self._hash != other._hash or type(self) is not type(other):
            return False
        key = _KEYS[type(self)]
        return bool(key(self) == key(other))


# What sets the fields that every value has: frozen dataclasses refuse the usual way.
_set_hash, _set_closures, _set_depth, _set_free = (vars(Term)[name].__set__ for name in Term.__slots__)


@dataclass(frozen=True, slots=True, eq=False)
class ModuleValue(Term):
    """A module of the project."""

    module: Module


@dataclass(frozen=True, slots=True, eq=False)
class ClassValue(Term):
    """A class of the project."""

    node: Node


@dataclass(frozen=True, slots=True, eq=False)
class FunctionValue(Term):
    """A function of the project; `environment` binds parameters of the functions around it."""

    node: Node
    environment: Environment = ()
    receiver: Value | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Instance(Term):
    """An object made by calling a class, told apart by where it is made (None: `self`, whoever that is)."""

    node: Node
    site: tuple[str, Span] | None
    arguments: Arguments | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Container(Term):
    """A mutable container, named by the scope or object it belongs to.

    `node` is its class where that is one of the project's, `contents` what it is born with.
    """

    home: Node | Instance
    name: str
    kind: str
    span: Span
    node: Node | None = None
    contents: Collection | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ParameterValue(Term):
    """A parameter of a function that is not known yet."""

    node: Node
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Member(Term):
    """An attribute of something that is not known yet."""

    value: Value
    attr: str


@dataclass(frozen=True, slots=True, eq=False)
class Element(Term):
    """An element of `value`: under `index`, or any that iteration meets (`index` is empty)."""

    value: Value
    index: Values


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Term):
    """A known string, number, boolean or None."""

    value: str | int | float | bool | None
    kind: type = str  # True, 1 and 1.0 are equal to Python


@dataclass(frozen=True, slots=True, eq=False)
class Collection(Term):
    """A literal dict, list, set or tuple; `keys` is empty unless it is a dict."""

    kind: str
    keys: tuple[Values, ...]
    values: tuple[Values, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fallback(Term):
    """`first`, or `second` where the first is missing (where `bare`: no attribute, whatever its value)."""

    first: Values
    second: Values
    bare: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Picked(Term):
    """`then` where all tests hold, else `otherwise`."""

    tests: tuple[Test, ...]
    then: Values
    otherwise: Values


@dataclass(frozen=True, slots=True, eq=False)
class Result(Term):
    """What an unknown call returns."""

    callee: Value
    arguments: tuple[Values, ...]


@dataclass(frozen=True, slots=True, eq=False)
class External(Term):
    """Something outside the project, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Partial(Term):
    """A callable with some arguments already given."""

    callee: Value
    arguments: Arguments


@dataclass(frozen=True, slots=True, eq=False)
class Blend(Term):
    """Something computed from the parts."""

    parts: Values


@dataclass(frozen=True, slots=True, eq=False)
class Joined(Term):
    """A string or sum of parts that are not all known yet: an f-string, or operands of `+` or `%`."""

    operator: str
    groups: tuple[Values, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SuperValue(Term):
    """`super()` in a method of `node`'s class."""

    node: Node
    receiver: Value


@dataclass(frozen=True, slots=True, eq=False)
class BuiltType(Term):
    """A class made by calling `type` (or a metaclass) with a name and bases."""

    name: Values
    bases: Values
    members: Values = ()
    metaclass: Node | None = None


class Arguments(NamedTuple):
    """The arguments of a call."""

    positional: tuple[Values, ...]
    named: tuple[tuple[str, Values], ...] = ()
    rest: Values = ()
    options: Values = ()


Value: TypeAlias = (
    ModuleValue
    | ClassValue
    | FunctionValue
    | Instance
    | Container
    | ParameterValue
    | Member
    | Element
    | Literal
    | Collection
    | Fallback
    | Picked
    | Result
    | External
    | Partial
    | Blend
    | Joined
    | SuperValue
    | BuiltType
)
Environment: TypeAlias = "tuple[tuple[Node, str, Values], ...]"


# What two equal values have in common: objects are one when they are made at one place, containers when they
# have one home and name, and all others when they are the same in everything.
_KEYS: dict[type, Callable[[Any], Any]] = {
    Instance: attrgetter("node", "site"),
    Container: attrgetter("home", "name"),
    **{kind: attrgetter(*kind.__dataclass_fields__) for kind in (
        ModuleValue, ClassValue, FunctionValue, ParameterValue, Member, Element, Literal, Collection,
        Fallback, Picked, Result, External, Partial, Blend, Joined, SuperValue, BuiltType,
    )},
}  # fmt: skip


def unite(*groups: Values, limit: int = 0) -> Values:
    """Return the distinct values of the groups, in order (at most `limit` where it is given).

    A value that nests too deeply is replaced by the parameters it depends on.
    """
    filled = groups if len(groups) == 1 else [group for group in groups if group]
    if not filled or not filled[0]:
        return ()
    if len(filled) == 1 and len(filled[0]) == 1 and filled[0][0].depth <= _DEEPEST:
        return filled[0]
    found = tuple(dict.fromkeys(chain.from_iterable(filled)))
    if any(value.depth > _DEEPEST for value in found):
        found = tuple(dict.fromkeys(_flattened(v) if v.depth > _DEEPEST else v for v in found))
    return found[:limit] if limit else found


def _flattened(value: Value) -> Value:
    if isinstance(value, Container):  # whatever stands in it
        return Container(value.home, value.name, value.kind, value.span, value.node)
    if isinstance(value, Instance):
        return Instance(value.node, value.site, _shallow_arguments(value.arguments))
    if isinstance(value, FunctionValue) and value.closures <= _MOST_CLOSURES:
        environment = tuple((node, name, _shallow(group)) for node, name, group in value.environment)
        receiver = _shallow((value.receiver,))[0] if value.receiver is not None else None
        return FunctionValue(value.node, environment, receiver)
    return _blended(value)


def _blended(value: Value) -> Value:
    free = sorted(value.free, key=lambda one: (*one[0].order(), one[1]))
    blend = Blend(tuple(ParameterValue(*one) for one in free[:8]))
    # What a call works out stays that: it is not handed in.
    return Result(Blend(()), ((blend,),)) if isinstance(value, Result) else blend


def _shallow(values: Values) -> Values:
    """What a function remembers is kept as far as a person would follow it."""
    return tuple(value if value.depth <= _DEEPEST // 2 else _blended(value) for value in values)


def _shallow_arguments(known: Arguments | None) -> Arguments | None:
    if known is None:
        return None
    named = tuple((name, _shallow(group)) for name, group in known.named)
    return Arguments(
        tuple(map(_shallow, known.positional)), named, _shallow(known.rest), _shallow(known.options)
    )


def _own_parameters(value: Term) -> frozenset[tuple[Node, str]]:
    """A parameter depends on itself, a function on those around it that are not bound yet."""
    if isinstance(value, ParameterValue):
        return value.node.alone(value.name)
    if isinstance(value, FunctionValue) and value.node.parent is not None and value.node.parent.function:
        bound = {(node, name) for node, name, _ in value.environment}
        around: Node | None = value.node.parent.function
        found = set()
        while around is not None:
            found |= {(around, name) for name in around.parameters}
            around = around.parent.function if around.parent else None
        return frozenset(found - bound)
    return _NO_PARAMETERS


_DEPENDING = frozenset({ParameterValue, FunctionValue})


def parts(value: Value) -> Sequence[Value]:
    """Return the values that a value is directly made of."""
    reader = _PARTS.get(type(value))
    return reader(value) if reader else ()


def _flat(*groups: Values) -> Sequence[Value]:
    return [value for group in groups for value in group]


def _of_function(value: FunctionValue) -> Sequence[Value]:
    if not value.environment and value.receiver is None:
        return ()
    found = [one for _, _, group in value.environment for one in group]
    return found if value.receiver is None else [*found, value.receiver]


_PARTS: dict[type, Callable[[Any], Sequence[Value]]] = {
    Member: lambda value: (value.value,),
    Element: lambda value: (value.value, *value.index),
    Collection: lambda value: _flat(*value.keys, *value.values),
    Fallback: lambda value: (*value.first, *value.second),
    Picked: lambda value: _flat(
        value.then, value.otherwise, *(side for test in value.tests for side in (test.left, test.right))
    ),
    Result: lambda value: (value.callee, *_flat(*value.arguments)),
    Partial: lambda value: (value.callee, *given(value.arguments)),
    Blend: lambda value: value.parts,
    Joined: lambda value: _flat(*value.groups),
    FunctionValue: _of_function,
    Instance: lambda value: () if value.arguments is None else tuple(given(value.arguments)),
    BuiltType: lambda value: (*value.name, *value.bases, *value.members),
    SuperValue: lambda value: (value.receiver,),
    Container: lambda value: (value.contents,) if value.contents is not None else (),
}


def given(arguments: Arguments) -> Iterator[Value]:
    """Yield every value among the arguments."""
    for group in arguments.positional:
        yield from group
    for _, group in arguments.named:
        yield from group
    yield from (*arguments.rest, *arguments.options)


def literal(value: str | int | float | bool | None) -> Literal:
    """Return the literal for a plain value."""
    return Literal(value, type(value))
