"""Where containers are made anew: for every object, every class, every run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import eq
from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.project.assignments import Assigned, only_where_none
from registry_lint.project.evidence import Writer, is_at_import, is_fresh, outermost
from registry_lint.project.hooked import is_of_hook
from registry_lint.project.methods import binding, is_method, last_name
from registry_lint.project.outcomes import Record
from registry_lint.project.program import Node
from registry_lint.project.values import Container, Instance

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_MAKING_CLASSES = frozenset({"__init_subclass__", "__new__", "__init__"})
_MUCH_STATE = 3


class Renewals:
    """Answers from the assignments to `self.table` and `cls.table`."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def shadows(self, container: Container, home: Node, writers: list[Writer]) -> str:
        """Return who gives every object or every class its own container, or an empty text."""
        if home.kind != "class" or not isinstance(container.home, Node):
            return ""
        line = [*self._resolver.classes.line(home), *self._resolver.classes.below(home)]
        given = [a for owner in line for a in self._resolver.assignments.on_self(owner, container.name)]
        assigned = [a for a in given if not (_is_declared(container, home) and only_where_none(a))]
        in_init = [
            a for a in assigned if a.node.facts.name in ("__init__", "__new__", "__post_init__", "setUp")
        ]
        through_self = all(w.through == "instance" for w in writers)
        if assigned and (in_init or writers) and through_self and self._covers(home, assigned):
            return f"{assigned[0].node.qualname} gives every object its own"
        own = is_of_hook(self._resolver, container)
        for a in (
            one for owner in line for one in self._resolver.assignments.on_class(owner, container.name)
        ):
            if self._makes_classes(a.node) and is_fresh(a.statement) and not own:
                return f"{a.node.qualname} gives every subclass its own"
            if _sets_up(a, writers):
                return f"{a.node.qualname} gives every class its own before it is filled"
        return self._by_metaclass(container, home)

    def _by_metaclass(self, container: Container, home: Node) -> str:
        meta = self._resolver.classes.metaclass(home)
        for owner in self._resolver.classes.line(meta) if meta is not None else ():
            for a in self._resolver.assignments.on_self(owner, container.name):
                always = not a.node.conditions(a.statement)
                if a.node.facts.name == "__init__" and always and is_fresh(a.statement):
                    return f"{a.node.qualname} gives every class its own"
        return ""

    def is_recording(self, container: Container, home: Node) -> bool:
        """One function makes it whatever was there before, another puts None in its place."""
        if home.kind != "class" or not isinstance(container.home, Node):
            return False
        line = self._resolver.classes.line(home)
        assigned = [
            one for owner in line for one in self._resolver.assignments.on_class(owner, container.name)
        ]
        made = [a for a in assigned if is_fresh(a.statement) and not a.node.conditions(a.statement)]
        dropped = [a for a in assigned if a.statement.value == facts.Constant(None)]
        return any(a.node.function for a in made) and any(a.node.function for a in dropped)

    def emptying(self, container: Container) -> set[Node | None]:
        """Return the functions that put an empty container in its place.

        Not those that make the object, nor those that put back what they found.
        """
        home = container.home.node if isinstance(container.home, Instance) else container.home
        if home.kind != "class":
            return set()
        known = self._resolver.assignments
        line = self._resolver.classes.line(home)
        found = [
            one
            for owner in line
            for one in (*known.on_self(owner, container.name), *known.on_class(owner, container.name))
        ]
        keeping = {one.node.function for one in found if not _is_empty(one.statement.value)}
        emptied = {one.node.function for one in found if one.node.facts.name not in _MAKING_CLASSES}
        return emptied - keeping

    def _is_of_a_run_of_classes(self, container: Container) -> bool:
        """`Trade.open = []` beside other records of the class, in one function."""
        owner = container.home
        if not isinstance(owner, Node):
            return False
        for assigned in self._resolver.assignments.on_class(owner, container.name):
            node = assigned.node
            beside = _given_anew(node, partial(eq, assigned.statement.object)) & owner.bindings.keys()
            if node.function is not None and container.name in beside and len(beside) >= _MUCH_STATE:
                return True
        return False

    def _covers(self, home: Node, assigned: list[Assigned]) -> bool:
        """True unless a subclass without further subclasses keeps what the class at hand declares."""
        classes = self._resolver.classes
        owners = {one.node.function.parent for one in assigned if one.node.function}
        last = [node for node in (home, *classes.below(home)) if not classes.below(node)]
        return all(any(owner in owners for owner in classes.line(node)) for node in last)

    def _makes_classes(self, node: Node) -> bool:
        if binding(node) != "class" and not self.is_meta(node):
            return False
        if node.facts.name in _MAKING_CLASSES:
            return True
        line = self._resolver.classes.line(node.parent) if node.parent is not None else []
        hooks = (child for owner in line for child in owner.children if child.name == "__init_subclass__")
        return any(node.facts.name == last_name(call.function) for hook in hooks for call, _ in hook.calls)

    def is_meta(self, node: Node) -> bool:
        """True for a method of a metaclass."""
        parent = node.parent
        return parent is not None and parent.kind == "class" and self._resolver.classes.is_metaclass(parent)

    def is_of_a_run(self, container: Container, fixed: list[Record]) -> bool:
        """A method of the object's class, not `__init__`, makes this and other state of its own anew."""
        if any(map(is_at_import, fixed)):
            return False
        if isinstance(container.home, Node):
            return container.home.kind == "class" and self._is_of_a_run_of_classes(container)
        return any(
            container.name in reset and len(reset) >= _MUCH_STATE
            for owner in self._resolver.classes.line(container.home.node)
            for reset in map(_reset, owner.children)
        )


def _is_declared(container: Container, home: Node) -> bool:
    """True for a container that the class body itself binds."""
    bindings = home.bindings.get(container.name, [])
    return any(isinstance(one, facts.Bind) and one.span == container.span for one in bindings)


def _sets_up(assigned: Assigned, writers: list[Writer]) -> bool:
    """`cls.table = []` at the start of a class method that alone, with its overrides, fills the table."""
    node = assigned.node
    if node.function is not node or binding(node) != "class" or node.conditions(assigned.statement):
        return False
    value = assigned.statement.value
    named = {outermost(writer.node).facts.name for writer in writers}
    return _is_state(value) and not isinstance(value, facts.Constant) and named == {node.facts.name}


def _reset(method: Node) -> set[str]:
    """The attributes of `self` that a method gives a fresh container or a plain value, whatever they were."""
    if not is_method(method) or method.facts.name == "__init__":
        return set()
    first = method.facts.parameters[0].name
    return _given_anew(method, lambda one: isinstance(one, facts.Name) and one.id == first)


def _given_anew(node: Node, is_receiver: Callable[[facts.Expression], bool]) -> set[str]:
    """The attributes of one receiver that a scope gives such values, whatever else holds there."""
    return {
        statement.attr
        for statement in node.facts.statements
        if isinstance(statement, facts.SetAttribute)
        and is_receiver(statement.object)
        and not node.conditions(statement)
        and _is_state(statement.value)
    }


def _is_empty(value: facts.Expression) -> bool:
    return _is_state(value) and not isinstance(value, facts.Constant)


def _is_state(value: facts.Expression) -> bool:
    if isinstance(value, facts.Call):
        return not value.arguments and not value.keywords
    return isinstance(value, facts.Constant) or (isinstance(value, facts.Display) and not value.values)
