"""The scopes of all files joined: modules by name, scopes with their parents, bindings and calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from registry_lint import facts
from registry_lint.facts import Expression, ModuleFacts, Scope, Statement
from registry_lint.places import Location, Span, Step

Binding = facts.Bind | facts.Import | facts.Define | facts.Update
# Parameters by function and name.
Parameters: TypeAlias = "frozenset[tuple[Node, str]]"

# Most scopes bind their names themselves: one empty mapping for all of them.
_NOWHERE_ELSE: Mapping[int, Node] = MappingProxyType({})

_TEST_FILE = re.compile(r"(?:^|/)tests/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|tests)\.py$")


def is_test_path(path: str) -> bool:
    """True for a test file or conftest, by the names that test runners collect."""
    return bool(_TEST_FILE.search(path))


class ModuleFile(NamedTuple):
    """One file of the project: its path from the root, its dotted name, and its facts."""

    path: str
    module: str
    is_package: bool
    facts: ModuleFacts


class Node:
    """A scope in the program; compared by identity.

    `bindings` maps a name to the statements that bind it here, `rebound` has the names that other scopes
    bind as well (`global`), `rebinding` those scopes by the statement's identity; `kind` is that of facts,
    `function` the innermost function that the scope is or stands in.
    """

    __slots__ = (
        "_alone",
        "_calls",
        "bindings",
        "children",
        "facts",
        "function",
        "index",
        "is_callable",
        "kind",
        "module",
        "parameters",
        "parent",
        "qualname",
        "rebinding",
        "rebound",
    )

    def __init__(self, module: Module, index: int, scope: Scope, parent: Node | None) -> None:
        self.module, self.index, self.facts, self.parent = module, index, scope, parent
        self.children: list[Node] = []
        self._calls: tuple[CallSite, ...] | None = None
        self._alone: dict[str, Parameters] | None = None
        self.kind = scope.kind
        self.is_callable = scope.kind in ("function", "lambda")
        inside = parent.function if parent else None
        self.function: Node | None = self if self.is_callable else inside
        self.bindings: dict[str, list[Binding]] = {}
        self.rebound: frozenset[str] = frozenset()
        self.rebinding: Mapping[int, Node] = _NOWHERE_ELSE
        self.parameters = {parameter.name: parameter for parameter in scope.parameters}
        above = parent.qualname if parent and parent.parent else ""
        self.qualname: str = f"{above}.{self.name}" if above else self.name

    def __repr__(self) -> str:
        return f"<{self.id}>"

    @property
    def name(self) -> str:
        """The name as it is written: a private one without its class in front."""
        return self.parent.spelled(self.facts.name) if self.parent else self.facts.name

    def spelled(self, name: str) -> str:
        """Return a name bound here as it is written (Reference, "Identifiers (Names)")."""
        prefix = f"_{self.facts.name.lstrip('_')}__"
        return name[len(prefix) - 2 :] if self.facts.kind == "class" and name.startswith(prefix) else name

    @property
    def id(self) -> str:
        """`pkg.mod:Owner.name`, or `pkg.mod` for a module."""
        return f"{self.module.name}:{self.qualname}" if self.parent else self.module.name

    @property
    def location(self) -> Location:
        """Where the scope's statement starts."""
        return Location(self.module.path, self.facts.span)

    @property
    def calls(self) -> tuple[CallSite, ...]:
        """Every call in the scope's own statements, each once, outer before inner."""
        if self._calls is None:
            self._calls = tuple(calls(self))
        return self._calls

    def rebind(self, name: str, statement: Statement, scope: Node) -> None:
        """Note that another scope binds a name of this one."""
        self.rebound |= {name}
        self.rebinding = {**self.rebinding, id(statement): scope}

    def alone(self, name: str) -> Parameters:
        """Return a parameter by itself: most values depend on one, and all of them share this set."""
        if self._alone is None:
            self._alone = {}
        if name not in self._alone:
            self._alone[name] = frozenset({(self, name)})
        return self._alone[name]

    def order(self) -> tuple[str, int]:
        """A key that sorts scopes by path and position."""
        return (self.module.path, self.index)

    def reaching(self, name: str, reach: tuple[int, ...]) -> list[Binding]:
        """Return the statements that bind a name, those of `reach` where it tells."""
        statements = self.bindings.get(name, [])
        if not reach or name in self.rebound:
            return statements
        return [statements[number] for number in reach if 0 <= number < len(statements)]

    def conditions(self, statement: Statement | Site) -> tuple[facts.Condition, ...]:
        """What holds where a statement or a site of this scope runs."""
        return self.facts.whens[statement.when]


class Module:
    """One file in the program, with its scopes (`nodes[0]` is the module's own)."""

    __slots__ = ("is_package", "name", "nodes", "notes", "path")

    def __init__(self, file: ModuleFile) -> None:
        self.name, self.path, self.is_package = file.module, file.path, file.is_package
        self.notes = {note.line: note.text for note in file.facts.notes}
        self.nodes: list[Node] = []
        for index, scope in enumerate(file.facts.scopes):
            parent = self.nodes[scope.parent] if index else None
            node = Node(self, index, scope, parent)
            self.nodes.append(node)
            if parent:
                parent.children.append(node)
        for node in self.nodes:
            self._bind(node)

    @property
    def top(self) -> Node:
        """The module's own scope."""
        return self.nodes[0]

    def package(self, level: int) -> str:
        """The dotted name that `level` leading dots start from."""
        parts = self.name.split(".")
        drop = level - 1 if self.is_package else level
        return ".".join(parts[: len(parts) - drop] if drop else parts)

    def _bind(self, node: Node) -> None:
        for statement in node.facts.statements:
            name = _bound_name(self, statement)
            if name:
                outer = name in node.facts.outer_names
                home = (self.top if node.parent is None else _home(self, node, name)) if outer else node
                if home is not node:
                    home.rebind(name, statement, node)
                # Only statements that bind have a bound name.
                home.bindings.setdefault(name, []).append(statement)  # type: ignore[arg-type]


