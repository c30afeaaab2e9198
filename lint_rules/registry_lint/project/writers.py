"""Which functions may write to a container, told by the names they use."""

from __future__ import annotations

from typing import TypeGuard

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.methods import last_name
from registry_lint.project.mutators import MUTATORS
from registry_lint.project.program import Node, Program, is_test_path, walk


def called_names(node: Node) -> set[str]:
    """Return the plain names that a function calls."""
    return {last_name(call.function) for call, _ in node.calls if isinstance(call.function, facts.Name)}


def writer_names(program: Program, names: set[str]) -> set[str]:
    """Return the names of functions that may write to one of the names, or call one that does."""
    callers: dict[str, set[str]] = {}
    found: set[str] = set()
    for node in program.nodes():
        if node.is_callable and not is_test_path(node.module.path):
            own = _names_around(node)
            called = [last_name(call.function) for call, _ in node.calls]
            for name in called:
                callers.setdefault(name, set()).update(own)
            if _may_write(node, names):
                found |= own
    for _ in range(1):
        found |= {name for called in found for name in callers.get(called, ())}
    return found - {""}


def _names_around(node: Node) -> set[str]:
    """A decorator's inner function writes when the outer one is called."""
    found: set[str] = set()
    scope: Node | None = node
    while scope is not None:
        found.add(scope.facts.name)
        scope = scope.parent.function if scope.parent else None
    return found


def _may_write(node: Node, names: set[str]) -> bool:
    receivers = [call.function.value for call, _ in node.calls if _is_mutation(call.function)]
    for statement in node.facts.statements:
        if isinstance(statement, facts.SetItem):
            receivers.append(statement.object)
        elif isinstance(statement, facts.Update):
            receivers.append(statement.target)
        elif isinstance(statement, facts.SetAttribute) and statement.attr in names:
            return True
    return any(_is_named(receiver, node, names) for receiver in receivers)


def _is_mutation(function: Expression) -> TypeGuard[facts.Attribute]:
    return isinstance(function, facts.Attribute) and function.attr in MUTATORS


def _is_named(receiver: Expression, node: Node, names: set[str]) -> bool:
    """True for one of the names, a parameter, or a local name that was bound from one of the names."""
    for part in walk(receiver):
        name = getattr(part, "attr", None) or getattr(part, "id", None)
        if name in names or name in node.parameters:
            return True
        for statement in node.bindings.get(str(name), ()):
            if isinstance(statement, facts.Bind):
                found = {getattr(p, "attr", None) or getattr(p, "id", None) for p in walk(statement.value)}
                if not found.isdisjoint(names) or not found.isdisjoint(node.parameters):
                    return True
    return False
