"""What calls of built-in and library functions give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.project import absence, generics, patterns
from registry_lint.project.methods import receiver_class
from registry_lint.project.program import Node
from registry_lint.project.values import (
    Arguments,
    Blend,
    BuiltType,
    ClassValue,
    Collection,
    Container,
    Element,
    External,
    FunctionValue,
    Instance,
    Literal,
    Member,
    ParameterValue,
    Partial,
    Result,
    SuperValue,
    Value,
    Values,
    literal,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_UNCHANGED = frozenset({
    "typing.cast", "copy.copy", "copy.deepcopy", "inspect.unwrap", "weakref.ref", "weakref.proxy",
    "sys.intern", "functools.lru_cache", "functools.cache", "contextlib.contextmanager",
    "types.MappingProxyType", "builtins.staticmethod", "builtins.classmethod",
})  # fmt: skip


def new_class(resolver: Resolver, value: Value, arguments: Arguments) -> Values | None:
    """`super().__new__` makes a class in a metaclass, else an object of the class that is given."""
    if len(arguments.positional) >= 3:
        metaclass = next((found for v in arguments.positional[0] if (found := _class_of(resolver, v))), None)
        name, bases = arguments.positional[1], arguments.positional[2]
        members = arguments.positional[3] if len(arguments.positional) > 3 else ()
        return (BuiltType(name, each_element(bases) or bases, members, metaclass),)
    if arguments.positional:
        made = (
            Instance(v.node, None) if isinstance(v, ClassValue) else Result(v, ())
            for v in arguments.positional[0]
        )
        return tuple(made)
    return None


def _class_of(resolver: Resolver, value: Value) -> Node | None:
    """The class that `cls` is in a method, or that is named."""
    if isinstance(value, ParameterValue):
        owner = receiver_class(value, resolver.classes)
        return owner[0] if owner is not None else None
    return value.node if isinstance(value, ClassValue) else None


def by_library(resolver: Resolver, name: str, arguments: Arguments) -> Values | None:
    """Return what calling a function of the library gives, or None where only that it was called is known."""
    positional = arguments.positional
    if name == "builtins.type" and len(positional) == 1:
        return resolver.each(lambda one: resolver.member(one, "__class__"), positional[0])
    if name in ("builtins.type", "types.new_class") and len(positional) == 3:
        return (BuiltType(positional[0], each_element(positional[1]), positional[2]),)
    if name == "builtins.type.__new__":
        return new_class(resolver, External(name), arguments)
    if name in ("builtins.getattr", "operator.attrgetter") and len(positional) >= 2:
        return _getattr(resolver, positional)
    if name in ("functools.partial", "functools.partialmethod") and positional:
        rest = Arguments(positional[1:], arguments.named, arguments.rest, arguments.options)
        return tuple(Partial(callee, rest) for callee in positional[0])
    if name == "functools.wraps":
        return (Result(External(name), ()),)
    if name == "builtins.super" and positional:
        return _old_super(positional)
    if name == "importlib.import_module" and positional:
        return _import_module(resolver, positional[0])
    if name == "builtins.str" and len(positional) == 1 and all(isinstance(v, Literal) for v in positional[0]):
        return positional[0]
    if name == "builtins.len" and len(positional) == 1:
        return _length(positional[0])
    if name == "re.sub" and len(positional) == 3:
        return patterns.substituted(*positional)
    if name == "builtins.dict.fromkeys" and positional:
        return _from_keys(resolver, positional)
    if name == "builtins.dict" and arguments.named and not (positional or arguments.options):
        keys, groups = zip(*arguments.named, strict=True)
        return (Collection("dict", tuple((Literal(key),) for key in keys), groups),)
    if name == "builtins.next" and positional:
        return resolver.each(lambda one: resolver.element(one, ()), positional[0])
    if name == "builtins.vars" and positional:
        return tuple(Member(one, "__dict__") for one in positional[0])
    if (written := generics.asked(resolver, name, positional)) is not None:
        return written
    if name in _UNCHANGED and positional:
        return (
            positional[1] if name == "typing.cast" and len(positional) > 1 else _copied(name, positional[0])
        )
    return None


def _length(values: Values) -> Values | None:
    known = values[0].value if len(values) == 1 and isinstance(values[0], Literal) else None
    return (literal(len(known)),) if isinstance(known, str) else None


def _from_keys(resolver: Resolver, positional: tuple[Values, ...]) -> Values | None:
    """`dict.fromkeys(keys, value)` of a display."""
    sources = [one.contents if isinstance(one, Container) else one for one in positional[0]]
    if len(sources) != 1 or not isinstance(sources[0], Collection):
        return None
    groups = sources[0].keys or sources[0].values
    given = positional[1] if len(positional) > 1 else (literal(None),)
    return (Collection("dict", groups, (given,) * len(groups)),)


def _copied(name: str, values: Values) -> Values | None:
    if name.startswith("copy.") and any(isinstance(value, (Container, Collection)) for value in values):
        return None
    return values


def _getattr(resolver: Resolver, positional: tuple[Values, ...]) -> Values | None:
    names = [v.value for v in positional[1] if isinstance(v, Literal) and isinstance(v.value, str)]
    if len(names) != 1 or len(positional[1]) != 1:
        return None
    found = resolver.each(lambda one: resolver.member(one, names[0]), positional[0])
    if len(positional) > 2:
        unknown = [v for v in found if isinstance(v, Member)]
        if len(unknown) == len(found) and not any(_symbolic(v) for v in unknown):
            return positional[2]
        if any(not isinstance(v, Literal) or v.value is not None for v in positional[2]):
            return absence.or_default(resolver, found, positional[2])
    return found


def _symbolic(value: Value) -> bool:
    while isinstance(value, (Member, Element)):
        value = value.value
    return not isinstance(value, (ClassValue, FunctionValue, Instance))


def _old_super(positional: tuple[Values, ...]) -> Values:
    owners = [v.node for v in positional[0] if isinstance(v, ClassValue)]
    receivers = positional[1] if len(positional) > 1 else ()
    return tuple(SuperValue(owner, receiver) for owner in owners for receiver in receivers)


def _import_module(resolver: Resolver, names: Values) -> Values:
    found: list[Value] = []
    for name in names:
        if isinstance(name, Literal) and isinstance(name.value, str):
            found.extend(resolver.module_named(name.value))
    return tuple(found) or (Blend(names),)


def each_element(bases: Values) -> Values:
    """Return the elements of displays."""
    found: list[Value] = []
    for base in bases:
        if isinstance(base, Collection):
            found.extend(value for group in base.values for value in group)
    return tuple(found)
