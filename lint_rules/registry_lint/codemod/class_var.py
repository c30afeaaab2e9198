"""How a file can name `typing.ClassVar`: as it does already, or by which import."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from registry_lint.codemod.outcomes import RefusalError
from registry_lint.codemod.sites import docstring_node, first_line

_HOMES = ("typing", "typing_extensions")


class ClassVarName(NamedTuple):
    """How ClassVar is written in a file.

    Where it must be imported first: `joins` is the line of the import that can take the name in, else a new
    line stands in front of the statement at line `before`. Both are 0 where it is imported already.
    """

    written: str
    joins: int = 0
    before: int = 0


def find_class_var(tree: ast.Module, line: int) -> ClassVarName:
    """Return how to name ClassVar in front of `line`.

    Raises RefusalError where the file calls something else `ClassVar`.
    """
    above = [node for node in _imports(tree) if node.lineno < line]
    for node in above:
        for alias in node.names:
            bound = alias.asname or alias.name
            if isinstance(node, ast.ImportFrom) and node.module in _HOMES and alias.name == "ClassVar":
                return ClassVarName(bound)
            if isinstance(node, ast.Import) and alias.name in _HOMES:
                return ClassVarName(f"{bound}.ClassVar")
    if _is_taken(tree):
        raise RefusalError("it uses the name ClassVar for something else, so ClassVar cannot be imported")
    for node in above:
        if isinstance(node, ast.ImportFrom) and node in tree.body and _is_joinable(node):
            return ClassVarName("ClassVar", joins=node.lineno)
    return ClassVarName("ClassVar", before=_new_line(tree, line))


def _imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports whose names an annotation can use.

    They are those that surely run, and under `TYPE_CHECKING` too where annotations are never evaluated.
    """
    lazy = any(_is_future(node) and node.names[0].name == "annotations" for node in _of_module(tree.body))
    for node in tree.body:
        if lazy and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _of_module(node.body)
    yield from _of_module(tree.body)


def _of_module(body: Sequence[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def _is_joinable(node: ast.ImportFrom) -> bool:
    return node.module == "typing" and node.level == 0 and node.names[0].name != "*"


def _is_taken(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == "ClassVar":
            return True
        if isinstance(node, ast.Name) and node.id == "ClassVar":
            return True
        if isinstance(node, ast.alias) and (node.asname or node.name) == "ClassVar":
            return True
    return False


def _new_line(tree: ast.Module, line: int) -> int:
    """Return the line of the statement in front of which isort would put the import."""
    after = [0] if docstring_node(tree) is not None else []
    after += [at for at, node in enumerate(tree.body) if _is_future(node)]
    place = max(after, default=-1) + 1
    for at in range(place, len(tree.body)):
        node = tree.body[at]
        if node.lineno >= line or not _comes_before(node):
            break
        place = at + 1
    return first_line(tree.body[place])


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _comes_before(node: ast.stmt) -> bool:
    """Return whether an import stands in front of `from typing import`: of the library, and sorted before."""
    if isinstance(node, ast.Import):
        return all(alias.name.partition(".")[0] in sys.stdlib_module_names for alias in node.names)
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return node.module.partition(".")[0] in sys.stdlib_module_names and node.module < "typing"
    return False