def exports(module: Module, name: str) -> bool:
    """True if `from module import *` may bind a name (Language reference, "The import statement")."""
    if not name.startswith("_"):
        return True
    listed = (getattr(statement, "value", None) for statement in module.top.bindings.get("__all__", ()))
    return any(facts.Constant(name) in one.values for one in listed if isinstance(one, facts.Display))


def _bound_name(module: Module, statement: Statement) -> str:
    if isinstance(statement, facts.Bind):
        return statement.target
    if isinstance(statement, facts.Define):
        return module.nodes[statement.scope].facts.name
    if isinstance(statement, facts.Import):
        return statement.bound
    return ""


def _home(module: Module, node: Node, name: str) -> Node:
    """Where a `global` or `nonlocal` name lives."""
    above = node.parent
    while above is not None and above.parent is not None:
        if above.is_callable and (name in above.parameters or name in above.bindings):
            return above
        above = above.parent
    return module.top


def _from_root(path: str) -> str:
    """The name of a module for who imports it from the root, whichever folders are packages."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class Program:
    """All modules; `modules` is sorted by path, `by_name` finds one by its name (also that from the root)."""

    def __init__(self, files: Sequence[ModuleFile]) -> None:
        self.modules = tuple(Module(file) for file in sorted(files))
        self.by_path = {module.path: module for module in self.modules}
        self.by_name: dict[str, Module] = {}
        for module in self.modules:
            self.by_name.setdefault(module.name, module)
        for module in self.modules:
            self.by_name.setdefault(_from_root(module.path), module)
        self.packages = {name.rpartition(".")[0] for name in self.by_name}

    def nodes(self) -> Iterator[Node]:
        """Yield every scope of every module, in order."""
        for module in self.modules:
            yield from module.nodes


class Site(NamedTuple):
    """A place in a scope: where something is called, written or defined."""

    node: Node
    span: Span
    when: int

    @property
    def location(self) -> Location:
        """The site's place in its file."""
        return Location(self.node.module.path, self.span)

    def step(self, what: str) -> Step:
        """Return this site as one step of a trace."""
        return Step(self.node.module.path, self.span.line, what)


def children(expression: Expression) -> Sequence[Expression]:
    """Return the expressions that an expression is made of."""
    reader = _CHILDREN.get(type(expression))
    return reader(expression) if reader else ()


_CHILDREN: dict[type, Callable[[Any], Sequence[Expression]]] = {
    facts.Attribute: lambda one: (one.value,),
    facts.Subscript: lambda one: (one.value, one.index),
    facts.Call: lambda one: (one.function, *one.arguments, *[keyword.value for keyword in one.keywords]),
    facts.Starred: lambda one: (one.value,),
    facts.Display: lambda one: (*[key for key in one.keys if key is not None], *one.values),
    facts.Comprehension: lambda one: (one.value,) if one.key is None else (one.key, one.value),
    facts.Joined: lambda one: one.parts,
    facts.Binary: lambda one: (one.left, one.right),
    facts.Either: lambda one: (one.first, one.second),
    facts.Choice: lambda one: (*one.options, one.test),
    facts.Compare: lambda one: (one.left, one.right),
    facts.Not: lambda one: (one.value,),
    facts.All: lambda one: one.parts,
    facts.Item: lambda one: (one.value,),
    facts.Entered: lambda one: (one.value,),
    facts.Opaque: lambda one: one.parts,
}


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and all that it is made of, innermost last."""
    stack = [expression]
    while stack:
        current = stack.pop()
        yield current
        reader = _CHILDREN.get(type(current))
        if reader:
            stack.extend(reader(current))


def expressions(statement: Statement) -> Iterator[Expression]:
    """Yield the expressions of a statement (not those of the scope that a `def` opens)."""
    if isinstance(statement, (facts.Evaluate, facts.Return)):
        yield statement.value
    elif isinstance(statement, (facts.Bind, facts.SetItem, facts.SetAttribute, facts.Update)):
        if isinstance(statement, facts.SetItem):
            yield from (statement.object, statement.index)
        elif isinstance(statement, facts.SetAttribute):
            yield statement.object
        elif isinstance(statement, facts.Update):
            yield statement.target
        yield statement.value
    elif isinstance(statement, facts.Delete):
        yield statement.object
        if statement.index is not None:
            yield statement.index


class CallSite(NamedTuple):
    """A call and where it stands."""

    call: facts.Call
    site: Site


def calls(node: Node) -> Iterator[CallSite]:
    """Yield every call in a scope's own statements, each once, outer before inner."""
    seen: set[Span] = set()
    for statement in node.facts.statements:
        for expression in expressions(statement):
            for part in walk(expression):
                if isinstance(part, facts.Call) and part.span not in seen:
                    seen.add(part.span)
                    yield CallSite(part, Site(node, part.span, statement.when))
