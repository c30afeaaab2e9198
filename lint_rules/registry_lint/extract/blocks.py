"""How blocks of statements meet and part: conditions, and which bindings reach what follows."""

from __future__ import annotations

import ast
from typing import Any

from registry_lint import facts
from registry_lint.extract.drafts import Reaching, stored
from registry_lint.extract.targets import TargetReader
from registry_lint.facts import Condition


class BlockReader(TargetReader):
    """Reads the statements that hold others."""

    def _under(self, condition: Condition, body: list[ast.stmt]) -> None:
        before = self.draft.conditions
        self.draft.conditions = (*before, condition)
        self._block(body)
        self.draft.conditions = before

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
            rung = current.orelse[0] if len(current.orelse) == 1 else None
            ends = self._goes_on(current.body, met)
            self.draft.reaching = start
            self.draft.conditions = (*self.draft.conditions, otherwise)[-8:]
            if isinstance(rung, ast.If):
                current = rung
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
        before, counts = dict(self.draft.reaching), self.draft.counts()
        self.draft.loosen(self._stored(node.target, *node.body))
        self._assign(node.target, facts.Item(iterated), node.target, None)
        self._block(node.body)
        self.draft.may_stop(before, counts)
        self._block(node.orelse)

    def _while(self, node: ast.While) -> None:
        before, counts = dict(self.draft.reaching), self.draft.counts()
        self.draft.loosen(self._stored(node.test, *node.body))
        self._evaluate(node.test)
        self._block(node.body)
        self.draft.may_stop(before, counts)
        self._block(node.orelse)

    def _stored(self, *parts: ast.AST) -> dict[str, int]:
        return {self.mangle(name): many for name, many in stored(*parts).items()}

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
