"""Which plain names a function calls, and which it hands to what it calls."""

from __future__ import annotations

from registry_lint import facts
from registry_lint.project.methods import last_name
from registry_lint.project.program import Node


def called_names(node: Node) -> set[str]:
    """Return the plain names that a function calls."""
    return {last_name(call.function) for call, _ in node.calls if isinstance(call.function, facts.Name)}


def handed_names(node: Node) -> set[str]:
    """Return the plain names that a function gives to calls, as they are."""
    return {one.id for call, _ in node.calls for one in call.arguments if isinstance(one, facts.Name)}
