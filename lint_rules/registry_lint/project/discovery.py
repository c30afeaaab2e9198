"""Functions that do their work when they are asked: once, or with an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from registry_lint import facts
from registry_lint.project.conditions import split
from registry_lint.project.methods import last_name
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


def makes_when_asked(node: Node, home: Node, name: str) -> bool:
    """True for `if _table is None: _table = Table()` in a function that returns `_table`: made when asked.

    `home` is the module or class that keeps it under the name.
    """
    return (
        node.is_callable
        and node.module is home.module
        and any(_keeps(one, home, name) and _is_first(one, node) for one in node.facts.statements)
        and any(
            isinstance(one, facts.Return) and last_name(one.value) == name for one in node.facts.statements
        )
    )


def _keeps(statement: facts.Statement, home: Node, name: str) -> TypeGuard[facts.Bind | facts.SetAttribute]:
    if isinstance(statement, facts.Bind):
        return home.kind == "module" and statement.target == name
    return home.kind == "class" and isinstance(statement, facts.SetAttribute) and statement.attr == name


def _is_first(statement: facts.Bind | facts.SetAttribute, node: Node) -> bool:
    """Nothing was there before: what is bound is asked, and it is None."""
    if isinstance(statement, facts.Bind) and statement.target not in node.facts.outer_names:
        return False
    target = _target(statement)
    around = node.facts.whens[statement.when]
    return any(_is_missing(test, holds, target) for one in around for test, holds in split(one))


def _is_missing(test: facts.Expression, holds: bool, target: facts.Expression) -> bool:
    """`target is None` or `not target`."""
    if not isinstance(test, facts.Compare):
        return not holds and _is_same(test, target)
    if not _is_same(test.left, target) or test.right != facts.Constant(None):
        return False
    return test.operator in (("is", "==") if holds else ("is not", "!="))


def _is_same(test: facts.Expression, target: facts.Expression) -> bool:
    return type(test) is type(target) and test == target
