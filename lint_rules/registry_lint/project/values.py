"""What an expression may stand for: modules, classes, functions, containers, and what is computed from parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, Union

from registry_lint.places import Span
from registry_lint.project.program import Module, Node

Values: TypeAlias = "tuple[Value, ...]"


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module of the project."""

    module: Module


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the project."""

    node: Node


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function of the project; `environment` binds parameters of the functions around it."""

    node: Node
    environment: Environment = ()
    receiver: Value | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """An object made by calling a class, named by where it was made; `arguments` made it."""

    node: Node
    home: Node | None
    name: str
    span: Span = field(compare=False)
    arguments: Arguments | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Container:
    """A mutable container, named by the scope or object it belongs to; `node` is its class if it has one of ours."""

    home: Node | Instance
    name: str
    kind: str = field(compare=False)
    span: Span = field(compare=False)
    node: Node | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A parameter of a function that is not known yet."""

    node: Node
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute of something that is not known yet."""

    value: Value
    attr: str


@dataclass(frozen=True, slots=True)
class Element:
    """An element of `value`: under `index`, or any that iteration meets (`index` is empty)."""

    value: Value
    index: Values


@dataclass(frozen=True, slots=True)
class Literal:
    """A known string, number, boolean or None."""

    value: str | int | float | bool | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """A literal dict, list, set or tuple; `keys` is empty unless it is a dict."""

    kind: str
    keys: tuple[Values, ...]
    values: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Fallback:
    """`first`, or `second` where the first is missing."""

    first: Values
    second: Values


@dataclass(frozen=True, slots=True)
class Result:
    """What an unknown call returns."""

    callee: Value
    arguments: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class External:
    """Something outside the project, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Partial:
    """A callable with some arguments already given."""

    callee: Value
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Blend:
    """Something computed from the parts."""

    parts: Values


@dataclass(frozen=True, slots=True)
class SuperValue:
    """`super()` in a method of `node`'s class."""

    node: Node
    receiver: Value


@dataclass(frozen=True, slots=True)
class BuiltType:
    """A class made by calling `type` (or a metaclass) with a name and bases."""

    name: Values
    bases: Values
    members: Values = ()


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
    """Return the distinct values of the groups, in order (at most `limit` where it is given)."""
    found = tuple(dict.fromkeys(value for group in groups for value in group))
    return found[:limit] if limit else found


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
    elif isinstance(value, Container):
        if isinstance(value.home, Instance):
            yield value.home
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
    return {value for value in walk_values(values) if isinstance(value, ParameterValue)}
