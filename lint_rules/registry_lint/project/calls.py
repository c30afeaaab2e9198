"""The call graph, asked backwards: from where a function is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project import conditions
from registry_lint.project.binding import bind
from registry_lint.project.handovers import Handovers
from registry_lint.project.invoked import Invoked
from registry_lint.project.mentions import Mention, Mentions, Standing, of_classes
from registry_lint.project.methods import binding, last_name
from registry_lint.project.program import Node, Program, Site, expressions, walk
from registry_lint.project.values import (
    Arguments,
    External,
    FunctionValue,
    Instance,
    Value,
)

if TYPE_CHECKING:
    from registry_lint.project.effects import Effects

_CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__"})
_CREATION = frozenset({"__init_subclass__", "__set_name__", "__prepare__"})
# A method of an object of unknown class is taken for ours where so few classes have one of that name.
_RARE = 2
_COMMON = (
    frozenset(dir(dict))
    | frozenset(dir(list))
    | frozenset(dir(set))
    | frozenset(dir(str))
    | {"run", "close", "main"}
)


class CallGraph:
    """Finds callers by name first and by value second."""

    def __init__(self, effects: Effects, program: Program) -> None:
        self._effects, self._resolver, self._program = effects, effects.resolver, program
        self._invoked = Invoked(effects)
        self._mentions = Mentions(self._resolver)
        self._given: dict[str, list[tuple[Mention, Expression | None]]] = {}
        self._handed: dict[frozenset[str], Handovers] = {}
        self._aliases: dict[str, set[str]] = {}
        self._methods: dict[str, int] = {}
        self._classes_at: dict[Node, Site] = {}
        self._callers: dict[Node, tuple[Site, ...]] = {}
        self._objects: dict[Node, set[str]] = {}
        self._reads: dict[str, list[tuple[facts.Attribute, Site]]] | None = None
        for instance, (_, name, _) in effects.candidates.homes.items():
            self._objects.setdefault(instance.node, set()).add(name)
        for node in program.nodes():
            self._read(node)

    def _read(self, node: Node) -> None:
        if node.is_callable and node.parent is not None and node.parent.kind == "class":
            self._methods[node.facts.name] = self._methods.get(node.facts.name, 0) + 1
        for call, site in node.calls:
            self._mention(Mention(call.function, call, site))
        for statement in node.facts.statements:
            if isinstance(statement, facts.Define):
                self._define(node, statement)
            elif isinstance(statement, facts.Import) and statement.name not in (None, statement.bound):
                self._aliases.setdefault(statement.name or "", set()).add(statement.bound)
            elif isinstance(statement, (facts.Bind, facts.SetAttribute)):
                name = _plain_name(statement.value)
                target = statement.target if isinstance(statement, facts.Bind) else statement.attr
                if name and name != target:
                    self._aliases.setdefault(name, set()).add(target)

    def _define(self, node: Node, statement: facts.Define) -> None:
        child = node.module.nodes[statement.scope]
        site = Site(node, statement.span, statement.when)
        if child.kind == "class":
            self._classes_at[child] = site
        for decorator in child.facts.decorators:
            at = Site(node, decorator.span, statement.when)
            self._mention(Mention(decorator.value, None, at))
            self._given.setdefault(child.facts.name, []).append((Mention(decorator.value, None, at), None))
            if isinstance(decorator.value, facts.Call):
                self._mention(Mention(decorator.value.function, decorator.value, at))

    def _mention(self, mention: Mention) -> None:
        self._mentions.add(mention)
        if mention.call is not None:
            given = [*mention.call.arguments, *(keyword.value for keyword in mention.call.keywords)]
            for argument in given:
                name = _plain_name(argument)
                if name:
                    self._given.setdefault(name, []).append((mention, argument))

    def callers(self, node: Node) -> tuple[Site, ...]:
        """Return the sites from which a function is called, in order."""
        if node not in self._callers:
            self._callers[node] = ()
            found = dict.fromkeys(self._find(node))
            order = sorted(found, key=lambda site: (*site.node.order(), site.span))
            self._callers[node] = tuple(order)
        return self._callers[node]

    def _find(self, node: Node) -> Iterator[Site]:
        owner = node.parent if node.parent is not None and node.parent.kind == "class" else None
        name = node.facts.name
        if owner is not None and (name in _CREATION or self._resolver.classes.is_metaclass(owner)):
            yield from self._class_statements(owner, name)
        for wanted in self._names(node, owner):
            for mention in self._reaching(self._mentions.standing(wanted), node, owner):
                yield mention.site
            if wanted == name and owner is not None and self._is_rare(name):
                yield from (mention.site for mention in self._mentions.standing(name).strange)
        if node.kind == "lambda":
            return
        if owner is not None and binding(node) == "property":
            yield from self._property_reads(node, owner)
        for wanted in sorted({name, *self._aliases.get(name, ())}):
            for mention, argument in self._given.get(wanted, ()):
                if self._is_named(argument, mention, node) and self._is_called_by(mention, node):
                    yield mention.site

    def _property_reads(self, node: Node, owner: Node) -> Iterator[Site]:
        for read, site in self._attribute_reads().get(node.facts.name, ()):
            found = self._resolver.values(read.value, site.node)
            if any(self._is_object_of(value, owner) for value in found):
                yield site

    def _attribute_reads(self) -> dict[str, list[tuple[facts.Attribute, Site]]]:
        """Every attribute that is read, by name; worked out when a property is first asked about."""
        if self._reads is None:
            self._reads = {}
            for scope in self._program.nodes():
                for statement in scope.facts.statements:
                    site = Site(scope, statement.span, statement.when)
                    for expression in expressions(statement):
                        for part in walk(expression):
                            if isinstance(part, facts.Attribute):
                                self._reads.setdefault(part.attr, []).append((part, site))
        return self._reads

    def _is_object_of(self, value: Value, owner: Node) -> bool:
        return isinstance(value, Instance) and owner in self._resolver.classes.line(value.node)

    def _class_statements(self, owner: Node, name: str) -> Iterator[Site]:
        classes = self._resolver.classes
        made = classes.made_by(owner) if classes.is_metaclass(owner) else classes.below(owner)
        for child in made:
            if child in self._classes_at:
                yield self._classes_at[child]

    def _names(self, node: Node, owner: Node | None) -> list[str]:
        names = (
            {node.facts.name, "partial"} if node.kind != "lambda" else {"", "partial", *_bound_names(node)}
        )
        if owner is not None and node.facts.name in (*_CONSTRUCTORS, "__call__"):
            below = self._resolver.classes.below(owner)
            names = {owner.facts.name, *(child.facts.name for child in below), "cls"}
            if node.facts.name == "__call__":
                names |= {name for one in (owner, *below) for name in self._objects.get(one, ())}
        scope = node.parent.function if node.parent else None
        while scope is not None:
            names.add(scope.facts.name)
            scope = scope.parent.function if scope.parent else None
        for _ in range(2):
            names |= {alias for name in names for alias in self._aliases.get(name, ())}
        return sorted(names)

    def _reaching(self, standing: Standing, node: Node, owner: Node | None) -> Iterator[Mention]:
        """The mentions of a name that stand for a function, or for what an ancestor has under its name."""
        name, classes = node.facts.name, self._resolver.classes
        yield from standing.functions.get(node, ())
        if owner is None:
            return
        for other in classes.line(owner):
            for child in other.children if other.kind == "class" and other is not owner else ():
                if child.facts.name == name and child is not node:
                    yield from standing.functions.get(child, ())
        if name in _CONSTRUCTORS:
            yield from of_classes(standing.classes, owner, self._resolver)
        if name == "__call__":
            yield from of_classes(standing.objects, owner, self._resolver)

    def _is_rare(self, name: str) -> bool:
        """True where `thing.method()` on a thing of unknown class may well be one of ours."""
        return name not in _COMMON and not name.startswith("__") and self._methods.get(name, 0) <= _RARE

    def _is_called_by(self, mention: Mention, node: Node) -> bool:
        """True if a project function calls the function that it is given."""
        for callee in self._resolver.values(mention.function, mention.site.node):
            run = self._invoked.run_by(callee)
            if run is not None:
                invoked = self._invoked.of(run.node)
                if invoked and self._gives(mention, run, node, invoked):
                    return True
            if isinstance(callee, External) and callee.name in ("builtins.map", "builtins.filter"):
                first = mention.call.arguments[0] if mention.call is not None else None
                return self._is_named(first, mention, node)
        return False

    def _is_named(self, argument: Expression | None, mention: Mention, node: Node) -> bool:
        """True if an argument stands for the function; a decorator is given what it stands above."""
        if argument is None:
            return True
        found = self._resolver.values(argument, mention.site.node)
        return any(isinstance(value, FunctionValue) and value.node is node for value in found)

    def _gives(self, mention: Mention, callee: FunctionValue, node: Node, invoked: set[str]) -> bool:
        arguments = (
            self._resolver.arguments(mention.call, mention.site.node)
            if mention.call is not None
            else Arguments(((FunctionValue(node),),))
        )
        known = bind(self._resolver, callee, arguments)
        return any(
            isinstance(value, FunctionValue) and value.node is node
            for name in invoked
            for value in known.get((callee.node, name), ())
        )

    def given_as(self, node: Node, keywords: frozenset[str]) -> Site | None:
        """Return the first site that hands a function over under one of the keywords."""
        if keywords not in self._handed:
            self._handed[keywords] = Handovers(self._resolver, self._program, keywords)
        name = node.facts.name
        return self._handed[keywords].of(node, (name, *sorted(self._aliases.get(name, ()))))


def _bound_names(node: Node) -> set[str]:
    """The names that a lambda is kept under where it stands."""
    around = node.parent.facts.statements if node.parent else ()
    return {
        statement.target
        for statement in around
        if isinstance(statement, facts.Bind)
        and isinstance(statement.value, facts.Lambda)
        and statement.value.scope == node.index
    }


def _plain_name(expression: Expression) -> str:
    if (
        isinstance(expression, facts.Call)
        and last_name(expression.function) == "partial"
        and expression.arguments
    ):
        expression = expression.arguments[0]
    return last_name(expression) if isinstance(expression, (facts.Name, facts.Attribute)) else ""


def never_runs(site: Site) -> bool:
    """True for a site under `if TYPE_CHECKING:`."""
    return conditions.is_type_checking(site.node.facts.whens[site.when])


__all__ = ["CallGraph", "Mention", "never_runs"]
