"""What a call leads to: functions with the arguments they get, and methods of containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry_lint.project.classes import CONTAINERS
from registry_lint.project.mutators import MUTATORS, method_of
from registry_lint.project.program import Node, Site
from registry_lint.project.values import (
    Arguments,
    BuiltType,
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
    Value,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

Target = FunctionValue | tuple[FunctionValue, Arguments] | Member | ParameterValue | Value


def targets(resolver: Resolver, callee: Value, arguments: Arguments, site: Site) -> Iterator[Target]:
    """Yield what a call leads to: functions (perhaps with other arguments), container methods, unknowns."""
    match callee:
        case FunctionValue() | Member() | ParameterValue():
            yield callee
        case ClassValue(made):
            yield from _constructors(resolver, made, arguments, site)
        case Partial(inner, given):
            merged = _merged(given, arguments)
            for one in targets(resolver, inner, merged, site):
                yield (one, merged) if isinstance(one, FunctionValue) else one
        case Fallback(first, second):
            for value in (*first, *second):
                yield from targets(resolver, value, arguments, site)
        case Instance() | Container():
            yield from (one for one in resolver.member(callee, "__call__") if isinstance(one, FunctionValue))
        case External("builtins.map" | "builtins.filter") if len(arguments.positional) > 1:
            element = unite(*(resolver.element(value, ()) for value in arguments.positional[1]))
            for value in arguments.positional[0]:
                if isinstance(value, FunctionValue):
                    yield value, Arguments((element,))
        case External(name) if arguments.positional and unbound(name):
            yield callee
        case Result() | Element() if callee.free:
            yield callee


def unbound(name: str) -> str:
    """Return the method for `dict.update` and the like, and for functions that write to an argument."""
    owner, _, method = name.rpartition(".")
    return method if owner in CONTAINERS and method in MUTATORS else method_of(name)


def _constructors(resolver: Resolver, made: Node, arguments: Arguments, site: Site) -> Iterator[Target]:
    receiver = _made(resolver, made, arguments, site)
    for name in ("__new__", "__init__", "__post_init__"):
        first: Value = ClassValue(made) if name == "__new__" else receiver
        for owner in resolver.classes.line(made):
            found = resolver.bound(owner, name) if name in owner.bindings else ()
            functions = [value for value in found if isinstance(value, FunctionValue)]
            for value in functions:
                bound = FunctionValue(value.node, value.environment, first)
                yield (bound, Arguments(())) if name == "__post_init__" else bound
            if functions:
                break


def _made(resolver: Resolver, made: Node, arguments: Arguments, site: Site) -> Value:
    """The object that a class is called for; a metaclass makes a class."""
    if resolver.classes.is_metaclass(made):
        found = resolver.call(ClassValue(made), arguments, site.span, site.node)
        if len(found) == 1 and isinstance(found[0], BuiltType):
            return found[0]
    return Instance(made, (site.node.module.path, site.span), arguments)


def _merged(given: Arguments, more: Arguments) -> Arguments:
    named = tuple({**dict(given.named), **dict(more.named)}.items())
    positional = (*given.positional, *more.positional)
    return Arguments(positional, named, unite(given.rest, more.rest), unite(given.options, more.options))
