"""What expressions and names stand for, anywhere in the program."""

from __future__ import annotations

from collections.abc import Callable

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.places import Span
from registry_lint.project import (
    applying,
    births,
    cases,
    decorated,
    displays,
    elements,
    given,
    members,
    picks,
    text,
)
from registry_lint.project.alternatives import Bound, settled
from registry_lint.project.annotations import promised
from registry_lint.project.assignments import Assignments
from registry_lint.project.binding import Known, bind
from registry_lint.project.classes import Classes
from registry_lint.project.descents import returned
from registry_lint.project.fixed import Fixed
from registry_lint.project.foreign import Foreign
from registry_lint.project.narrowing import narrowed
from registry_lint.project.operators import are_plain, binary, fallback, is_plain
from registry_lint.project.overriding import asked_later
from registry_lint.project.program import Binding, Module, Node, Program, exports
from registry_lint.project.values import (
    Arguments,
    Blend,
    Collection,
    External,
    FunctionValue,
    Instance,
    ModuleValue,
    ParameterValue,
    SuperValue,
    Value,
    Values,
    literal,
    unite,
)

_DEEPEST = 40
_BEFORE = (-1,)


class Resolver:
    """Evaluates expressions without running them; every answer is remembered.

    A question that depends on its own answer gets the part that does not.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.classes = Classes(self, program)
        self.assignments = Assignments(self, program)
        self.fixed = Fixed(program)
        self.foreign = Foreign(program)
        self._names: dict[tuple[Node, str, tuple[int, ...], Values], Values] = {}
        self._values: dict[Node, dict[int, Values]] = {}
        self._returns: dict[Node, Values] = {}
        self._given: dict[tuple[Node, str], Values] = {}
        self._active: set[object] = set()
        self._calls: dict[tuple[object, ...], Values] = {}
        self.remembered: dict[tuple[Instance | Node, str], Values] = {}
        self.defaults: dict[int, tuple[Value, Values]] = {}
        self.cases: dict[Node, tuple[cases.Case, ...]] = {}
        self.depth = self.calls_again = 0

    def is_idle(self) -> bool:
        """Return whether no question is being answered: an answer then lacks nothing."""
        return not self._active

    def name(self, name: str, node: Node, reach: tuple[int, ...] = ()) -> Values:
        """Return what `name` stands for when read in a scope; `reach` is that of `facts.Name`."""
        if name in node.rebound:
            reach = ()
        scope: Node | None = node
        while scope is not None:
            if (scope is node or scope.kind != "class") and name not in scope.facts.outer_names:
                if name in scope.parameters:
                    return self._parameter(scope, name, reach)
                if name in scope.bindings and reach != _BEFORE:
                    return self.bound(scope, name, reach)
            hidden = reach == _BEFORE and scope.parent is None
            scope, reach = scope.parent, ()
        found = () if hidden else self.module_global(node.module, name)
        return found or (External(f"builtins.{name}"),)

    def _parameter(self, scope: Node, name: str, reach: tuple[int, ...]) -> Values:
        asked = (scope, name)
        here = self._given.get(asked) or self._given.setdefault(asked, (ParameterValue(scope, name),))
        if name not in scope.bindings or reach == _BEFORE:
            return here
        given = () if reach and -1 not in reach else here
        return self.bound(scope, name, reach, given) or given

    def module_global(self, module: Module, name: str) -> Values:
        """Return what a module-level name stands for (empty where the module has none)."""
        if name in module.top.bindings:
            return self.bound(module.top, name)
        if name == "__name__":
            return (literal(module.name),)
        if "*" in module.top.bindings:
            for statement in module.top.bindings["*"]:
                if isinstance(statement, facts.Import):
                    found = self._starred(module, statement, name)
                    if found:
                        return found
        return ()

    def _starred(self, module: Module, statement: facts.Import, name: str) -> Values:
        source = self.program.by_name.get(self.absolute(module, statement))
        key = ("star", source, name)
        if source is None or key in self._active or not exports(source, name):
            return ()
        self._active.add(key)
        try:
            return self.module_global(source, name)
        finally:
            self._active.discard(key)

    def bound(self, node: Node, name: str, reach: tuple[int, ...] = (), given: Values = ()) -> Values:
        """Return what the statements that bind `name` in a scope, or those of them that reach, give it.

        `given` is what the name is where none of them has run.
        """
        key = (node, name, reach, given)
        if key in self._names:
            return self._names[key]
        if key in self._active or self.depth > _DEEPEST:
            return ()
        self._active.add(key)
        self.depth += 1
        try:
            statements = node.reaching(name, reach)
            groups = [self._binding(node, name, statement) for statement in statements]
            found = settled(self, Bound(node, name, statements, given), groups)
        finally:
            self._active.discard(key)
            self.depth -= 1
        self._names[key] = found
        return found

    def _binding(self, node: Node, name: str, statement: Binding) -> Values:
        if isinstance(statement, facts.Import):
            return self._imported(node.module, statement)
        if isinstance(statement, facts.Define):
            return self.defined(node.module.nodes[statement.scope])
        if isinstance(statement, facts.Bind):
            if statement.annotation is not None and statement.value == facts.Opaque(()):
                return ()  # it is declared here, and bound elsewhere
            annotated = births.container_annotation(statement.annotation)
            scope = node.rebinding.get(id(statement), node)
            found = births.born(self, statement.value, scope, node, name, statement.span, annotated)
            if scope is not node:
                found = self._without_parameters(found, scope, node)
            return promised(self, statement, node, found) or found
        return ()

    def _without_parameters(self, values: Values, scope: Node, home: Node) -> Values:
        """What a function gives a name outside: nobody there knows what it was called with."""
        known = Known()
        inner: Node | None = scope
        while inner is not None and inner is not home:
            known.update({(inner, name): (Blend(()),) for name in inner.parameters})
            inner = inner.parent
        return unite(*(applying.substitute(self, value, known) for value in values))

    def defined(self, node: Node) -> Values:
        """Return what a `def` or `class` statement binds: decorators may make an object of it."""
        return decorated.defined(self, node)

    def absolute(self, module: Module, statement: facts.Import) -> str:
        """Return the dotted name of the module that an import names."""
        if not statement.level:
            return statement.module
        start = module.package(statement.level)
        return ".".join(part for part in (start, statement.module) if part)

    def _imported(self, module: Module, statement: facts.Import) -> Values:
        dotted = self.absolute(module, statement)
        if statement.name is None:
            return self.module_named(dotted)
        source = self.program.by_name.get(dotted)
        if source is not None:
            found = self.module_global(source, statement.name)
            if found:
                return found
        return self.module_named(f"{dotted}.{statement.name}")

    def module_named(self, dotted: str) -> Values:
        """Return the module of a dotted name."""
        module = self.program.by_name.get(dotted)
        return (ModuleValue(module),) if module else (External(dotted),)

    # -- expressions -------------------------------------------------------------------------------

    def values(self, expression: Expression, node: Node) -> Values:
        """Return what an expression may stand for in a scope."""
        if type(expression) is facts.Name:
            return self.name(expression.id, node, expression.reach)
        known = self._values.setdefault(node, {})
        if id(expression) in known:
            return known[id(expression)]
        key = (id(expression), node)
        if key in self._active or self.depth > _DEEPEST:
            return ()
        self._active.add(key)
        self.depth += 1
        try:
            found = narrowed(self._evaluate(expression, node))
        finally:
            self._active.discard(key)
            self.depth -= 1
        known[id(expression)] = found
        return found

    def _evaluate(self, expression: Expression, node: Node) -> Values:
        match expression:
            case facts.Constant(value):
                return (literal(value),)
            case facts.Attribute(value, attr):
                found = self.each(lambda v: self.member(v, attr), self.values(value, node))
                return given.attribute(self, expression, node, found)
            case facts.Call(function, _, _, span):
                return self._called(expression, function, node, span)
            case facts.Subscript(value, index):
                keys = self.values(index, node) or (Blend(()),)  # one that is not known
                found = self.each(lambda v: self.element(v, keys), self.values(value, node))
                return given.entry(self, expression, node, found)
            case facts.Item(value):
                return self.each(lambda v: self.element(v, ()), self.values(value, node))
            case facts.Entered(value):
                return self._entered(value, node)
            case facts.Either(first, second):
                return fallback(self.values(first, node), self.values(second, node))
            case facts.Choice():
                return picks.choice(self, expression, node)
            case facts.All(items):
                return unite(*(self.values(item, node) for item in items[-1:]))
            case facts.Display() | facts.Comprehension():
                return (self.display(expression, node),)
            case facts.Joined(items):
                groups = tuple(self.values(item, node) for item in items)
                return text.join(groups, all(is_plain(item, node) for item in items))
            case facts.Binary(operator, left, right):
                sides = self.values(left, node), self.values(right, node)
                return binary(operator, *sides, independent=are_plain(expression, node))
            case facts.Lambda(scope):
                return (FunctionValue(node.module.nodes[scope]),)
            case facts.Starred(value):
                return self.each(lambda v: self.element(v, ()), self.values(value, node))
            case facts.Compare() | facts.Not():
                return (Blend(()),)
            case facts.Opaque(items):
                return (Blend(unite(*(self.values(item, node) for item in items))),)
        return (Blend(()),)

    def _entered(self, value: Expression, node: Node) -> Values:
        """A generator function under `contextmanager` gives what it yields."""
        if isinstance(value, facts.Call):
            found: list[Values] = []
            arguments = self.arguments(value, node)
            for callee in self.values(value.function, node):
                if isinstance(callee, FunctionValue) and applying.is_context_manager(callee.node):
                    known = bind(self, callee, arguments)
                    given = self.returns(callee.node, yielded=True)
                    found.append(unite(*(applying.substitute(self, v, known) for v in given)))
            if found:
                return unite(*found)
        return self.each(lambda v: applying.enter(self, v), self.values(value, node))

    def _called(self, call: facts.Call, function: Expression, node: Node, span: Span) -> Values:
        if (
            isinstance(function, facts.Name)
            and function.id == "super"
            and "super" not in node.module.top.bindings
        ):
            return self._super(node)
        arguments = self.arguments(call, node)
        found = self.each(lambda v: self.call(v, arguments, span, node), self.values(function, node))
        return asked_later(self, function, node, arguments, found)

    def _super(self, node: Node) -> Values:
        method = node.function
        while method is not None and (method.parent is None or method.parent.kind != "class"):
            method = method.parent.function if method.parent else None
        if method is None or method.parent is None or not method.facts.parameters:
            return (Blend(()),)
        return (SuperValue(method.parent, ParameterValue(method, method.facts.parameters[0].name)),)

    def arguments(self, call: facts.Call, node: Node) -> Arguments:
        """Return the values of a call's arguments."""
        positional: list[Values] = []
        named: list[tuple[str, Values]] = []
        rest: list[Values] = []
        options: list[Values] = []
        for argument in call.arguments:
            if isinstance(argument, facts.Starred):
                spread = self.values(argument.value, node)
                if len(spread) == 1 and isinstance(spread[0], Collection) and not rest:
                    positional.extend(spread[0].values)
                else:
                    rest.append(self.each(lambda v: self.element(v, ()), spread))
            elif not rest:
                positional.append(self.values(argument, node))
            else:
                rest.append(self.values(argument, node))
        for keyword in call.keywords:
            value = self.values(keyword.value, node)
            if keyword.name is not None:
                named.append((keyword.name, value))
            elif len(value) == 1 and isinstance(value[0], Collection) and value[0].kind == "dict":
                named.extend(displays.by_name(value[0]))
            else:
                options.append(value)
        return Arguments(tuple(positional), tuple(named), unite(*rest), unite(*options))

    def display(self, expression: facts.Display | facts.Comprehension, node: Node) -> Value:
        """Return a literal or comprehension as a collection."""
        return displays.read(self, expression, node)

    def enter(self, key: object) -> bool:
        """Note that a question is being answered; False if it already is."""
        if key in self._active or self.depth > _DEEPEST:
            return False
        self._active.add(key)
        self.depth += 1
        return True

    def leave(self, key: object) -> None:
        """Note that a question has been answered."""
        self._active.discard(key)
        self.depth -= 1

    # -- what the parts of values are ----------------------------------------------------------------

    def each(self, ask: Callable[[Value], Values], values: Values) -> Values:
        """Return the united answers of `ask` for several values."""
        if len(values) == 1:  # nearly always
            return narrowed(unite(ask(values[0])))
        return narrowed(unite(*(ask(value) for value in values)))

    def member(self, value: Value, attr: str) -> Values:
        """Return what `value.attr` stands for."""
        return members.member(self, value, attr)

    def element(self, value: Value, index: Values) -> Values:
        """Return what `value[index]` stands for; an empty index means any element."""
        return elements.element(self, value, index)

    def call(self, callee: Value, arguments: Arguments, span: Span, node: Node) -> Values:
        """Return what calling `callee` gives."""
        question = (callee, arguments, span, node)
        found = self._calls.get(question)
        if found is not None:
            return found
        key = ("call", callee, span, node)
        if not self.enter(key):
            return ()
        try:
            found = applying.call(self, callee, arguments, span, node)
        finally:
            self.leave(key)
        self._calls[question] = found
        return found

    def returns(self, node: Node, yielded: bool = False) -> Values:
        """Return what a function returns (or yields), in terms of its parameters."""
        if yielded:
            return unite(*self._returned(node, True))
        if node not in self._returns:
            key = ("returns", node)
            if key in self._active:
                return ()
            self._active.add(key)
            try:
                groups = self._returned(node, False)
                picked = picks.returned(self, node, groups)
                found = narrowed(unite(*groups)) if picked is None else picked
                self.cases[node] = cases.returned(self, node, groups) if picked is None else ()
            finally:
                self._active.discard(key)
            self._returns[node] = found
        return self._returns[node]

    def _returned(self, node: Node, yielded: bool) -> list[Values]:
        return [
            returned(self.values(statement.value, node), statement.value, node)
            for statement in node.facts.statements
            if isinstance(statement, facts.Return) and statement.yielded == yielded
        ]
