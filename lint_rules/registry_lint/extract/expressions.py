"""How a syntax tree's expressions become the small expressions of facts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from registry_lint import facts
from registry_lint.extract.drafts import Reaching, stored
from registry_lint.facts import Expression
from registry_lint.places import Span

# Nested deeper than any person writes: what lies below is left out rather than overflow the stack.
_DEEPEST = 90
_NOTHING = facts.Opaque(())
# No index or length is larger (sys.maxsize on 64 bits), and no text can be made of one that is far larger.
_LARGEST = 2**63 - 1
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.BitOr: "|", ast.Mod: "%"}


class Surroundings(Protocol):
    """What the reader of statements offers to the reader of expressions."""

    def span(self, node: ast.AST) -> Span:
        """Return the place of a node."""

    def bind(self, target: ast.expr, value: Expression, node: ast.AST) -> None:
        """Bind the names of `target` in the scope at hand."""

    def enter_lambda(self, node: ast.Lambda) -> int:
        """Read a lambda's scope and return its index."""

    def add_yield(self, value: Expression, node: ast.AST) -> None:
        """Note that the scope at hand yields `value`."""

    def mangle(self, name: str) -> str:
        """Return what a name that starts with two underscores is called here."""

    def reach(self, name: str) -> tuple[int, ...]:
        """Return the bindings that a name read here may have, empty for all."""

    def reaching(self) -> Reaching:
        """Return which bindings may count here."""

    def hide(self, names: Iterable[str], before: Reaching) -> None:
        """End the variables of a comprehension."""


class ExpressionReader:
    """Reads expressions of one file; `depth` bounds the nesting.

    Equal names and constants are one object each: they are half of all that a file says.
    """

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.depth = 0
        self.shared = facts.Shared()

    def read(self, node: ast.expr | None) -> Expression:
        """Return the expression for a node (an empty one for None)."""
        reader = _READERS.get(type(node))
        if node is None or self.depth > _DEEPEST:
            return _NOTHING
        self.depth += 1
        try:
            return reader(self, node) if reader else self._parts(node)
        finally:
            self.depth -= 1

    def read_all(self, nodes: list[Any]) -> tuple[Expression, ...]:
        """Return the expressions for several nodes."""
        return tuple([self.read(node) for node in nodes])

    def keywords(self, nodes: list[ast.keyword]) -> tuple[facts.Keyword, ...]:
        """Return the keywords of a call or a class statement."""
        return tuple(facts.Keyword(self._private(node.arg), self.read(node.value)) for node in nodes)

    def _private(self, name: str | None) -> str | None:
        return self.around.mangle(name) if name and name[:2] == "__" else name

    def _parts(self, node: ast.AST) -> Expression:
        return facts.Opaque(self.read_all([c for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)]))

    def _name(self, node: ast.Name) -> Expression:
        name = self.around.mangle(node.id) if node.id[:2] == "__" else node.id
        return self.shared.name(name, self.around.reach(name))

    def _attribute(self, node: ast.Attribute) -> Expression:
        attr = self.around.mangle(node.attr) if node.attr[:2] == "__" else node.attr
        return facts.Attribute(self.read(node.value), attr)

    def _subscript(self, node: ast.Subscript) -> Expression:
        if isinstance(node.slice, ast.Slice):
            ends = (self._end_of(node.slice.lower), self._end_of(node.slice.upper))
            if node.slice.step is None:
                return facts.Subscript(self.read(node.value), facts.Display("slice", (), ends))
        return facts.Subscript(self.read(node.value), self.read(node.slice))

    def _end_of(self, node: ast.expr | None) -> Expression:
        return self.read(node) if node is not None else facts.Constant(None)

    def _constant(self, node: ast.Constant) -> Expression:
        if isinstance(node.value, int) and node.value > _LARGEST:
            return _NOTHING
        if node.value is None or isinstance(node.value, (str, int, float, bool)):
            return self.shared.constant(node.value)
        if isinstance(node.value, bytes):  # a sequence of numbers, of which one tells that it is not empty
            return facts.Display("bytes", (), tuple(map(self.shared.constant, node.value[:1])))
        return _NOTHING

    def _unary(self, node: ast.UnaryOp) -> Expression:
        if isinstance(node.op, ast.Not):
            return facts.Not(self.read(node.operand))
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            if isinstance(value, (int, float)):
                return facts.Constant(-value)
        if isinstance(node.op, ast.USub):
            return facts.Binary("-", facts.Constant(0), self.read(node.operand))
        return self._parts(node)

    def _call(self, node: ast.Call) -> Expression:
        return facts.Call(
            self.read(node.func),
            self.read_all(node.args),
            self.keywords(node.keywords),
            self.around.span(node),
        )

    def _starred(self, node: ast.Starred) -> Expression:
        return facts.Starred(self.read(node.value))

    def _dict(self, node: ast.Dict) -> Expression:
        keys = tuple(None if key is None else self.read(key) for key in node.keys)
        return facts.Display("dict", keys, self.read_all(node.values))

    def _sequence(self, node: ast.List | ast.Set | ast.Tuple) -> Expression:
        return facts.Display(type(node).__name__.lower(), (), self.read_all(node.elts))

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Expression:
        before = self.around.reaching()
        tests = self._generators(node.generators)
        kind = {ast.ListComp: "list", ast.SetComp: "set"}.get(type(node), "generator")
        made = facts.Comprehension(kind, None, self.read(node.elt), tests)
        self._end(node.generators, before)
        return made

    def _dict_comprehension(self, node: ast.DictComp) -> Expression:
        before = self.around.reaching()
        tests = self._generators(node.generators)
        made = facts.Comprehension("dict", self.read(node.key), self.read(node.value), tests)
        self._end(node.generators, before)
        return made

    def _generators(self, generators: list[ast.comprehension]) -> tuple[Expression, ...]:
        tests: tuple[Expression, ...] = ()
        for generator in generators:
            self.around.bind(generator.target, facts.Item(self.read(generator.iter)), generator.target)
            tests += self.read_all(generator.ifs)
        return tests

    def _end(self, generators: list[ast.comprehension], before: Reaching) -> None:
        self.around.hide(stored(*(generator.target for generator in generators)), before)

    def _joined(self, node: ast.JoinedStr) -> Expression:
        plain = [v.value if isinstance(v, ast.FormattedValue) and _is_plain(v) else v for v in node.values]
        return facts.Joined(self.read_all(plain))

    def _binary(self, node: ast.BinOp) -> Expression:
        return facts.Binary(_OPERATORS.get(type(node.op), "?"), self.read(node.left), self.read(node.right))

    def _boolean(self, node: ast.BoolOp) -> Expression:
        parts = self.read_all(node.values)
        if isinstance(node.op, ast.And):
            return facts.All(parts)
        result = parts[-1]
        for part in reversed(parts[:-1]):
            result = facts.Either(part, result)
        return result

    def _if(self, node: ast.IfExp) -> Expression:
        test, body, other = self.read(node.test), self.read(node.body), self.read(node.orelse)
        none = facts.Constant(None)
        if _same(test, body, facts.Compare("is not", body, none)):
            return facts.Either(body, other, of_none=True)
        if _same(test, facts.Compare("is", other, none)):
            return facts.Either(other, body, of_none=True)
        if _same(test, facts.Not(other)):
            return facts.Either(other, body)
        if _asks_for_content(node.test, node.body):
            return facts.Either(body, other)
        return facts.Choice((body, other), test)

    def _compare(self, node: ast.Compare) -> Expression:
        if len(node.ops) > 1:
            return self._parts(node)
        operator = _COMPARISONS.get(type(node.ops[0]), "?")
        return facts.Compare(operator, self.read(node.left), self.read(node.comparators[0]))

    def _lambda(self, node: ast.Lambda) -> Expression:
        return facts.Lambda(self.around.enter_lambda(node))

    def _walrus(self, node: ast.NamedExpr) -> Expression:
        value = self.read(node.value)
        self.around.bind(node.target, value, node)
        return value

    def _await(self, node: ast.Await) -> Expression:
        return self.read(node.value)

    def _yield(self, node: ast.Yield) -> Expression:
        self.around.add_yield(self.read(node.value), node)
        return _NOTHING

    def _yield_from(self, node: ast.YieldFrom) -> Expression:
        self.around.add_yield(facts.Item(self.read(node.value)), node)
        return _NOTHING


