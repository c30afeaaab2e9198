"""Which names may hold process-wide containers: what a write must mention to matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.places import Span
from registry_lint.project.births import options_of
from registry_lint.project.boxes import has_box, made_fields
from registry_lint.project.conditions import is_main_guard
from registry_lint.project.defaults import by_default
from registry_lint.project.handed import is_receiver
from registry_lint.project.members import fields
from registry_lint.project.methods import last_name, receiver_class
from registry_lint.project.program import Node
from registry_lint.project.stores import is_abstract
from registry_lint.project.values import (
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
    Result,
    SuperValue,
    Value,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


_GETATTR = External("builtins.getattr")


class Candidates:
    """Containers and registry objects bound at module and class level, with every name they go by.

    `names` are attribute and variable names; `homes` says where an object made at some place is kept;
    those that are `nameless` have only the table in which they were made (the values).
    """

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.names: set[str] = set()
        self.homes: dict[Instance, tuple[Node, str, Span]] = {}
        self.nameless: dict[Instance, Container] = {}
        self.containers: dict[Container, None] = {}
        self.other_names: dict[Container, list[str]] = {}
        self.aliases: list[tuple[Node, str, Span, Container]] = []
        self._containing: dict[Node, bool] = {}
        for node in resolver.program.nodes():
            if node.kind in ("module", "class") and node.function is None:
                for name in node.bindings:
                    self._bound(node, name)
        for table in tuple(self.containers):
            self._shown(table)
        unknown: set[Instance] = set()
        for instance, home in list(self.homes.items()):
            self._held(instance, home, unknown)
        for instance in unknown:
            del self.homes[instance]
        self._assigned()
        self._aliases()

    def _bound(self, node: Node, name: str) -> None:
        if all(_is_scripts_own(statement, node) for statement in node.bindings[name]):
            return
        statements = [s for s in node.bindings[name] if isinstance(s, facts.Bind)]
        defined = [s for s in node.bindings[name] if isinstance(s, facts.Define)]
        if not statements and not defined:
            return
        for value in self.resolver.bound(node, name):
            if isinstance(value, Instance) and _is_of_a_call(value, node, statements):
                continue
            if isinstance(value, (Container, Instance)):
                self.names.add(name)
            if isinstance(value, Instance) and value.site is not None:
                span = statements[0].span if statements else defined[0].span
                self.homes.setdefault(value, (node, name, span))
            elif isinstance(value, Container):
                self.containers[value] = None
                if name != value.name:
                    self.other_names.setdefault(value, []).append(name)
                if value.home is not node and node.kind == "class" and statements:
                    self.aliases.append((node, name, statements[0].span, value))

    def _shown(self, table: Container) -> None:
        """Objects made where a table is written out, and kept nowhere else, live as long as the table.

        Those in the table of a class describe the class: what they are told is about it.
        """
        home = self.home(table)
        if table.contents is None or home is None or home[0].kind == "class":
            return
        for group in table.contents.values:
            for value in group:
                if isinstance(value, Instance) and value.site is not None:
                    self.names.add(table.name)
                    if self.homes.setdefault(value, home) is home:
                        self.nameless[value] = table

    def _held(self, instance: Instance, home: tuple[Node, str, Span], unknown: set[Instance]) -> None:
        """What an object makes for itself in `__init__` lives as long as it does.

        What several objects have made by `cls(…)` elsewhere is each time another: `unknown` collects it.
        """
        for owner in self.resolver.classes.line(instance.node):
            for child in owner.children if owner.kind == "class" else ():
                if child.facts.name == "__init__":
                    for attr in _made_attributes(child):
                        for value in self.resolver.member(instance, attr):
                            if not isinstance(value, Instance) or value.site is None:
                                continue
                            if self.homes.setdefault(value, home) != home and _is_unplaced(value):
                                unknown.add(value)

    def _assigned(self) -> None:
        """`Owner.attr = {}` and `cls.attr = {}`."""
        for node in self.resolver.program.nodes():
            for statement in node.facts.statements:
                if isinstance(statement, facts.SetAttribute) and makes_container(statement.value):
                    self._set_later(statement, node)
                    for target in self._owners(statement, node):
                        self.names.add(statement.attr)
                        if target.function is None:
                            for value in self.resolver.member(ClassValue(target), statement.attr):
                                if isinstance(value, Container):
                                    self.containers[value] = None

    def _set_later(self, statement: facts.SetAttribute, node: Node) -> None:
        """`settings.table = Table()` in another module: it lives as long as the settings."""
        if node.parent is None:
            for holder in self.resolver.values(statement.object, node):
                home = self.homes.get(holder) if isinstance(holder, Instance) else None
                for value in self.resolver.member(holder, statement.attr) if home else ():
                    if isinstance(value, Instance) and value.site is not None and home is not None:
                        self.names.add(statement.attr)
                        self.homes.setdefault(value, home)

    def _owners(self, statement: facts.SetAttribute, node: Node) -> list[Node]:
        values = self.resolver.values(statement.object, node)
        found = [v.node for v in values if isinstance(v, ClassValue)]
        for value in values:
            if value.free:
                found += [v.node for v in by_default(self.resolver, value) if isinstance(v, ClassValue)]
        return found

    def _aliases(self) -> None:
        """`self.registry = REGISTRY`, and the containers inside registry objects."""
        classes = self.resolver.classes
        owners = {base for instance in self.homes for base in classes.line(instance.node)}
        abstract = {one.node for one in self.containers if one.node and is_abstract(classes, one.node)}
        owners |= {base for node in abstract for base in classes.line(node)}
        boxed = {base for one in self.homes if has_box(one) for base in self.resolver.classes.line(one.node)}
        self.names.update(name for owner in owners for name in made_fields(owner))
        self.names.update(name for owner in boxed for name in fields(owner))
        for node in self.resolver.program.nodes():
            method_of = node.function.parent if node.function else None
            for statement in node.facts.statements:
                if isinstance(statement, facts.SetAttribute):
                    inside = method_of in owners and makes_container(statement.value)
                    inside = inside or (method_of in boxed and isinstance(statement.value, facts.Name))
                    if inside or last_name(statement.value) in self.names:
                        self.names.add(statement.attr)

    def owners(self) -> set[str]:
        """Return the names of the classes and modules that have a container, or an object that may."""
        found: set[str] = set()
        for container in self.containers:
            place = self.home(container)
            if place is not None:
                node = place[0]
                found.add(node.facts.name if node.kind == "class" else node.module.name.rpartition(".")[2])
        for instance, (node, _, _) in self.homes.items():
            found |= {owner.facts.name for owner in self.resolver.classes.line(instance.node)}
            found.add(node.module.name.rpartition(".")[2])
        return found

    def home(self, container: Container) -> tuple[Node, str, Span] | None:
        """Return the scope, name and place that keep a container alive as long as the process."""
        if not container.name:
            return None
        if isinstance(container.home, Instance):
            return self.homes.get(container.home)
        node = container.home
        if node.kind in ("module", "class") and node.function is None:
            return node, container.name, container.span
        return None

    def is_kept(self, value: Value) -> bool:
        """True for a container or object that lives as long as the process, and for a method of one."""
        if isinstance(value, FunctionValue) and value.receiver is not None:
            value = value.receiver
        if isinstance(value, Container):
            return self.home(value) is not None
        return value in self.homes if isinstance(value, Instance) else False

    def _is_container(self, owner: Node) -> bool:
        """True if objects of a class (or of one below it) are containers themselves."""
        if owner not in self._containing:
            classes = self.resolver.classes
            family = (owner, *classes.below(owner))
            self._containing[owner] = any(classes.container_kind(node) for node in family)
        return self._containing[owner]

    def may_matter(self, target: Value) -> bool:
        """True if a write to `target` may reach a process-wide container."""
        while isinstance(target, Element):
            target = target.value
        if isinstance(target, Container):
            return self.home(target) is not None or _is_receiver(target)
        if isinstance(target, SuperValue):
            return True
        if isinstance(target, Member):
            return (target.attr in self.names or target.attr == "data") and is_path(target)
        if isinstance(target, ParameterValue):
            if target.node.parameters[target.name].kind not in ("positional", "keyword"):
                return False
            owner = receiver_class(target, self.resolver.classes)
            return owner is None or self._is_container(owner[0])
        if isinstance(target, Fallback) and target.bare:
            return any(map(self.may_matter, (*target.first, *target.second)))
        return isinstance(target, Result) and is_asked_for(target)


def _is_scripts_own(statement: facts.Statement, node: Node) -> bool:
    """True for what is bound under the main guard (and not by a function that says `global`)."""
    whens = node.facts.whens
    if statement.when >= len(whens) or not is_main_guard(whens[statement.when]):
        return False
    return any(own is statement for own in node.facts.statements)


def _is_of_a_call(made: Instance, node: Node, statements: list[facts.Bind]) -> bool:
    """A function says `global` and puts a new object in the place of any before: state of its call."""
    for statement in statements:
        scope = node.rebinding.get(id(statement))
        if scope is not None and not scope.conditions(statement) and made.site is not None:
            path, span = made.site
            if path == node.module.path and statement.span.line <= span.line <= statement.span.end_line:
                return True
    return False


def _made_attributes(method: Node) -> list[str]:
    made = (s for s in method.facts.statements if isinstance(s, facts.SetAttribute))
    return [statement.attr for statement in made if isinstance(statement.value, facts.Call)]


def _is_unplaced(made: Instance) -> bool:
    """True for what `cls(…)` makes: all that is known of the place is the class."""
    return made.site == (made.node.module.path, made.node.facts.span)


def is_path(value: Value) -> bool:
    """True for a chain of attributes and elements that starts at a parameter, or at a metaclass's class."""
    while isinstance(value, (Member, Element)):
        value = value.value
    if isinstance(value, BuiltType):
        return value.metaclass is not None
    return isinstance(value, (ParameterValue, SuperValue)) or is_asked_for(value)


