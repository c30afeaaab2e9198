"""How a syntax tree's statements become the scopes and statements of facts."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from registry_lint import facts
from registry_lint.extract.blocks import BlockReader

_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.BitOr: "|", ast.Sub: "-"}


class StatementReader(BlockReader):
    """Reads one file; `scopes` fills as it goes, the module first."""

    def _block(self, body: list[ast.stmt]) -> None:
        before = self.draft.conditions
        for statement in body:
            reader = _READERS.get(type(statement))
            if reader:
                reader(self, statement)
        self.draft.conditions = before

    def _expression(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return
        match self._evaluate(node.value):
            case facts.Call(facts.Attribute(facts.Name("object"), "__setattr__"), given, (), span) if (
                len(given) == 3 and isinstance(given[1], facts.Constant) and isinstance(given[1].value, str)
            ):
                attr = given[1].value
                self._add(facts.SetAttribute(given[0], attr, given[2], span, self.draft.when()))
            case facts.Call(facts.Name("setattr"), (thing, facts.Constant(str(attr)), value), (), span):
                self._add(facts.SetAttribute(thing, attr, value, span, self.draft.when()))

    def _assignment(self, node: ast.Assign) -> None:
        value = self.expressions.read(node.value)
        for target in node.targets:
            self._assign(target, value, node, None)

    def _annotated(self, node: ast.AnnAssign) -> None:
        annotation = self.expressions.read(node.annotation)
        value = self.expressions.read(node.value) if node.value else facts.Opaque(())
        self._assign(node.target, value, node, annotation)

    def _augmented(self, node: ast.AugAssign) -> None:
        target, value = self.expressions.read(node.target), self.expressions.read(node.value)
        operator = _OPERATORS.get(type(node.op), "?")
        self._add(facts.Update(target, operator, value, self.span(node), self.draft.when()))

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            index = self.expressions.read(target.slice) if isinstance(target, ast.Subscript) else None
            container = target.value if isinstance(target, ast.Subscript) else target
            found = self.expressions.read(container)
            self._add(facts.Delete(found, index, self.span(node), self.draft.when()))

    def _return(self, node: ast.Return) -> None:
        value = self.expressions.read(node.value)
        self._add(facts.Return(value, False, self.span(node), self.draft.when()))

    def _raise(self, node: ast.Raise | ast.Assert) -> None:
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                self._evaluate(part)

    def _outer(self, node: ast.Global | ast.Nonlocal) -> None:
        self.draft.outer_names.extend(map(self.mangle, node.names))

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            bound = self.mangle(alias.asname or alias.name.partition(".")[0])
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            self.draft.bind(bound)
            self._add(facts.Import(module, None, bound, 0, self.span(node), self.draft.when()))
            if module != alias.name:
                self._add(facts.Import(alias.name, None, "", 0, self.span(node), self.draft.when()))

    def _import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            bound = self.mangle(alias.asname or alias.name)
            span, when = self.span(node), self.draft.when()
            self.draft.bind(bound)
            self._add(facts.Import(node.module or "", alias.name, bound, node.level, span, when))


_READERS: dict[type[ast.stmt], Callable[[StatementReader, Any], None]] = {
    ast.FunctionDef: StatementReader._function,
    ast.AsyncFunctionDef: StatementReader._function,
    ast.ClassDef: StatementReader._class,
    ast.Expr: StatementReader._expression,
    ast.Assign: StatementReader._assignment,
    ast.AnnAssign: StatementReader._annotated,
    ast.AugAssign: StatementReader._augmented,
    ast.Delete: StatementReader._delete,
    ast.Return: StatementReader._return,
    ast.Raise: StatementReader._raise,
    ast.Assert: StatementReader._raise,
    ast.If: StatementReader._if,
    ast.For: StatementReader._for,
    ast.AsyncFor: StatementReader._for,
    ast.While: StatementReader._while,
    ast.With: StatementReader._with,
    ast.AsyncWith: StatementReader._with,
    ast.Try: StatementReader._try,
    ast.Match: StatementReader._match,
    ast.Global: StatementReader._outer,
    ast.Nonlocal: StatementReader._outer,
    ast.Import: StatementReader._import,
    ast.ImportFrom: StatementReader._import_from,
}
if hasattr(ast, "TryStar"):
    _READERS[ast.TryStar] = StatementReader._try
