"""How an assignment binds names, attributes and entries."""

from __future__ import annotations

import ast

from registry_lint import facts
from registry_lint.extract.scopes import ScopeReader
from registry_lint.facts import Condition, Expression


class TargetReader(ScopeReader):
    """Reads what stands left of `=` (or after `for`, `as`, `:=`)."""

    def bind(self, target: ast.expr, value: Expression, node: ast.AST) -> None:
        """Bind the names of `target` to `value` in the scope at hand."""
        self._assign(target, value, node, None)

    def _evaluate(self, node: ast.expr) -> Expression:
        value = self.expressions.read(node)
        if isinstance(value, facts.Opaque) and not value.parts:
            return value
        self._add(facts.Evaluate(value, self.span(node), self.draft.when()))
        return value

    def _assign(
        self, target: ast.expr, value: Expression, node: ast.AST, annotation: Expression | None
    ) -> None:
        read, span = self.expressions.read, self.span(node)
        if isinstance(target, ast.Name):
            name = self.mangle(target.id)
            kept = self._kept(target, value)
            self.draft.bind(name, is_bare=annotation is not None and value == facts.Opaque(()))
            self._add(facts.Bind(name, kept, annotation, span, self.draft.when()))
        elif isinstance(target, ast.Attribute):
            attr = self.mangle(target.attr)
            self._add(facts.SetAttribute(read(target.value), attr, value, span, self.draft.when()))
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            operator = "+" if _is_insertion(target.slice) else ":"
            self._add(facts.Update(read(target.value), operator, value, span, self.draft.when()))
        elif isinstance(target, ast.Subscript) and (entry := _namespace_entry(target)):
            owner, attr = entry
            self._add(facts.SetAttribute(read(owner), self.mangle(attr), value, span, self.draft.when()))
        elif isinstance(target, ast.Subscript):
            where = (read(target.value), read(target.slice))
            self._add(facts.SetItem(*where, value, span, self.draft.when()))
        elif isinstance(target, ast.Starred):
            self._assign(target.value, facts.Opaque((value,)), node, None)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, value, node)

    def _unpack(self, targets: list[ast.expr], value: Expression, node: ast.AST) -> None:
        for position, target in enumerate(targets):
            part: Expression = facts.Subscript(value, facts.Constant(position))
            if isinstance(value, facts.Display) and len(value.values) == len(targets):
                part = value.values[position]
            self._assign(target, part, node, None)

    def _kept(self, target: ast.Name, value: Expression) -> Expression:
        """Under `if name is None` or `if not name`, a new value only stands in for a missing one."""
        if not self.draft.conditions:
            return value
        here = self.expressions.read(target)
        empty = (Condition(facts.Not(here), True), Condition(here, False))
        none = (
            Condition(facts.Compare("is", here, facts.Constant(None)), True),
            Condition(facts.Compare("is not", here, facts.Constant(None)), False),
        )
        last = self.draft.conditions[-1]
        return facts.Either(here, value, last in none) if last in (*empty, *none) else value


def _namespace_entry(target: ast.Subscript) -> tuple[ast.expr, str] | None:
    """The object and the attribute: `self.__dict__["table"]` is `self.table`."""
    if not isinstance(target.value, ast.Attribute) or target.value.attr != "__dict__":
        return None
    key = target.slice.value if isinstance(target.slice, ast.Constant) else None
    return (target.value.value, key) if isinstance(key, str) else None


def _is_insertion(where: ast.Slice) -> bool:
    """`x[len(x):] = …` and `x[1:1] = …` put in; any other slice puts in the place of what was there."""
    if where.upper is None:
        return where.lower is not None
    start = ast.Constant(0) if where.lower is None else where.lower
    return ast.dump(start) == ast.dump(where.upper)