def is_asked_for(value: Value) -> bool:
    """True for `getter()` of a parameter: what the function returns that callers hand in."""
    asked = value.callee if isinstance(value, Result) and not value.arguments else None
    return isinstance(asked, ParameterValue) and not is_receiver(asked)


def is_named_by_caller(value: Value) -> bool:
    """True for `getattr(thing, name)` where callers hand in the name."""
    if not isinstance(value, Result) or value.callee != _GETATTR or len(value.arguments) != 2:
        return False
    return any(isinstance(one, ParameterValue) and not is_receiver(one) for one in value.arguments[1])


def is_of_built(method: Member) -> bool:
    """True for `builder(thing).register`, where `builder` is a parameter: a class that callers hand in."""
    made = method.value.callee if isinstance(method.value, Result) else None
    return isinstance(made, ParameterValue) and not is_receiver(made)


def _is_receiver(container: Container) -> bool:
    return isinstance(container.home, Instance) and container.home.site is None


def makes_container(expression: facts.Expression) -> bool:
    """True for an expression that looks like a new container or object."""
    if isinstance(expression, (facts.Either, facts.Choice)):
        return any(makes_container(part) for part in options_of(expression))
    return isinstance(expression, (facts.Display, facts.Comprehension, facts.Call, facts.Binary))
