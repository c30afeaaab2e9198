"""How classes relate: ancestors in resolution order, metaclasses, subclasses, and which are containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from registry_lint import facts
from registry_lint.project.program import Node, Program
from registry_lint.project.values import BuiltType, ClassValue, Element, External, Result, Value, Values

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

CONTAINERS = {
    f"{module}.{name}": name
    for module, names in {
        "builtins": "dict list set",
        "collections": "defaultdict OrderedDict Counter deque UserDict UserList ChainMap",
        "weakref": "WeakValueDictionary WeakKeyDictionary WeakSet",
        "_weakrefset": "WeakSet",
        "collections.abc": "MutableMapping MutableSequence MutableSet",
        "typing": "Dict List Set DefaultDict Deque OrderedDict Counter "
        "MutableMapping MutableSequence MutableSet",
    }.items()
    for name in names.split()
}


class Classes:
    """The class hierarchy of a program; answers are remembered."""

    def __init__(self, resolver: Resolver, program: Program) -> None:
        self._resolver, self._program = resolver, program
        self._bases: dict[Node, Values] = {}
        self._lines: dict[Node, tuple[Node, ...]] = {}
        self._below: dict[Node, list[Node]] | None = None
        self._descendants: dict[Node, tuple[Node, ...]] = {}
        self._made: dict[Node, tuple[Node, ...]] | None = None

    def bases(self, node: Node) -> Values:
        """Return what the bases of a class stand for, in order."""
        if node not in self._bases:
            self._bases[node] = ()
            scope = node.parent or node
            found: list[Value] = []
            for base in node.facts.bases:
                found.extend(map(_unwrap, self._resolver.values(base, scope)))
            self._bases[node] = tuple(_plain_bases(found))
        return self._bases[node]

    def line(self, node: Node) -> tuple[Node, ...]:
        """Return the class and its ancestors in the project, nearest first (a flattened resolution order)."""
        if node not in self._lines:
            self._lines[node] = (node,)
            order: list[Node] = [node]
            for base in self.bases(node):
                if isinstance(base, ClassValue):
                    order.extend(self.line(base.node))
            # A class shared by several bases comes after all of them.
            self._lines[node] = tuple(dict.fromkeys(reversed(order)))[::-1]
        return self._lines[node]

    def outside(self, node: Node) -> tuple[str, ...]:
        """Return the dotted names of the ancestors outside the project."""
        found = [base.name for n in self.line(node) for base in self.bases(n) if isinstance(base, External)]
        return tuple(dict.fromkeys(found))

    def is_all_known(self, node: Node) -> bool:
        """Return whether every ancestor is a class of the project or built in."""
        found = [base for one in self.line(node) for base in self.bases(one)]
        if any(one.facts.bases and not self.bases(one) for one in self.line(node)):
            return False
        return all(
            isinstance(base, ClassValue) or (isinstance(base, External) and base.name.startswith("builtins."))
            for base in found
        )

    def container_kind(self, node: Node) -> str:
        """Return the builtin or library container that the class derives from, or an empty string."""
        for name in self.outside(node):
            if name in CONTAINERS:
                return CONTAINERS[name]
        return ""

    def metaclass(self, node: Node) -> Node | None:
        """Return the metaclass of a class if it is one of the project's."""
        for relative in self.line(node):
            scope = relative.parent or relative
            for keyword in relative.facts.keywords:
                if keyword.name == "metaclass":
                    return _first_class(self._resolver.values(keyword.value, scope))
            found = self._older_metaclass(relative, scope)
            if found is not None:
                return found
        return None

    def _older_metaclass(self, node: Node, scope: Node) -> Node | None:
        """`six.with_metaclass(Meta, Base)`, `@six.add_metaclass(Meta)`, a base made by a metaclass."""
        for base in node.facts.bases:
            for value in self._resolver.values(base, scope):
                if _is_with_metaclass(value):
                    return _first_class(value.arguments[0])
                if isinstance(value, BuiltType) and value.metaclass is not None:
                    return value.metaclass
        for decorator in node.facts.decorators:
            call = decorator.value
            if isinstance(call, facts.Call) and call.arguments:
                names = self._resolver.values(call.function, scope)
                if any(isinstance(v, External) and v.name.endswith("add_metaclass") for v in names):
                    return _first_class(self._resolver.values(call.arguments[0], scope))
        return None

    def is_metaclass(self, node: Node) -> bool:
        """True for a class that derives from `type`."""
        return any(
            name in ("builtins.type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType")
            or name.endswith(("Meta", "MetaClass", "Metaclass"))
            for name in self.outside(node)
        )

    def below(self, node: Node) -> tuple[Node, ...]:
        """Return all descendants of a class in the project, nearest first."""
        if self._below is None:
            self._below = {}
            for one in self._program.nodes():
                if one.kind == "class":
                    for base in self.bases(one):
                        if isinstance(base, ClassValue):
                            self._below.setdefault(base.node, []).append(one)
        if node not in self._descendants:
            found: dict[Node, None] = {}
            queue = list(self._below.get(node, ()))
            while queue:
                one = queue.pop(0)
                if one not in found:
                    found[one] = None
                    queue.extend(self._below.get(one, ()))
            self._descendants[node] = tuple(found)
        return self._descendants[node]

    def made_by(self, metaclass: Node) -> tuple[Node, ...]:
        """Return the classes whose metaclass is (or derives from) the given one."""
        made = self._by_metaclass() if self._made is None else self._made
        if self._resolver.is_idle():  # else an answer may lack what is being asked right now
            self._made = made
        return made.get(metaclass, ())

    def _by_metaclass(self) -> dict[Node, tuple[Node, ...]]:
        found: dict[Node, list[Node]] = {}
        for node in self._program.nodes():
            metaclass = self.metaclass(node) if node.kind == "class" else None
            for one in self.line(metaclass) if metaclass is not None else ():
                found.setdefault(one, []).append(node)
        return {metaclass: tuple(nodes) for metaclass, nodes in found.items()}


def _is_with_metaclass(value: Value) -> TypeGuard[Result]:
    if not isinstance(value, Result) or not isinstance(value.callee, External):
        return False
    return bool(value.arguments) and value.callee.name.endswith("with_metaclass")


def _first_class(values: Values) -> Node | None:
    return next((value.node for value in values if isinstance(value, ClassValue)), None)


def _unwrap(base: Value) -> Value:
    """`Base[T]` is a `Base`."""
    while isinstance(base, Element):
        base = base.value
    return base


def _plain_bases(found: list[Value]) -> list[Value]:
    plain: list[Value] = []
    for base in found:
        if isinstance(base, Result) and isinstance(base.callee, External):
            if base.callee.name.endswith("with_metaclass"):
                plain.extend(value for group in base.arguments[1:] for value in group)
                continue
            plain.append(base.callee)
        elif isinstance(base, BuiltType):
            plain.extend(base.bases)
        else:
            plain.append(base)
    return plain
