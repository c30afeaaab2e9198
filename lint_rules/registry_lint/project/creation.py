"""What making a class runs: subclass hooks, metaclasses and `__set_name__`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry_lint.project.program import Node, Site
from registry_lint.project.values import (
    Arguments,
    BuiltType,
    ClassValue,
    Collection,
    FunctionValue,
    Instance,
    Literal,
    Member,
    Value,
    Values,
)

if TYPE_CHECKING:
    from registry_lint.project.effects import Effects
    from registry_lint.project.outcomes import Outcome
    from registry_lint.project.resolve import Resolver


def class_made(
    all_effects: Effects, made: Value, keywords: tuple[tuple[str, Values], ...], site: Site
) -> Iterator[Outcome]:
    """Yield what making a class triggers (Data model, "Customizing class creation")."""
    resolver = all_effects.resolver
    bases = [made.node] if isinstance(made, ClassValue) else []
    if isinstance(made, BuiltType):
        bases = [base.node for base in made.bases if isinstance(base, ClassValue)]
    for node in bases[:1]:
        hook = _subclass_hook(resolver, node, made)
        if hook is not None:
            named = tuple((name, group) for name, group in keywords if name != "metaclass")
            yield from all_effects.call(hook, Arguments((), named), site, "subclass")
        metaclass = resolver.classes.metaclass(node)
        if metaclass is not None:
            yield from _metaclass(all_effects, metaclass, made, keywords, site)
    if isinstance(made, ClassValue) and "__set_name__" in all_effects.relevance.acting:
        yield from _named_members(all_effects, made, site)


def _subclass_hook(resolver: Resolver, node: Node, made: Value) -> FunctionValue | None:
    line = resolver.classes.line(node)
    for owner in line[1:] if isinstance(made, ClassValue) else line:
        for value in (
            resolver.bound(owner, "__init_subclass__") if "__init_subclass__" in owner.bindings else ()
        ):
            if isinstance(value, FunctionValue):
                return FunctionValue(value.node, value.environment, made)
    return None


def _metaclass(
    all_effects: Effects, metaclass: Node, made: Value, keywords: tuple[tuple[str, Values], ...], site: Site
) -> Iterator[Outcome]:
    resolver = all_effects.resolver
    name = resolver.member(made, "__name__")
    bases: Values = (Collection("tuple", (), ()),)
    if isinstance(made, ClassValue):
        groups = tuple((base,) for base in resolver.classes.bases(made.node))
        bases = (Collection("tuple", (), groups),)
    members: Values = (Member(made, "__dict__"),)
    named = tuple((key, group) for key, group in keywords if key != "metaclass")
    arguments = Arguments((name, bases, members), named)
    for method, receiver in (("__new__", ClassValue(metaclass)), ("__init__", made)):
        for owner in resolver.classes.line(metaclass):
            found = resolver.bound(owner, method) if method in owner.bindings else ()
            functions = [value for value in found if isinstance(value, FunctionValue)]
            for value in functions:
                bound = FunctionValue(value.node, value.environment, receiver)
                yield from all_effects.call(bound, arguments, site, "subclass")
            if functions:
                break


def _named_members(all_effects: Effects, made: ClassValue, site: Site) -> Iterator[Outcome]:
    """`__set_name__` runs for the objects in a class body."""
    resolver = all_effects.resolver
    for name in made.node.bindings:
        for value in resolver.bound(made.node, name):
            if isinstance(value, Instance):
                for method in resolver.member(value, "__set_name__"):
                    if isinstance(method, FunctionValue):
                        given = Arguments(((made,), (Literal(name),)))
                        yield from all_effects.call(method, given, site, "subclass")
