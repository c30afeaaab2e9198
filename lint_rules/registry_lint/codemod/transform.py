"""The change to a syntax tree: docstrings put into the classes that stand at given places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from registry_lint.codemod.changes import parse
from registry_lint.codemod.outcomes import Change, RefusalError
from registry_lint.codemod.sites import Text, first_line


def apply_changes(module: cst.Module, changes: Sequence[Change]) -> cst.Module:
    """Return the module with the changes in it; raises RefusalError when a class is not at its place."""
    transformer = _DocstringWriter(changes)
    changed = MetadataWrapper(module, unsafe_skip_copy=True).visit(transformer)
    if missing := transformer.remaining:
        raise RefusalError(f"no class stands at line {min(change.line for change in missing)}")
    return changed


class _DocstringWriter(cst.CSTTransformer):
    """Writes each docstring into the class whose `class` keyword is at its line and column."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__()
        self._changes = {(change.line, change.column): change for change in changes}

    @property
    def remaining(self) -> list[Change]:
        """The changes that have found no class yet."""
        return list(self._changes.values())

    def leave_ClassDef(  # noqa: N802
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        start = self.get_metadata(PositionProvider, original_node).start
        change = self._changes.pop((start.line, start.column), None)
        if change is None:
            return updated_node
        if change.replaces:
            return _with_docstring_replaced(updated_node, change)
        return updated_node.with_changes(body=_with_docstring(updated_node.body, change))


def _with_docstring_replaced(node: cst.ClassDef, change: Change) -> cst.ClassDef:
    first = node.body.body[0]
    statement = first.body[0] if isinstance(first, cst.SimpleStatementLine) else None
    if not isinstance(statement, cst.Expr) or not isinstance(statement.value, cst.SimpleString):
        raise RefusalError("its docstring is not where the syntax tree has it")
    return node.with_deep_changes(statement.value, value=change.literal)


def _with_docstring(suite: cst.BaseSuite, change: Change) -> cst.IndentedBlock:
    """Return a class body that starts with a docstring, and a blank line before what follows."""
    docstring = cst.SimpleStatementLine([cst.Expr(cst.SimpleString(change.literal))])
    if isinstance(suite, cst.IndentedBlock):
        first, *rest = suite.body
        return suite.with_changes(body=[docstring, _after_blank_line(first), *rest])
    assert isinstance(suite, cst.SimpleStatementSuite)
    line = cst.SimpleStatementLine(suite.body, trailing_whitespace=suite.trailing_whitespace)
    return cst.IndentedBlock([docstring, _after_blank_line(line)], indent=change.unit)


def _after_blank_line(statement: cst.CSTNode) -> cst.BaseStatement:
    assert isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    leading: Sequence[cst.EmptyLine] = getattr(statement, "leading_lines", ())
    if not leading or leading[0].comment is not None:
        return statement.with_changes(leading_lines=[cst.EmptyLine(indent=False), *leading])
    return statement


def rewrite_text(text: str, changes: Sequence[Change], newline: str) -> str:
    """Return the text with the changes in it; raises RefusalError where LibCST cannot read it.

    Only the statements of the module that hold the classes go through LibCST: it takes ten times as long as
    `ast`, and does not give every line back as it was (`except A :` loses its space).
    """
    lines = Text(text)
    starts = sorted({first_line(statement) for statement in parse(text).body})
    holders = {change: bisect_right(starts, change.line) - 1 for change in changes}
    for holder in sorted(set(holders.values()), reverse=True):
        first = starts[holder]
        begin = lines.start(first)
        end = lines.start(starts[holder + 1]) if holder + 1 < len(starts) else len(text)
        inside = [
            change._replace(line=change.line - first + 1) for change in changes if holders[change] == holder
        ]
        text = text[:begin] + _rewrite_statement(text[begin:end], inside, newline) + text[end:]
    return text


def _rewrite_statement(text: str, changes: Sequence[Change], newline: str) -> str:
    if newline == "\r":
        # LibCST loses the end of the last line where lines end in a bare carriage return.
        changes = [change._replace(literal=change.literal.replace("\r", "\n")) for change in changes]
        return _rewrite_statement(text.replace("\r", "\n"), changes, "\n").replace("\n", "\r")
    with refusing_what_libcst_cannot_read():
        config = cst.PartialParserConfig(default_newline=newline)
        return apply_changes(cst.parse_module(text, config), changes).code


@contextmanager
def refusing_what_libcst_cannot_read() -> Iterator[None]:
    """Raise RefusalError in place of what LibCST raises for grammar that it does not know, and for depth."""
    try:
        yield
    except cst.ParserSyntaxError as error:
        raise RefusalError(f"LibCST cannot read it: {error.message.splitlines()[0]}") from None
    except (RecursionError, KeyError):
        # Its positions answer a recursion that is too deep with a KeyError of their own.
        raise RefusalError("it is nested too deeply for LibCST") from None
