"""What each `__init__` in a line of classes is given when an object is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.project import applying
from registry_lint.project.binding import Known, bind
from registry_lint.project.program import Node
from registry_lint.project.values import (
    Arguments,
    Blend,
    Collection,
    FunctionValue,
    Instance,
    Literal,
    Values,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

# Who hands on to whom hands on to whom: no line of classes that people read is longer.
_MOST_HOPS = 5


def given_to(resolver: Resolver, method: Node, made: Instance, arguments: Arguments) -> Known:
    """Return the parameters of an `__init__` for an object that is made with some arguments.

    The class's own `__init__` may hand on others (Data model, "Basic customization"); what cannot be
    followed is not known.
    """
    first = _first(resolver, made.node)
    if first is None or first is method:
        return bind(resolver, FunctionValue(method, (), made), arguments)
    found = _handed_on(resolver, bind(resolver, FunctionValue(first, (), made), arguments), first, method, 0)
    if found is not None:
        return found
    known = Known({(method, name): (Blend(()),) for name in method.parameters})
    known[method, method.facts.parameters[0].name] = (made,)
    return known


def _first(resolver: Resolver, made: Node) -> Node | None:
    """The `__init__` that runs first."""
    for owner in resolver.classes.line(made):
        for value in resolver.bound(owner, "__init__") if "__init__" in owner.bindings else ():
            return value.node if isinstance(value, FunctionValue) else None
    return None


def _handed_on(resolver: Resolver, known: Known, caller: Node, method: Node, hops: int) -> Known | None:
    """The parameters of `method` as calls of constructors lead from one `__init__` to it."""
    for call, _ in caller.calls if hops < _MOST_HOPS else ():
        for callee in _constructors(resolver, call, caller):
            arguments = _arguments(resolver, call, caller, known)
            bound = bind(resolver, callee, arguments)
            told = Known({key: _told(resolver, values, known) for key, values in bound.items()})
            if callee.node is method:
                return told
            further = _handed_on(resolver, told, callee.node, method, hops + 1)
            if further is not None:
                return further
    return None


def _constructors(resolver: Resolver, call: facts.Call, caller: Node) -> list[FunctionValue]:
    """`super().__init__(…)` and `Above.__init__(self, …)`."""
    if not isinstance(call.function, facts.Attribute) or call.function.attr != "__init__":
        return []
    found = resolver.values(call.function, caller)
    return [value for value in found if isinstance(value, FunctionValue) and value.node is not caller]


def _arguments(resolver: Resolver, call: facts.Call, caller: Node, known: Known) -> Arguments:
    """The arguments of a call, with what `*args` and `**options` stand for there."""
    plain = facts.Call(call.function, _plain(call), tuple(k for k in call.keywords if k.name), call.span)
    given = resolver.arguments(plain, caller)
    positional, named = list(given.positional), list(given.named)
    rest: Values = ()
    options: Values = ()
    for argument in call.arguments[len(positional) :]:
        inner = argument.value if isinstance(argument, facts.Starred) else argument
        values = _told(resolver, resolver.values(inner, caller), known)
        if isinstance(argument, facts.Starred) and not rest and _is_one(values, "tuple"):
            positional.extend(_one(values).values)
        elif isinstance(argument, facts.Starred):
            rest = unite(rest, (Blend(values),))
        else:
            positional.append(values)
    for keyword in call.keywords:
        values = _told(resolver, resolver.values(keyword.value, caller), known) if not keyword.name else ()
        if _is_one(values, "dict"):
            named.extend(_named(_one(values)))
        elif values:
            options = unite(options, (Blend(values),))
    return Arguments(tuple(positional), tuple(named), rest, options)


def _plain(call: facts.Call) -> tuple[facts.Expression, ...]:
    """The arguments before the first `*args`."""
    starred = (place for place, one in enumerate(call.arguments) if isinstance(one, facts.Starred))
    return call.arguments[: next(starred, len(call.arguments))]


def _told(resolver: Resolver, values: Values, known: Known) -> Values:
    return unite(*(applying.substitute(resolver, value, known) for value in values))


def _is_one(values: Values, kind: str) -> bool:
    return len(values) == 1 and isinstance(values[0], Collection) and values[0].kind == kind


def _one(values: Values) -> Collection:
    (found,) = (value for value in values if isinstance(value, Collection))
    return found


def _named(options: Collection) -> list[tuple[str, Values]]:
    pairs = zip(options.keys, options.values, strict=False)
    return [
        (str(key[0].value), value) for key, value in pairs if len(key) == 1 and isinstance(key[0], Literal)
    ]
