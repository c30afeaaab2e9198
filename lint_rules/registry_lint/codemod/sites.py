"""Where an edit belongs in the text: the class that it names, its docstring, its indentation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from registry_lint.codemod.literals import Literal, read_literal
from registry_lint.codemod.original import LINE_END
from registry_lint.codemod.outcomes import RefusalError
from registry_lint.findings import DocumentRegistry


class Site(NamedTuple):
    """A class to document; line and column (in code points) are those of its `class` keyword.

    `docstring` is None where it has none. `indent` is the whitespace before the statements of its
    body, absolute; `unit` is what one level of indentation is here.
    """

    edit: DocumentRegistry
    node: ast.ClassDef
    line: int
    column: int
    docstring: Literal | None
    indent: str
    unit: str


class Text:
    """A text with its lines, for the positions of syntax trees; lines end as Python's do."""

    def __init__(self, text: str) -> None:
        """Cut the text; line ends are `\\n`, `\\r` and `\\r\\n` alone."""
        self.text = text
        self._starts = [0, *(match.end() for match in LINE_END.finditer(text))]

    def line(self, number: int) -> str:
        """Return a line, counted from 1, with its end."""
        starts = [*self._starts[number - 1 : number + 1], len(self.text)]
        return self.text[starts[0] : starts[1]]

    def start(self, number: int) -> int:
        """Return where a line starts in the text."""
        return self._starts[number - 1]

    def column(self, number: int, utf8: int) -> int:
        """Return a tree's column, which counts UTF-8 bytes, in code points."""
        return len(self.line(number).encode("utf-8")[:utf8].decode("utf-8"))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return where a node starts and ends in the text."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return (
            self._starts[node.lineno - 1] + self.column(node.lineno, node.col_offset),
            self._starts[end_line - 1] + self.column(end_line, end_column),
        )

    def indentation(self, number: int) -> str:
        """Return the whitespace that a line starts with."""
        match = re.match(r"[ \t\f]*", self.line(number))
        return match.group() if match else ""


def find_class(tree: ast.Module, edit: DocumentRegistry) -> ast.ClassDef:
    """Return the class that an edit names; raises RefusalError when it does not stand there."""
    name, line = edit.owner.rpartition(".")[2], edit.location.span.line
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name and first_line(node) <= line <= node.lineno:
            return node
    raise RefusalError(f"no class {edit.owner} stands here; the file has changed since it was analysed")


def place_of(tree: ast.Module, edit: DocumentRegistry) -> int:
    """Return which of the tree's classes an edit names: in a rewritten file lines move, the order stays."""
    return _classes(tree).index(find_class(tree, edit))


def class_at(tree: ast.Module, place: int) -> ast.ClassDef:
    """Return the class at a place of the tree; raises RefusalError when there are fewer."""
    classes = _classes(tree)
    if place >= len(classes):
        raise RefusalError("the rewritten file would lack a class")
    return classes[place]


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def first_line(node: ast.stmt) -> int:
    """Return the line of a statement's first decorator, or of the statement."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def find_site(text: Text, tree: ast.Module, edit: DocumentRegistry) -> Site:
    """Return the place of an edit; raises RefusalError for a class whose docstring cannot be edited well."""
    node = find_class(tree, edit)
    _refuse_odd_documentation(tree, node)
    column = text.column(node.lineno, node.col_offset)
    indent, unit = _indentation(text, tree, node)
    docstring = docstring_node(node)
    if docstring is None:
        return Site(edit, node, node.lineno, column, None, indent, unit)
    if header_end(text, node):
        raise RefusalError("its docstring stands on the line of the class; give it a line of its own first")
    start, end = text.span(docstring)
    return Site(edit, node, node.lineno, column, read_literal(text.text[start:end]), indent, unit)


def docstring_node(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> ast.Constant | None:
    """Return the constant that is a definition's docstring, if it has one."""
    first = node.body[0] if node.body else None
    value = first.value if isinstance(first, ast.Expr) else None
    return value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def header_end(text: Text, node: ast.ClassDef) -> int:
    """Return the line on which the class statement's colon stands, if its body starts there; else 0."""
    first = node.body[0]
    before = text.line(first.lineno)[: text.column(first.lineno, first.col_offset)]
    return first.lineno if before.strip() else 0


def _indentation(text: Text, tree: ast.Module, node: ast.ClassDef) -> tuple[str, str]:
    """Return the indentation of a class's body and of one level; a one-line class has its file's."""
    outer = text.indentation(node.lineno)
    if not header_end(text, node):
        inner = text.indentation(first_line(node.body[0]))
        return inner, inner.removeprefix(outer) if inner.startswith(outer) else inner
    unit = next(_units(text, tree), "    ")
    return outer + unit, unit


def _units(text: Text, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt) and isinstance(body, list) and body[0].lineno > node.lineno:
            outer, inner = text.indentation(node.lineno), text.indentation(first_line(body[0]))
            if inner.startswith(outer) and inner != outer:
                yield inner.removeprefix(outer)


def _refuse_odd_documentation(tree: ast.Module, node: ast.ClassDef) -> None:
    """Raise RefusalError where a docstring would not be one, or would change what the program does."""
    first = node.body[0]
    if isinstance(first, ast.Expr) and docstring_node(node) is None:
        if type(first.value).__name__ in ("JoinedStr", "TemplateStr"):
            raise RefusalError("it starts with an f-string, which is no docstring; make it a plain one first")
        if isinstance(first.value, ast.Constant) and isinstance(first.value.value, bytes):
            raise RefusalError("it starts with bytes, which are no docstring; make them a plain one first")
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id == "__doc__" and isinstance(inner.ctx, ast.Store):
            raise RefusalError("it sets __doc__ itself; write the contract there by hand")
        if isinstance(inner, ast.Attribute) and inner.attr == "__doc__" and _is_itself(inner, node.name):
            raise RefusalError("its code uses its own __doc__, so a longer one could change what it does")
    for outer in ast.walk(tree):
        if isinstance(outer, ast.Attribute) and outer.attr == "__doc__" and _is_named(outer.value, node.name):
            raise RefusalError(f"line {outer.lineno} uses its __doc__; write the contract by hand")


def _is_itself(attribute: ast.Attribute, name: str) -> bool:
    value = attribute.value
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id == "type"
    if isinstance(value, ast.Attribute):
        return value.attr == "__class__"
    return _is_named(value, "self", "cls", name)


def _is_named(value: ast.expr, *names: str) -> bool:
    return isinstance(value, ast.Name) and value.id in names
