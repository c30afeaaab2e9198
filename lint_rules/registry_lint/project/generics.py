"""What a class is derived from as it is written: `class Local(Server[Wire])`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.program import Node
from registry_lint.project.values import ClassValue, Collection, External, Result, Value, Values

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_ALIAS = External("types.GenericAlias")
_ASKING = {
    "typing.get_args": "__args__", "typing_extensions.get_args": "__args__",
    "typing.get_origin": "__origin__", "typing_extensions.get_origin": "__origin__",
    "types.get_original_bases": "__orig_bases__",
}  # fmt: skip


def original_bases(resolver: Resolver, node: Node) -> Values:
    """Return the bases with their arguments (Data model, "__orig_bases__"), of the nearest that has any."""
    for owner in resolver.classes.line(node):
        bases = owner.facts.bases
        if any(isinstance(base, facts.Subscript) for base in bases):
            scope = owner.parent or owner
            return (Collection("tuple", (), tuple(_as_written(resolver, base, scope) for base in bases)),)
    return ()


def _as_written(resolver: Resolver, base: Expression, scope: Node) -> Values:
    if not isinstance(base, facts.Subscript):
        return resolver.values(base, scope)
    inside = base.index
    several = isinstance(inside, facts.Display) and inside.kind == "tuple"
    given = inside.values if isinstance(inside, facts.Display) and several else (inside,)
    origin = resolver.values(base.value, scope)
    return (Result(_ALIAS, (origin, *(resolver.values(one, scope) for one in given))),)


def attribute(value: Value, attr: str) -> Values | None:
    """Return `__args__` and `__origin__` of what is written with arguments, or None of anything else."""
    if not isinstance(value, Result) or value.callee != _ALIAS:
        return None
    if attr == "__args__":
        return (Collection("tuple", (), value.arguments[1:]),)
    return value.arguments[0] if attr == "__origin__" else None


def asked(resolver: Resolver, name: str, positional: tuple[Values, ...]) -> Values | None:
    """Return what `typing.get_args` and its like give, or None where that is not known."""
    attr = _ASKING.get(name)
    if attr is None or len(positional) != 1 or len(positional[0]) != 1:
        return None
    value = positional[0][0]
    if attr == "__orig_bases__":
        return original_bases(resolver, value.node) or None if isinstance(value, ClassValue) else None
    return attribute(value, attr)
