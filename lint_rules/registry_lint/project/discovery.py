"""Functions that do their work when they are asked: once, or with an answer."""

from __future__ import annotations

from collections.abc import Iterator

from registry_lint import facts
from registry_lint.project.conditions import split
from registry_lint.project.program import Node


def runs_once(node: Node) -> bool:
    """True for `if self.loaded: return`, and `self.loaded = True` in the same function."""
    raised = dict(_raised(node))
    if not raised:
        return False
    return any(
        raised.get(_flag(test, node)) is (not holds)
        for conditions in node.facts.whens
        for condition in conditions
        for test, holds in split(condition)
    )


def _raised(node: Node) -> Iterator[tuple[str, bool]]:
    for statement in node.facts.statements:
        if not isinstance(statement, (facts.SetAttribute, facts.Bind)):
            continue
        value = statement.value
        if isinstance(value, facts.Either):  # under a test of what is bound: as it was, or this
            value = value.second
        if isinstance(value, facts.Constant) and isinstance(value.value, bool):
            yield _flag(_target(statement), node), value.value


def _target(statement: facts.SetAttribute | facts.Bind) -> facts.Expression:
    if isinstance(statement, facts.Bind):
        return facts.Name(statement.target)
    return facts.Attribute(statement.object, statement.attr)


def _flag(test: facts.Expression, node: Node) -> str:
    """The name of a flag that lives longer than the call, or an empty text."""
    if isinstance(test, facts.Attribute) and isinstance(test.value, facts.Name):
        return f"{test.value.id}.{test.attr}"
    return test.id if isinstance(test, facts.Name) and test.id in node.facts.outer_names else ""


def answers(node: Node) -> bool:
    """True if a function returns or yields something."""
    empty = (facts.Opaque(()), facts.Constant(None))
    returned = (one.value for one in node.facts.statements if isinstance(one, facts.Return))
    return node.kind == "lambda" or any(value not in empty for value in returned)
