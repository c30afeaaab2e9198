"""What an expression may stand for: modules, classes, functions, containers, and what is computed from parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, Union

from registry_lint.places import Span
from registry_lint.project.program import Module, Node

Values: TypeAlias = "tuple[Value, ...]"
# Nothing that a person reads nests deeper.
_DEEPEST = 14
_NO_PARAMETERS: frozenset[tuple[Node, str]] = frozenset()


class Term:
    """What all values share: a hash and the parameters they depend on, worked out once.

    Values nest and are compared all the time; without this, hashing alone would take most of a run.
    `free` holds (function, name) of the parameters; `depth` is how deep the value nests.
    """

    __slots__ = ("_hash", "depth", "free")

    def key(self) -> tuple[object, ...]:
        """Return what two equal values have in common."""
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)  # type: ignore[attr-defined]

    def __post_init__(self) -> None:
        inner = list(parts(self))  # type: ignore[arg-type]  # every term is a Value
        free = _own_parameters(self).union(*(part.free for part in inner))
        object.__setattr__(self, "free", free)
        object.__setattr__(self, "depth", 1 + max((part.depth for part in inner), default=0))
        object.__setattr__(self, "_hash", hash((type(self), self.key())))

    def __hash__(self) -> int:
        return self._hash  # type: ignore[attr-defined, no-any-return]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other) or hash(self) != hash(other):
            return False
        return self.key() == other.key()  # type: ignore[attr-defined]  # same type


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

    def key(self) -> tuple[object, ...]:
        """Two objects are one when they are made at one place."""
        return (self.node, self.site)


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

    def key(self) -> tuple[object, ...]:
        """Two containers are one when they have one home and name."""
        return (self.home, self.name)


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
    """`first`, or `second` where the first is missing."""

    first: Values
    second: Values


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


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call."""

    positional: tuple[Values, ...]
    named: tuple[tuple[str, Values], ...] = ()
    rest: Values = ()
    options: Values = ()


Value: TypeAlias = Union[
    ModuleValue, ClassValue, FunctionValue, Instance, Container, ParameterValue, Member, Element, Literal,
    Collection, Fallback, Result, External, Partial, Blend, SuperValue, BuiltType,
]  # fmt: skip
Environment: TypeAlias = "tuple[tuple[Node, str, Values], ...]"


def unite(*groups: Values, limit: int = 0) -> Values:
    """Return the distinct values of the groups, in order (at most `limit` where it is given).

    A value that nests too deeply is replaced by the parameters it depends on.
    """
    found = tuple(dict.fromkeys(value for group in groups for value in group))
    if any(value.depth > _DEEPEST for value in found):
        found = tuple(dict.fromkeys(map(_flattened, found)))
    return found[:limit] if limit else found


def _flattened(value: Value) -> Value:
    if value.depth <= _DEEPEST:
        return value
    free = sorted(value.free, key=lambda one: (*one[0].order(), one[1]))
    return Blend(tuple(ParameterValue(node, name) for node, name in free[:8]))


def _own_parameters(value: Term) -> frozenset[tuple[Node, str]]:
    """A parameter depends on itself, a function on those of the functions around it that are not bound yet."""
    if isinstance(value, ParameterValue):
        return frozenset({(value.node, value.name)})
    if isinstance(value, FunctionValue) and value.node.parent is not None and value.node.parent.function:
        bound = {(node, name) for node, name, _ in value.environment}
        around = value.node.parent.function
        found = set()
        while around is not None:
            found |= {(around, name) for name in around.parameters}
            around = around.parent.function if around.parent else None
        return frozenset(found - bound)
    return _NO_PARAMETERS


def parts(value: Value) -> Iterator[Value]:
    """Yield the values that a value is directly made of."""
    if isinstance(value, Member):
        yield value.value
    elif isinstance(value, Element):
        yield value.value
        yield from value.index
    elif isinstance(value, Collection):
        for group in (*value.keys, *value.values):
            yield from group
    elif isinstance(value, Fallback):
        yield from (*value.first, *value.second)
    elif isinstance(value, Result):
        yield value.callee
        for group in value.arguments:
            yield from group
    elif isinstance(value, Partial):
        yield value.callee
        yield from given(value.arguments)
    elif isinstance(value, Blend):
        yield from value.parts
    elif isinstance(value, FunctionValue):
        for _, _, group in value.environment:
            yield from group
        if value.receiver is not None:
            yield value.receiver
    elif isinstance(value, Instance):
        if value.arguments is not None:
            yield from given(value.arguments)
    elif isinstance(value, BuiltType):
        yield from (*value.name, *value.bases, *value.members)
    elif isinstance(value, SuperValue):
        yield value.receiver


def given(arguments: Arguments) -> Iterator[Value]:
    """Yield every value among the arguments."""
    for group in arguments.positional:
        yield from group
    for _, group in arguments.named:
        yield from group
    yield from (*arguments.rest, *arguments.options)


def walk_values(values: Values, limit: int = 400) -> Iterator[Value]:
    """Yield the values and all that they are made of (a bounded number)."""
    stack = list(values)
    for _ in range(limit):
        if not stack:
            return
        value = stack.pop()
        yield value
        stack.extend(parts(value))


def parameters(values: Values) -> set[ParameterValue]:
    """Return the parameters that the values depend on."""
    return {ParameterValue(node, name) for value in values for node, name in value.free}


def literal(value: str | int | float | bool | None) -> Literal:
    """Return the literal for a plain value."""
    return Literal(value, type(value))
