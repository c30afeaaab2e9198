"""Which expressions make a container, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.places import Span
from registry_lint.project import entries
from registry_lint.project.classes import CONTAINERS
from registry_lint.project.factories import for_caller
from registry_lint.project.program import Binding, Node
from registry_lint.project.values import (
    Blend,
    Collection,
    Container,
    External,
    Instance,
    Member,
    Result,
    Value,
    Values,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


# Displays that make something that can be written to.
MUTABLE = frozenset({"dict", "list", "set"})
# Methods of sets that give another set.
_MAKING_SETS = frozenset({"union", "intersection", "difference", "symmetric_difference"})
# Sorted, so that `list` stands for `typing.List` in every run.
_ANNOTATIONS = {name.lower(): name for name in sorted(set(CONTAINERS.values()))}


def born(
    resolver: Resolver,
    expression: Expression,
    node: Node,
    home: Node | Instance,
    name: str,
    span: Span,
    annotated: str = "",
) -> Values:
    """Return what an expression stands for when its value is kept as `name` of `home`.

    A container that the expression makes belongs to that home.
    """
    match expression:
        case facts.Display(kind) | facts.Comprehension(kind) if kind in MUTABLE:
            contents = resolver.display(expression, node)
            known = contents if isinstance(contents, Collection) else None
            return (Container(home, name, kind, span, None, known),)
        case facts.Either() | facts.Choice():
            options = options_of(expression)
            made = unite(*(born(resolver, option, node, home, name, span, annotated) for option in options))
            kept = any(isinstance(value, (Container, Instance)) for value in made)
            return made if kept else resolver.values(expression, node)
        case facts.Call():
            return _made(resolver, expression, node, home, name, span, annotated)
        case facts.Subscript() if named := entries.named(resolver, expression, node, home, name, span):
            return named
        case facts.Binary("+" | "|", left, _):
            for value in born(resolver, left, node, home, name, span):
                kind = value.kind if isinstance(value, (Container, Collection)) else ""
                if kind and kind != "tuple":
                    return (Container(home, name, kind, span),)
    found = resolver.values(expression, node)
    if annotated and not found:
        return (Blend(()),)
    return found


def options_of(expression: facts.Either | facts.Choice) -> tuple[Expression, ...]:
    """Return the two values of which one counts."""
    if isinstance(expression, facts.Choice):
        return expression.options
    return expression.first, expression.second


def _made(
    resolver: Resolver,
    call: facts.Call,
    node: Node,
    home: Node | Instance,
    name: str,
    span: Span,
    annotated: str,
) -> Values:
    found = resolver.values(call, node)
    made: list[Value] = []
    for value in found:
        kind, contents = container_made(value)
        if isinstance(value, Container) and _is_fleeting(value):
            made.append(Container(home, name, value.kind, span, value.node, value.contents))
        elif kind:
            contents = contents or _gone_through(resolver, value, home)
            made.append(Container(home, name, kind, span, None, contents))
        elif isinstance(value, Collection) and value.kind in MUTABLE:
            made.append(Container(home, name, value.kind, span, None, value))
        elif annotated and isinstance(value, (Result, Blend)) and not is_field(value):
            made.append(Container(home, name, annotated, span))
        elif node is home and (kind := resolver.foreign.kind(value, home, name, resolver.classes)):
            made.append(Container(home, name, kind, span))
        else:
            made.append(for_caller(resolver, value, call, node, home))
    return tuple(made)


def _gone_through(resolver: Resolver, value: Value, home: Node | Instance) -> Collection | None:
    """What a function's own `list(names)` of its parameter holds."""
    if not isinstance(value, Result) or value.callee != External("builtins.list") or not value.free:
        return None
    if not isinstance(home, Node) or home.function is None or len(value.arguments) != 1:
        return None
    return Collection("list", (), (resolver.each(lambda one: resolver.element(one, ()), value.arguments[0]),))


def container_annotation(annotation: Expression | None) -> str:
    """Return the container that an annotation names, perhaps inside `ClassVar[...]` or `Final[...]`."""
    if isinstance(annotation, facts.Subscript):
        inner = annotation.value
        name = inner.attr if isinstance(inner, facts.Attribute) else getattr(inner, "id", "")
        if name in ("ClassVar", "Final", "Annotated", "Optional"):
            first = annotation.index
            if isinstance(first, facts.Display) and first.values:
                first = first.values[0]
            return container_annotation(first)
        annotation = inner
    name = annotation.attr if isinstance(annotation, facts.Attribute) else getattr(annotation, "id", "")
    return _ANNOTATIONS.get(str(name).lower(), "")


def container_made(value: Value) -> tuple[str, Collection | None]:
    """Return the kind and contents of a container that a library call makes (or an empty string)."""
    if isinstance(value, Result):
        callee = value.callee
        if isinstance(callee, External) and callee.name in CONTAINERS:
            first = value.arguments[0] if value.arguments else ()
            known = [v for v in first if isinstance(v, Collection)]
            return CONTAINERS[callee.name], known[0] if len(known) == 1 else None
        if isinstance(callee, External) and callee.name in ("copy.copy", "copy.deepcopy") and value.arguments:
            for source in value.arguments[0]:
                if isinstance(source, (Container, Collection)) and source.kind != "tuple":
                    return source.kind, source.contents if isinstance(source, Container) else source
        attr = getattr(callee, "attr", "")
        inner = getattr(callee, "value", None)
        if attr in _MAKING_SETS and (kind := _kind(inner)):
            return kind, None
        if attr == "copy" and isinstance(inner, (Container, Collection)) and inner.kind != "tuple":
            return inner.kind, inner.contents if isinstance(inner, Container) else inner
        if attr == "fromkeys" or (isinstance(callee, External) and callee.name == "builtins.dict.fromkeys"):
            return "dict", None
    return "", None


def _kind(value: Value | None) -> str:
    if isinstance(value, (Container, Collection)):
        return value.kind if value.kind in ("set", "frozenset") else ""
    return container_made(value)[0] if isinstance(value, Result) else ""


def copies(statement: Binding, name: str) -> bool:
    """True for `table = table.copy()`: from then on the name is the function's own."""
    if not isinstance(statement, facts.Bind) or not isinstance(statement.value, facts.Call):
        return False
    function, given = statement.value.function, statement.value.arguments
    if isinstance(function, facts.Attribute) and function.attr == "copy" and not given:
        return isinstance(function.value, facts.Name) and function.value.id == name
    makes = isinstance(function, facts.Name) and function.id in (
        "dict",
        "list",
        "set",
        "copy",
        "deepcopy",
        "sorted",
    )
    return makes and len(given) == 1 and isinstance(given[0], facts.Name) and given[0].id == name


def is_kept(value: Value) -> bool:
    """True for what belongs to a module, a class or an object rather than to the function that copies it."""
    if isinstance(value, Member):
        return value.attr != "copy"
    return isinstance(value, Container) and isinstance(value.home, Node) and value.home.function is None


def _is_fleeting(container: Container) -> bool:
    """A container that a call has just made, or that a function made for itself and returned."""
    return not container.name or (isinstance(container.home, Node) and container.home.function is not None)


def is_field(value: Value) -> bool:
    """True for what describes a field (`field(default_factory=list)`): every object gets its own."""
    callee = value.callee if isinstance(value, Result) else None
    last = callee.name.rpartition(".")[2] if isinstance(callee, External) else ""
    return last.lower() in ("field", "ib", "attrib", "factory", "privateattr")
