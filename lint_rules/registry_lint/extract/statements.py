"""How a syntax tree's statements become the scopes and statements of facts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from registry_lint import facts
from registry_lint.extract.drafts import Draft, Reaching, stored
from registry_lint.extract.expressions import ExpressionReader
from registry_lint.extract.names import mangled
from registry_lint.extract.notes import read_notes
from registry_lint.facts import Condition, Expression
from registry_lint.places import Span

_NOWHERE = Span(1, 0, 1, 0)
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.BitOr: "|", ast.Sub: "-"}


class StatementReader:
    """Reads one file; `scopes` fills as it goes, the module first."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
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
        return facts.ModuleFacts(scopes, tuple(self.notes))

    def enter_lambda(self, node: ast.Lambda) -> int:
        """Read a lambda's scope and return its index."""
        parameters = self._parameters(node.args)
        index, outer = self._open("lambda", "<lambda>", self.span(node))
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
        return Span(node.lineno, start, node.end_lineno, end)

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1]
        if text.isascii():
            return offset
        return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace"))

    def bind(self, target: ast.expr, value: Expression, node: ast.AST) -> None:
        """Bind the names of `target` to `value` in the scope at hand."""
        self._assign(target, value, node, None)

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

    # -- statements --------------------------------------------------------------------------------

    def _block(self, body: list[ast.stmt]) -> None:
        before = self.draft.conditions
        for statement in body:
            reader = _READERS.get(type(statement))
            if reader:
                reader(self, statement)
        self.draft.conditions = before

    def _under(self, condition: Condition, body: list[ast.stmt]) -> None:
        before = self.draft.conditions
        self.draft.conditions = (*before, condition)
        self._block(body)
        self.draft.conditions = before

    def _evaluate(self, node: ast.expr) -> Expression:
        value = self.expressions.read(node)
        if isinstance(value, facts.Opaque) and not value.parts:
            return value
        self._add(facts.Evaluate(value, self.span(node), self.draft.when()))
        return value

    def _expression(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return
        match self._evaluate(node.value):
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
            operator = "+" if target.slice.lower or target.slice.upper else ":"
            self._add(facts.Update(read(target.value), operator, value, span, self.draft.when()))
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
        missing = (
            Condition(facts.Not(here), True),
            Condition(facts.Compare("is", here, facts.Constant(None)), True),
            Condition(here, False),
            Condition(facts.Compare("is not", here, facts.Constant(None)), False),
        )
        return facts.Either(here, value) if self.draft.conditions[-1] in missing else value

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

    def _if(self, node: ast.If) -> None:
        before = self.draft.conditions
        met: list[Reaching] = []
        current: ast.If | None = node
        while current is not None:
            test = self.expressions.read(current.test)
            self._add(facts.Evaluate(test, self.span(current.test), self.draft.when()))
            start = dict(self.draft.reaching)
            self._under(Condition(test, True), current.body)
            # An elif ladder is read as a loop: thousands of rungs are no deeper than one.
            otherwise = Condition(test, False)
            ladder = len(current.orelse) == 1 and isinstance(current.orelse[0], ast.If)
            ends = self._goes_on(current.body, met)
            self.draft.reaching = start
            self.draft.conditions = (*self.draft.conditions, otherwise)[-8:]
            if ladder:
                current = current.orelse[0]  # type: ignore[assignment]  # isinstance is tested above
                continue
            self._block(current.orelse)
            self._goes_on(current.orelse, met)
            self.draft.conditions = before
            if ends and not current.orelse and current is node:
                self.draft.conditions = (*before, otherwise)[-8:]
            current = None
        self.draft.join(met)

    def _goes_on(self, body: list[ast.stmt], met: list[Reaching]) -> bool:
        """Add the state after a branch to those that meet behind it; True if the branch leaves."""
        leaves = bool(body) and isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))
        if not leaves:
            met.append(self.draft.reaching)
        return leaves

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        iterated = self.expressions.read(node.iter)
        if isinstance(iterated, facts.Call):
            self._add(facts.Evaluate(iterated, self.span(node.iter), self.draft.when()))
        again = self._stored(*node.body)
        self.draft.loosen(again)
        self._assign(node.target, facts.Item(iterated), node.target, None)
        self._block(node.body)
        self.draft.loosen(again | self._stored(node.target))
        self._block(node.orelse)

    def _while(self, node: ast.While) -> None:
        again = self._stored(node.test, *node.body)
        self.draft.loosen(again)
        self._evaluate(node.test)
        self._block(node.body)
        self.draft.loosen(again)
        self._block(node.orelse)

    def _stored(self, *parts: ast.AST) -> set[str]:
        return set(map(self.mangle, stored(*parts)))

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self.expressions.read(item.context_expr)
            self._add(facts.Evaluate(facts.Entered(value), self.span(item.context_expr), self.draft.when()))
            if item.optional_vars:
                self._assign(item.optional_vars, facts.Entered(value), item.context_expr, None)
        self._block(node.body)

    def _try(self, node: Any) -> None:
        before, counts = dict(self.draft.reaching), self.draft.counts()
        met: list[Reaching] = []
        self._block(node.body)
        whole = dict(self.draft.reaching)
        self.draft.may_stop(before, counts)
        stopped, self.draft.reaching = self.draft.reaching, whole
        self._block(node.orelse)
        self._goes_on(node.orelse or node.body, met)
        for handler in node.handlers:
            self.draft.reaching = dict(stopped)
            if handler.name:
                value, span = facts.Opaque(()), self.span(handler)
                self.draft.bind(self.mangle(handler.name))
                self._add(facts.Bind(self.mangle(handler.name), value, None, span, self.draft.when()))
            self._block(handler.body)
            self._goes_on(handler.body, met)
        self.draft.join(met)
        self._block(node.finalbody)

    def _match(self, node: ast.Match) -> None:
        subject = self._evaluate(node.subject)
        met: list[Reaching] = [dict(self.draft.reaching)]
        for case in node.cases:
            self.draft.reaching = dict(met[0])
            for part in ast.walk(case.pattern):
                name = getattr(part, "name", None) or getattr(part, "rest", None)
                if isinstance(name, str):
                    value = facts.Opaque((subject,))
                    self.draft.bind(self.mangle(name))
                    self._add(facts.Bind(self.mangle(name), value, None, self.span(part), self.draft.when()))
            if case.guard:
                self._evaluate(case.guard)
            self._block(case.body)
            self._goes_on(case.body, met)
        self.draft.join(met)

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
