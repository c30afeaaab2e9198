"""Which comments and strings belong to which module- and class-level statement."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

from registry_lint.facts import Note


def read_notes(body: list[ast.stmt], lines: list[str]) -> Iterator[Note]:
    """Yield a note for each assignment in `body` that has a docstring or comment of its own."""
    for position, statement in enumerate(body):
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            following = body[position + 1] if position + 1 < len(body) else None
            texts = [_above(statement, lines), *_beside(statement, lines), _string(following)]
            text = "\n".join(filter(None, texts))
            if text:
                yield Note(statement.lineno, text)


def _string(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return inspect.cleandoc(value) if isinstance(value, str) else ""
    return ""


def _above(statement: ast.stmt, lines: list[str]) -> str:
    found: list[str] = []
    row = statement.lineno - 2
    while row >= 0 and lines[row].lstrip().startswith("#"):
        found.append(lines[row].strip().lstrip("#:").strip())
        row -= 1
    return "\n".join(reversed(found))


def _beside(statement: ast.stmt, lines: list[str]) -> Iterator[str]:
    """Comments after the first line (when it only opens a bracket) and after the end of the statement."""
    end = (statement.end_lineno or statement.lineno) - 1
    tail = lines[end].encode("utf-8", "surrogatepass")[statement.end_col_offset :].decode("utf-8", "replace")
    if end != statement.lineno - 1:
        first = lines[statement.lineno - 1]
        opened, mark, comment = first.partition("#")
        if mark and opened.rstrip().endswith(("{", "[", "(")):
            yield comment.lstrip("#:").strip()
    if tail.lstrip().startswith("#"):
        yield tail.strip().lstrip("#:").strip()
