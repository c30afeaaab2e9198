"""Which names go by which other names: what statements, calls and definitions hand from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.methods import binding, last_name
from registry_lint.project.program import Node, Program, children, walk

# What these are given (or an element of it) may be what they return.
_PASSING = frozenset({
    "cast", "copy", "deepcopy", "unwrap", "ref", "proxy", "intern", "lru_cache", "cache", "contextmanager",
    "asynccontextmanager", "MappingProxyType", "staticmethod", "classmethod", "property", "partial",
    "partialmethod", "wraps", "list", "tuple", "set", "dict", "frozenset", "sorted", "reversed", "iter",
    "enumerate", "zip", "next", "getattr", "attrgetter", "super", "type", "vars", "filter", "map",
})  # fmt: skip
_HANDING_OUT = frozenset({"get", "setdefault", "values", "items", "pop", "copy", "keys", "__getitem__"})
# Strings and answers to questions: nothing of what they are made of is what they stand for.
_ANSWERS = (facts.Joined, facts.Compare, facts.Not)


# A name that is known anywhere (of an attribute, a global, a function), or a local one of a function.
Key = str | tuple[Node, str]


class Aliases:
    """Names by what they stand for, in the whole program.

    `goes_by` leads from a name to those bound to what it stands for, `held_by` to the attributes and
    keywords that hold it; `callers` to the scopes that call something of that name. `kept` are
    attributes that hold what an object was made with. `name()` is what a function of that name returns.
    """

    def __init__(self, program: Program) -> None:
        self.goes_by: dict[Key, set[Key]] = {}
        self.held_by: dict[Key, set[Key]] = {}
        self.callers: dict[Key, dict[Node, None]] = {}
        self._called: dict[Node, dict[Key, None]] = {}
        self.class_makers: dict[Node, None] = {}
        self.kept: set[str] = set()
        self._subclasses: dict[Key, set[Key]] = {}
        nodes = tuple(program.nodes())
        self.passing = _passing(nodes)
        for node in nodes:
            self._read(node)

    def _read(self, node: Node) -> None:
        for statement in node.facts.statements:
            if isinstance(statement, facts.Bind):
                self._alias(self.sources(statement.value, node), key_of(statement.target, node), self.goes_by)
                if node.kind == "class" and statement.annotation is not None:
                    self.kept.add(statement.target)
            elif isinstance(statement, facts.SetAttribute):
                self._alias(self.sources(statement.value, node), statement.attr, self.held_by)
                if isinstance(statement.value, facts.Name) and statement.value.id in node.parameters:
                    self.kept.add(statement.attr)
            elif isinstance(statement, facts.Return):
                is_property = node.kind == "function" and binding(node) == "property"
                sources = self.sources(statement.value, node)
                for name in names_of(node):
                    self._alias(sources, name if is_property else name + "()", self.goes_by)
            elif isinstance(statement, facts.Import) and statement.name is not None:
                self._alias((statement.name,), key_of(statement.bound, node), self.goes_by)
            elif isinstance(statement, facts.Define):
                self._define(node, node.module.nodes[statement.scope])
        for call, _ in node.calls:
            for key in callee_keys(call.function, node):
                self._call(key, node)
            for keyword in call.keywords:
                if keyword.name is not None:
                    self._alias(self.sources(keyword.value, node), keyword.name, self.held_by)
        for parameter in node.facts.parameters:
            if parameter.default is not None:
                outside = self.sources(parameter.default, node.parent or node)
                self._alias(outside, (node, parameter.name), self.goes_by)

    def _define(self, node: Node, child: Node) -> None:
        here = key_of(child.facts.name, node)
        self._alias((child.facts.name,), here, self.goes_by)
        for decorator in child.facts.decorators:
            keys = mentioned(decorator.value, node)
            self._alias(keys, here, self.goes_by)
            for key in keys:
                self._call(key, node)
        for parameter in child.facts.parameters:
            if parameter.default is not None:
                for key in mentioned(parameter.default, node):
                    self._call(key, node)
        if child.kind == "class":
            self.class_makers[node] = None
            for base in child.facts.bases:
                for key in mentioned(base, node):
                    self._subclasses.setdefault(key, set()).add(child.facts.name)

    def _call(self, key: Key, node: Node) -> None:
        self.callers.setdefault(key, {})[node] = None
        self._called.setdefault(node, {})[key] = None

    def called_in(self, node: Node) -> dict[Key, None]:
        """Return the names that decide what a scope calls."""
        return self._called.get(node, {})

    def _alias(self, names: Iterable[Key], target: Key, table: dict[Key, set[Key]]) -> None:
        for name in names:
            if name != target:
                table.setdefault(name, set()).add(target)

    def sources(self, value: Expression, node: Node) -> set[Key]:
        """Return the names whose value, or a part of it, an expression may stand for."""
        found: set[Key] = set()
        stack = [value]
        while stack:
            part = stack.pop()
            if isinstance(part, facts.Constant):
                continue
            if isinstance(part, facts.Name):
                found.add(key_of(part.id, node))
            elif isinstance(part, facts.Attribute):
                found.add(part.attr)
                stack.append(part.value)
            elif isinstance(part, facts.Subscript):
                stack.append(part.value)
            elif isinstance(part, facts.Call):
                found.update(self._sources_of_call(part, stack))
            elif isinstance(part, facts.Lambda):
                found.add("<lambda>")
            elif isinstance(part, facts.Entered):
                found.add("__enter__()")
                inner = part.value
                stack.append(inner)
                if isinstance(inner, facts.Call) and isinstance(inner.function, facts.Attribute):
                    stack.append(inner.function.value)
            elif not isinstance(part, _ANSWERS):
                stack.extend(children(part))
        return found

    def _sources_of_call(self, call: facts.Call, stack: list[Expression]) -> Iterator[str]:
        """The names for what a call returns; what it may pass on is put on the stack."""
        function = call.function
        name = last_name(function)
        yield name + "()"
        if not isinstance(function, (facts.Name, facts.Attribute)):
            stack.append(function)
        elif name in _HANDING_OUT and isinstance(function, facts.Attribute):
            stack.append(function.value)
        if name in self.passing:
            stack.extend(call.arguments)
            stack.extend(keyword.value for keyword in call.keywords)
            yield from _texts(call.arguments[1:2])

    def reached(self, names: Iterable[Key]) -> set[Key]:
        """Return every name that something under one of the names may go by."""
        return closure(names, self.goes_by)

    def origins(self, names: Iterable[Key]) -> set[Key]:
        """Return every name that goes by one of the names."""
        return closure(names, _reversed(self.goes_by))

    def families(self, names: Iterable[str], met: set[Key] | None = None) -> set[Key]:
        """Return the classes of the names and all that derives from something of those names.

        What was `met` before is left out, with its family, and what is returned is added to it: there are
        programs in which most names belong to one family, which is followed once and not for every class.
        """
        return closure(names, self._subclasses, self.goes_by, met=met)

    def heads(self, names: Iterable[Key]) -> set[Key]:
        """Return every name whose family has one of the names."""
        return closure(names, _reversed(self._subclasses), _reversed(self.goes_by))


def closure(
    names: Iterable[Key], *tables: Mapping[Key, Iterable[Key]], met: set[Key] | None = None
) -> set[Key]:
    """Return the names and all that any table leads to from them, but what was `met` before, which grows."""
    found: set[Key] = set()
    met = found if met is None else met
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in met:
            met.add(name)
            found.add(name)
            for table in tables:
                queue.extend(table.get(name, ()))
    return found


def _reversed(table: Mapping[Key, Iterable[Key]]) -> dict[Key, list[Key]]:
    back: dict[Key, list[Key]] = {}
    for name, targets in table.items():
        for target in targets:
            back.setdefault(target, []).append(name)
    return back


def _passing(nodes: tuple[Node, ...]) -> set[str]:
    """The names of functions that may return (a part of) what they are given."""
    found = set(_PASSING)
    returning = [
        (node, statement.value)
        for node in nodes
        for statement in node.facts.statements
        if isinstance(statement, facts.Return)
    ]
    for _ in range(2):
        for node, value in returning:
            if node.facts.name not in found and any(name in node.parameters for name in bare(value, found)):
                found.update(names_of(node))
    return found


def bare(value: Expression, passing: Iterable[str] = _PASSING) -> Iterator[str]:
    """Yield the names whose own value, or an element of it, an expression may stand for."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, facts.Name):
            yield part.id
        elif isinstance(part, facts.Call):
            function = part.function
            if last_name(function) in passing:
                stack.extend(part.arguments)
            if isinstance(function, facts.Attribute) and function.attr in _HANDING_OUT:
                stack.append(function.value)
            elif isinstance(function, facts.Name) and not part.arguments:  # a getter that was handed in
                stack.append(function)
        elif isinstance(part, facts.Subscript):
            stack.append(part.value)
        elif not isinstance(part, facts.Attribute) and not isinstance(part, _ANSWERS):
            stack.extend(children(part))


