"""Objects of classes outside the project that it fills like containers, through the class that has them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.methods import binding, is_method, last_name
from registry_lint.project.mutators import ADDING
from registry_lint.project.program import Node, Program
from registry_lint.project.values import External, Result, Value

if TYPE_CHECKING:
    from registry_lint.project.classes import Classes


class Foreign:
    """Knows which attributes of which classes are written as entries: `Owner.table[key] = value`."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._filled: dict[str, set[str]] | None = None

    def kind(self, value: Value, home: object, name: str, classes: Classes) -> str:
        """Return what a class attribute is made by, where that may be a container (or an empty string).

        The standard library's containers are known; of others only the class's name is, told by its spelling.
        """
        if not isinstance(value, Result) or not isinstance(value.callee, External):
            return ""
        package, kind = value.callee.name.partition(".")[0], value.callee.name.rpartition(".")[2]
        if not kind[:1].isupper() or package in sys.stdlib_module_names or package == "builtins":
            return ""
        if not isinstance(home, Node) or home.kind != "class" or home.function is not None:
            return ""
        owners = self._owners().get(name)
        return kind if owners and any(one.facts.name in owners for one in classes.line(home)) else ""

    def _owners(self) -> dict[str, set[str]]:
        """The attributes that are filled through a class, each with the names of those classes."""
        if self._filled is None:
            self._filled = {}
            for node in self._program.nodes():
                for target in _filled_in(node):
                    if isinstance(target, facts.Attribute) and (owner := _owner(target.value, node)):
                        self._filled.setdefault(target.attr, set()).add(owner)
        return self._filled


def _filled_in(node: Node) -> list[Expression]:
    """What a scope writes an entry to by subscript, `append` or `add`."""
    found = [one.object for one in node.facts.statements if isinstance(one, facts.SetItem)]
    called = (call.function for call, _ in node.calls)
    return found + [one.value for one in called if isinstance(one, facts.Attribute) and one.attr in ADDING]


def _owner(expression: Expression, node: Node) -> str:
    """The name of the class that an expression names; that of the method's class for `cls`."""
    if not isinstance(expression, (facts.Name, facts.Attribute)):
        return ""
    method = node.function
    while method is not None and not is_method(method):
        method = method.parent.function if method.parent else None
    if method is None or method.parent is None or binding(method) != "class":
        return last_name(expression)
    is_first = getattr(expression, "id", "") == method.facts.parameters[0].name
    return method.parent.facts.name if is_first else last_name(expression)
