"""Attributes that statements outside the class body give to classes and to `self`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from registry_lint import facts
from registry_lint.project.methods import binding, is_method
from registry_lint.project.program import Node, Program
from registry_lint.project.values import ClassValue, Instance

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


class Assigned(NamedTuple):
    """One `object.attr = value` and the scope it stands in."""

    node: Node
    statement: facts.SetAttribute


class Assignments:
    """Finds attribute assignments by class and attribute name."""

    def __init__(self, resolver: Resolver, program: Program) -> None:
        self._resolver = resolver
        self._by_attr: dict[str, list[Assigned]] = {}
        self._on_self: dict[tuple[Node, str], list[Assigned]] = {}
        self._on_objects: dict[str, dict[Instance, list[Assigned]]] = {}
        self._on_class: dict[tuple[Node, str], tuple[Assigned, ...]] = {}
        self._within: dict[tuple[Node, str, str], list[facts.SetAttribute]] = {}
        self._items: dict[Node, list[facts.SetItem]] = {}
        for node in program.nodes():
            for statement in node.facts.statements:
                if isinstance(statement, facts.SetAttribute):
                    self._add(Assigned(node, statement))
                elif isinstance(statement, facts.SetItem) and node.is_callable:
                    self._items.setdefault(node, []).append(statement)

    def _add(self, assigned: Assigned) -> None:
        statement = assigned.statement
        if assigned.node.is_callable and isinstance(statement.object, facts.Name):
            place = (assigned.node, statement.object.id, statement.attr)
            self._within.setdefault(place, []).append(statement)
        owner = _receiver(assigned.node, statement.object)
        if owner is not None:
            self._on_self.setdefault((owner, statement.attr), []).append(assigned)
        else:
            self._by_attr.setdefault(statement.attr, []).append(assigned)

    def on_self(self, owner: Node, attr: str) -> list[Assigned]:
        """Return the assignments `self.attr = …` in the methods of exactly this class."""
        return [one for one in self._on_self.get((owner, attr), ()) if _is_instance(one)]

    def on_class(self, owner: Node, attr: str) -> tuple[Assigned, ...]:
        """Return the assignments `cls.attr = …` in its methods and `Owner.attr = …` anywhere."""
        key = (owner, attr)
        if key not in self._on_class:
            self._on_class[key] = ()
            own = [one for one in self._on_self.get(key, ()) if not _is_instance(one)]
            named = [one for one in self._by_attr.get(attr, ()) if self._names(one, owner)]
            self._on_class[key] = (*own, *named)
        return self._on_class[key]

    def on_classes(self, owners: Iterable[Node]) -> Iterator[str]:
        """Yield the attributes that methods of some classes give `cls`, whichever class that is."""
        wanted = set(owners)
        for (owner, attr), found in self._on_self.items():
            if owner in wanted and not all(map(_is_instance, found)):
                yield attr

    def on_object(self, instance: Instance, attr: str) -> tuple[Assigned, ...]:
        """Return the assignments `settings.attr = …` to one object at the top level of modules."""
        if attr not in self._on_objects:
            self._on_objects[attr] = {}
            found: dict[Instance, list[Assigned]] = {}
            for one in self._by_attr.get(attr, ()):
                if one.node.parent is None:
                    for value in self._resolver.values(one.statement.object, one.node):
                        if isinstance(value, Instance) and value.site is not None:
                            found.setdefault(value, []).append(one)
            self._on_objects[attr] = found
        return tuple(self._on_objects[attr].get(instance, ()))

    def within(self, node: Node, name: str, attr: str) -> list[facts.SetAttribute]:
        """Return the assignments `name.attr = …` in a function itself, in order."""
        return self._within.get((node, name, attr), [])

    def items(self, node: Node, entry: facts.Subscript) -> list[facts.SetItem]:
        """Return the assignments to an entry in a function itself, in order."""
        known = self._items.get(node, ())
        return [one for one in known if one.object == entry.value and one.index == entry.index]

    def is_given(self, attr: str) -> bool:
        """True if some statement gives a thing that is no `self` or `cls` an attribute of that name."""
        return attr in self._by_attr

    def _names(self, assigned: Assigned, owner: Node) -> bool:
        found = self._resolver.values(assigned.statement.object, assigned.node)
        return any(isinstance(value, ClassValue) and value.node is owner for value in found)


def only_where_none(assigned: Assigned) -> bool:
    """True for `if self.table is None: self.table = {}`, which runs only for classes that declare none."""
    none, attr = facts.Constant(None), assigned.statement.attr
    return any(
        isinstance(one.test, facts.Compare)
        and (one.test.operator, one.holds) in (("is", True), ("is not", False))
        and isinstance(one.test.left, facts.Attribute)
        and (one.test.left.attr, one.test.right) == (attr, none)
        for one in assigned.node.conditions(assigned.statement)
    )


def _asks_type(expression: facts.Expression) -> TypeGuard[facts.Call]:
    """True for `type(x)`, which names the class of `x` as `x.__class__` does."""
    if not isinstance(expression, facts.Call) or len(expression.arguments) != 1:
        return False
    return isinstance(expression.function, facts.Name) and expression.function.id == "type"


def _receiver(node: Node, expression: facts.Expression) -> Node | None:
    """The class whose method's first parameter `expression` names (also from a function inside it)."""
    if _asks_type(expression):
        expression = expression.arguments[0]
    if isinstance(expression, facts.Attribute) and expression.attr == "__class__":
        expression = expression.value
    if not isinstance(expression, facts.Name):
        return None
    scope = node.function
    while scope is not None:
        if expression.id in scope.parameters:
            first = is_method(scope) and scope.facts.parameters[0].name == expression.id
            return scope.parent if first else None
        if expression.id in scope.bindings:
            return _renamed(scope, expression.id)
        scope = scope.parent.function if scope.parent else None
    return None


def _renamed(scope: Node, name: str) -> Node | None:
    """`cls = self.__class__` gives the class of the method another name."""
    bound = scope.bindings[name]
    if len(bound) != 1 or not isinstance(bound[0], facts.Bind):
        return None
    value = bound[0].value
    asks = _asks_type(value) or (isinstance(value, facts.Attribute) and value.attr == "__class__")
    return _receiver(scope, value) if asks else None


def _is_instance(assigned: Assigned) -> bool:
    if not isinstance(assigned.statement.object, facts.Name):
        return False
    scope = assigned.node.function
    while scope is not None and assigned.statement.object.id not in scope.parameters:
        if assigned.statement.object.id in scope.bindings:
            return False
        scope = scope.parent.function if scope.parent else None
    return scope is not None and binding(scope) in ("instance", "property")
