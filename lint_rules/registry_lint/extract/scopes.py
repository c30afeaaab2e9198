"""How the scopes of a file open and close, and what reading a body needs of its scope."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from registry_lint import facts
from registry_lint.extract.drafts import Draft, Reaching
from registry_lint.extract.expressions import ExpressionReader
from registry_lint.extract.names import mangled
from registry_lint.extract.notes import read_notes
from registry_lint.facts import Expression
from registry_lint.places import Span

_NOWHERE = Span(1, 0, 1, 0)


class ScopeReader(ABC):
    """Reads the scopes of one file; `scopes` fills as it goes, the module first."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self._numbers = tuple(range(len(lines) + 2))
        self._spans: dict[Span, Span] = {}
        self.is_ascii = all(map(str.isascii, lines))
        self.scopes: list[facts.Scope | None] = []
        self.notes: list[facts.Note] = []
        self.expressions = ExpressionReader(self)
        self.draft = Draft("module", "", -1, _NOWHERE)
        self.index = 0
        self.owner = ""

    # -- scopes ------------------------------------------------------------------------------------

    def read_module(self, tree: ast.Module) -> facts.ModuleFacts:
        """Return the facts of the whole file."""
        self.scopes.append(None)
        self.notes.extend(read_notes(tree.body, self.lines))
        self._block(tree.body)
        self._close(0, self.draft, docstring=ast.get_docstring(tree) or "")
        scopes = tuple(scope for scope in self.scopes if scope is not None)
        del self.expressions  # they know us: only the garbage collector would free the lines
        return facts.ModuleFacts(scopes, tuple(self.notes))

    def enter_lambda(self, node: ast.Lambda) -> int:
        """Read a lambda's scope and return its index."""
        parameters = self._parameters(node.args)
        index, outer = self._open("lambda", "<lambda>", self.span(node))
        self.draft.receive(parameter.name for parameter in parameters)
        body = self.expressions.read(node.body)
        self._add(facts.Return(body, False, self.span(node.body), self.draft.when()))
        self._close(index, outer, parameters=parameters)
        return index

    def _open(self, kind: str, name: str, span: Span) -> tuple[int, tuple[Draft, int]]:
        outer = (self.draft, self.index)
        index = len(self.scopes)
        self.scopes.append(None)
        self.draft, self.index = Draft(kind, name, self.index, span), index
        return index, outer

    def _close(self, index: int, outer: Any, **fields: Any) -> None:
        draft = self.draft
        empty: dict[str, Any] = {
            "decorators": (), "parameters": (), "bases": (), "keywords": (), "docstring": "", "returns": None,
        }  # fmt: skip
        self.scopes[index] = facts.Scope(
            kind=draft.kind,
            name=draft.name,
            parent=draft.parent,
            span=draft.span,
            outer_names=tuple(draft.outer_names),
            statements=tuple(draft.statements),
            whens=tuple(draft.whens),
            **{**empty, **fields},
        )
        if isinstance(outer, tuple):
            self.draft, self.index = outer

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        decorators = self._decorators(node)
        parameters = self._parameters(node.args)
        returns = self.expressions.read(node.returns) if node.returns else None
        index, outer = self._open("function", self.mangle(node.name), self.span(node))
        self.draft.receive(parameter.name for parameter in parameters)
        self._block(node.body)
        self._close(
            index,
            outer,
            decorators=decorators,
            parameters=parameters,
            returns=returns,
            docstring=ast.get_docstring(node) or "",
        )
        self._define(index, node)

    def _class(self, node: ast.ClassDef) -> None:
        decorators = self._decorators(node)
        bases = self.expressions.read_all(node.bases)
        keywords = self.expressions.keywords(node.keywords)
        self.notes.extend(read_notes(node.body, self.lines))
        index, outer = self._open("class", self.mangle(node.name), self.span(node))
        around, self.owner = self.owner, node.name
        self._block(node.body)
        self.owner = around
        self._close(
            index,
            outer,
            decorators=decorators,
            bases=bases,
            keywords=keywords,
            docstring=ast.get_docstring(node) or "",
        )
        self._define(index, node)

    def _define(self, index: int, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self.draft.bind(self.mangle(node.name))
        self._add(facts.Define(index, self.span(node), self.draft.when()))

    def _decorators(self, node: Any) -> tuple[facts.Decorator, ...]:
        read = self.expressions.read
        return tuple(facts.Decorator(read(item), self.span(item)) for item in node.decorator_list)

    def _parameters(self, arguments: ast.arguments) -> tuple[facts.Parameter, ...]:
        read = self.expressions.read
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[Any] = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
        found: list[tuple[ast.arg | None, str, ast.expr | None]] = []
        found += [
            (argument, "positional", default) for argument, default in zip(positional, defaults, strict=True)
        ]
        found += [(arguments.vararg, "star", None)]
        found += [
            (a, "keyword", default)
            for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        ]
        found += [(arguments.kwarg, "double-star", None)]
        return tuple(
            facts.Parameter(
                self.mangle(argument.arg),
                kind,
                read(default) if default else None,
                read(argument.annotation) if argument.annotation else None,
            )
            for argument, kind, default in found
            if argument is not None
        )

    # -- what expressions need ---------------------------------------------------------------------

    def span(self, node: Any) -> Span:
        """Return the place of a node, columns in code points."""
        start, end = node.col_offset, node.end_col_offset
        if not self.is_ascii:
            start, end = self._column(node.lineno, start), self._column(node.end_lineno, end)
        span = Span(self._numbers[node.lineno], start, self._numbers[node.end_lineno], end)
        return self._spans.setdefault(span, span)

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1]
        if text.isascii():
            return offset
        return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace"))

    @abstractmethod
    def bind(self, target: ast.expr, value: Expression, node: ast.AST) -> None:
        """Bind the names of `target` to `value` in the scope at hand."""

    def add_yield(self, value: Expression, node: ast.AST) -> None:
        """Note that the scope at hand yields `value`."""
        self._add(facts.Return(value, True, self.span(node), self.draft.when()))

    def mangle(self, name: str) -> str:
        """Return a name as the class around makes it private."""
        return mangled(name, self.owner)

    def reach(self, name: str) -> tuple[int, ...]:
        """Return the bindings that a name read here may have, empty for all."""
        return self.draft.reach(name)

    def reaching(self) -> Reaching:
        """Return which bindings may count here."""
        return dict(self.draft.reaching)

    def hide(self, names: Iterable[str], before: Reaching) -> None:
        """End the variables of a comprehension."""
        self.draft.hide(map(self.mangle, names), before)

    def _add(self, statement: facts.Statement) -> None:
        self.draft.statements.append(statement)

    @abstractmethod
    def _block(self, body: list[ast.stmt]) -> None:
        """Read the statements of a block."""
