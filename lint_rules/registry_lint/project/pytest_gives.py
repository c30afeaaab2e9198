"""What pytest hands to tests and fixtures: the values of `parametrize`, and what other fixtures give.

Reference, pytest documentation, "How to parametrize fixtures and test functions" and "Fixtures reference".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.methods import decorator_names, last_name
from registry_lint.project.program import Node
from registry_lint.project.values import ParameterValue, Values, unite

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


def handed(resolver: Resolver, parameter: ParameterValue) -> Values:
    """Return what pytest hands in for a parameter of a test or fixture; empty where that is not known."""
    node = parameter.node
    if not (node.name.startswith("test") or _is_fixture(node)):
        return ()
    listed = [value for marked in _marked(node) for value in _column(resolver, marked, parameter.name, node)]
    if listed:
        return unite(*listed)
    fixture = next(_fixtures(resolver, node, parameter.name), None)
    return _given(resolver, fixture) if fixture is not None and fixture is not node else ()


def _is_fixture(node: Node) -> bool:
    return "fixture" in decorator_names(node)


# -- parametrize -----------------------------------------------------------------------------------


def _marked(node: Node) -> Iterator[facts.Call]:
    owner = node.parent
    for scope in (node, owner) if owner is not None and owner.kind == "class" else (node,):
        for decorator in scope.facts.decorators:
            if isinstance(decorator.value, facts.Call) and last_name(decorator.value) == "parametrize":
                yield decorator.value


def _column(resolver: Resolver, call: facts.Call, name: str, node: Node) -> Iterator[Values]:
    names, rows = _arguments(call)
    if name not in names or not isinstance(rows, facts.Display):
        return
    scope = node.parent or node
    for row in rows.values:
        cells = _cells(row, len(names))
        if len(cells) == len(names):
            yield resolver.values(cells[names.index(name)], scope)


def _arguments(call: facts.Call) -> tuple[list[str], Expression | None]:
    named = {keyword.name: keyword.value for keyword in call.keywords}
    names, rows = (*call.arguments[:2], named.get("argnames"), named.get("argvalues"))[:2]
    match names:
        case facts.Constant(str(text)):
            return [part.strip() for part in text.split(",") if part.strip()], rows
        case facts.Display(_, _, items):
            texts = (one.value for one in items if isinstance(one, facts.Constant))
            return [text for text in texts if isinstance(text, str)], rows
    return [], rows


def _cells(row: Expression, width: int) -> tuple[Expression, ...]:
    if isinstance(row, facts.Call) and last_name(row) == "param":
        return row.arguments
    if width == 1:
        return (row,)
    return row.values if isinstance(row, facts.Display) else ()


# -- fixtures --------------------------------------------------------------------------------------


def _fixtures(resolver: Resolver, node: Node, name: str) -> Iterator[Node]:
    """The fixtures of a name that a test sees, the nearest first: class, file, conftest files upward."""
    scopes = [scope for scope in (node.parent, node.module.top) if scope is not None]
    folder = node.module.path
    while folder:
        folder = folder.rpartition("/")[0]
        conftest = resolver.program.by_path.get(f"{folder}/conftest.py" if folder else "conftest.py")
        scopes += [conftest.top] if conftest is not None else []
    for scope in scopes:
        yield from (one for one in scope.children if _is_fixture(one) and _fixture_name(one) == name)


def _fixture_name(fixture: Node) -> str:
    for decorator in fixture.facts.decorators:
        if isinstance(decorator.value, facts.Call):
            for keyword in decorator.value.keywords:
                if keyword.name == "name" and isinstance(keyword.value, facts.Constant):
                    return str(keyword.value.value)
    return fixture.name


def _given(resolver: Resolver, fixture: Node) -> Values:
    return resolver.returns(fixture) or resolver.returns(fixture, yielded=True)