def _asks_for_content(test: ast.expr, body: ast.expr) -> bool:
    """`parts[-1] if parts else ""` and `… if len(parts) else …` are the first where there is one."""
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "len" and test.args:
        test = test.args[0]
    if not isinstance(test, ast.Name):
        return False
    return any(isinstance(part, ast.Name) and part.id == test.id for part in ast.walk(body))


def _same(expression: Expression, *candidates: Expression) -> bool:
    """Named tuples of different types may compare equal."""
    return any(type(expression) is type(other) and expression == other for other in candidates)


def _is_plain(value: ast.FormattedValue) -> bool:
    return value.conversion in (-1, 115) and value.format_spec is None


_READERS: dict[type, Callable[[ExpressionReader, Any], Expression]] = {
    ast.Name: ExpressionReader._name,
    ast.Attribute: ExpressionReader._attribute,
    ast.Subscript: ExpressionReader._subscript,
    ast.Constant: ExpressionReader._constant,
    ast.UnaryOp: ExpressionReader._unary,
    ast.Call: ExpressionReader._call,
    ast.Starred: ExpressionReader._starred,
    ast.Dict: ExpressionReader._dict,
    ast.List: ExpressionReader._sequence,
    ast.Set: ExpressionReader._sequence,
    ast.Tuple: ExpressionReader._sequence,
    ast.ListComp: ExpressionReader._comprehension,
    ast.SetComp: ExpressionReader._comprehension,
    ast.GeneratorExp: ExpressionReader._comprehension,
    ast.DictComp: ExpressionReader._dict_comprehension,
    ast.JoinedStr: ExpressionReader._joined,
    ast.BinOp: ExpressionReader._binary,
    ast.BoolOp: ExpressionReader._boolean,
    ast.IfExp: ExpressionReader._if,
    ast.Compare: ExpressionReader._compare,
    ast.Lambda: ExpressionReader._lambda,
    ast.NamedExpr: ExpressionReader._walrus,
    ast.Await: ExpressionReader._await,
    ast.Yield: ExpressionReader._yield,
    ast.YieldFrom: ExpressionReader._yield_from,
}
