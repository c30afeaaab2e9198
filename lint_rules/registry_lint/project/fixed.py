"""Which displays stay as they are written: nothing in their file changes them or hands them on."""

from __future__ import annotations

from collections.abc import Iterator

from registry_lint import facts
from registry_lint.facts import Expression, Statement
from registry_lint.project.program import Module, Node, Program, children
from registry_lint.project.values import ClassValue, Collection, Container, FunctionValue, Literal, Value

# These read what they are given, and keep nothing of it.
_READING = frozenset({
    "all", "any", "dict", "enumerate", "filter", "frozenset", "isinstance", "iter", "len", "list", "map",
    "max", "min", "reversed", "set", "sorted", "sum", "tuple", "zip",
})  # fmt: skip
_ASKING = frozenset({"copy", "count", "get", "index", "items", "keys", "values"})
_PASSING = (facts.All, facts.Choice, facts.Either)
_READ = (facts.Attribute, facts.Binary, facts.Compare, facts.Item, facts.Joined, facts.Not, facts.Starred)


class Fixed:
    """Answers for the containers of a program; remembered by file."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._loose: dict[Module, frozenset[str]] = {}
        self._imported: frozenset[str] | None = None

    def holds(self, container: Container) -> bool:
        """True for a display of literals whose name is bound once and only ever read, in one file."""
        home, contents = container.home, container.contents
        if (
            not isinstance(home, Node)
            or home.kind == "class"
            or contents is None
            or not _is_literal(contents)
        ):
            return False
        name = container.name
        if len(home.bindings.get(name, ())) != 1 or name in home.rebound or name in home.parameters:
            return False
        return name not in self._loose_in(home.module) and name not in self._names_imported()

    def _loose_in(self, module: Module) -> frozenset[str]:
        if module not in self._loose:
            self._loose[module] = frozenset(name for node in module.nodes for name in _loose(node))
        return self._loose[module]

    def _names_imported(self) -> frozenset[str]:
        if self._imported is None:
            statements = (one for node in self._program.nodes() for one in node.facts.statements)
            self._imported = frozenset(
                one.name for one in statements if isinstance(one, facts.Import) and one.name
            )
        return self._imported


def _is_literal(contents: Collection) -> bool:
    """True for texts and numbers, in a dict as keys; what can change inside is looked up elsewhere."""
    if contents.kind == "dict" and any(map(_may_change, (one for group in contents.values for one in group))):
        return False
    groups = contents.keys if contents.kind == "dict" else contents.values
    return bool(groups) and all(len(group) == 1 and isinstance(group[0], Literal) for group in groups)


def _may_change(value: Value) -> bool:
    return not isinstance(value, (ClassValue, FunctionValue, Literal)) or bool(value.free)


def _loose(node: Node) -> Iterator[str]:
    """The names that a scope changes, or hands to something that may."""
    yield from node.facts.outer_names
    outside = [decorator.value for decorator in node.facts.decorators]
    outside += [parameter.default for parameter in node.facts.parameters if parameter.default is not None]
    outside += [*node.facts.bases, *(keyword.value for keyword in node.facts.keywords)]
    for expression in outside:
        yield from _handed_on(expression, False)
    for statement in node.facts.statements:
        yield from _changed(statement)


def _changed(statement: Statement) -> Iterator[str]:
    match statement:
        case facts.Evaluate(value):
            yield from _handed_on(value, True)
        case facts.Bind(_, value) | facts.Return(value):
            yield from _handed_on(value, False)
        case facts.SetAttribute(thing, _, value):
            yield from (*_handed_on(thing, True), *_handed_on(value, False))
        case facts.SetItem(thing, index, value):
            yield from (*_handed_on(thing, False), *_handed_on(index, True), *_handed_on(value, False))
        case facts.Update(thing, _, value):
            yield from (*_handed_on(thing, False), *_handed_on(value, True))
        case facts.Delete(thing):
            yield from _handed_on(thing, False)


def _handed_on(expression: Expression, read: bool) -> Iterator[str]:
    """The names in an expression that something else may hold afterwards; `read` if it is only read."""
    match expression:
        case facts.Name(name):
            yield from () if read else (name,)
        case facts.Call(function, given, keywords):
            yield from _asked(function)
            reads = isinstance(function, facts.Name) and function.id in _READING
            for argument in (*given, *(keyword.value for keyword in keywords)):
                yield from _handed_on(argument, reads)
        case facts.Subscript(value, index):
            yield from (*_handed_on(value, True), *_handed_on(index, True))
        case _:
            inside = read if isinstance(expression, _PASSING) else isinstance(expression, _READ)
            for part in children(expression):
                yield from _handed_on(part, inside)


def _asked(function: Expression) -> Iterator[str]:
    """`NAMES.append(…)` changes what `NAMES.index(…)` reads."""
    if isinstance(function, facts.Attribute):
        yield from _handed_on(function.value, function.attr in _ASKING)
    else:
        yield from _handed_on(function, True)