def key_of(name: str, node: Node) -> Key:
    """Return what a name read or bound in a scope is known by: it may be local to a function."""
    scope: Node | None = node
    while scope is not None:
        if name in scope.parameters:
            return scope, name
        if name in scope.bindings:
            return (scope, name) if scope.is_callable else name
        scope = scope.parent
    return name


def mentioned(expression: Expression, node: Node) -> dict[Key, None]:
    """Return every identifier in an expression, in order, and the strings that `getattr` may be given."""
    found: dict[Key, None] = {}
    for part in walk(expression):
        if isinstance(part, facts.Name):
            found[key_of(part.id, node)] = None
        elif isinstance(part, facts.Attribute):
            found[part.attr] = None
        elif isinstance(part, facts.Constant):
            if isinstance(part.value, str) and part.value.isidentifier():
                found[part.value] = None
        elif isinstance(part, facts.Call):
            found[last_name(part.function) + "()"] = None
        elif isinstance(part, facts.Lambda):
            found["<lambda>"] = None
    return found


def _texts(arguments: tuple[Expression, ...]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, facts.Constant) and isinstance(argument.value, str):
            yield argument.value


def callee_keys(function: Expression, node: Node) -> dict[Key, None]:
    """Return the names that decide what a call calls, in order."""
    if isinstance(function, facts.Name):
        return {key_of(function.id, node): None}
    return {function.attr: None} if isinstance(function, facts.Attribute) else mentioned(function, node)


def names_of(node: Node) -> Iterator[str]:
    """Yield the names that run a function: its own, and those of the functions around that may return it."""
    scope: Node | None = node.function
    while scope is not None:
        yield scope.facts.name
        scope = scope.parent.function if scope.parent else None
