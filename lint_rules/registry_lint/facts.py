"""What one file says, written down without knowing any other file: scopes, statements, expressions."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from registry_lint.places import Span

# Any change of the shapes below makes stored facts unreadable: count up FORMAT in `storing`.


class Name(NamedTuple):
    """A name that is read.

    `reach` counts the statements of the scope that bind it and whose value it may have there (-1 for
    what was before them: a parameter, or what stands outside); empty for all.
    """

    id: str
    reach: tuple[int, ...] = ()


class Attribute(NamedTuple):
    """`value.attr`."""

    value: Expression
    attr: str


class Subscript(NamedTuple):
    """`value[index]`."""

    value: Expression
    index: Expression  # type: ignore[assignment]  # hides a method of tuples


class Constant(NamedTuple):
    """A literal string, number, boolean or None."""

    value: str | int | float | bool | None


class Keyword(NamedTuple):
    """`name=value` in a call or a class statement; `name` is None for `**value`."""

    name: str | None
    value: Expression


class Call(NamedTuple):
    """`function(*arguments, **keywords)`."""

    function: Expression
    arguments: tuple[Expression, ...]
    keywords: tuple[Keyword, ...]
    span: Span


class Starred(NamedTuple):
    """`*value` among arguments or elements."""

    value: Expression


class Display(NamedTuple):
    """A literal dict, list, set, tuple or bytes; `keys` is empty unless it is a dict (None: `**value`)."""

    kind: str
    keys: tuple[Expression | None, ...]
    values: tuple[Expression, ...]


class Comprehension(NamedTuple):
    """A list, set, dict or generator comprehension; its variables are bound in the scope around it.

    `tests` are those after `if`.
    """

    kind: str
    key: Expression | None
    value: Expression
    tests: tuple[Expression, ...] = ()


class Joined(NamedTuple):
    """An f-string."""

    parts: tuple[Expression, ...]


class Binary(NamedTuple):
    """`left operator right` for the operators that build strings and containers: + % | and the rest as ?."""

    operator: str
    left: Expression
    right: Expression


class Either(NamedTuple):
    """`first or second`, or what an `if first is None` puts in its place (`of_none`)."""

    first: Expression
    second: Expression
    of_none: bool = False


class Choice(NamedTuple):
    """The first of two values where a test holds, else the second."""

    options: tuple[Expression, Expression]
    test: Expression


class Compare(NamedTuple):
    """`left operator right`, one comparison."""

    operator: str
    left: Expression
    right: Expression


class Not(NamedTuple):
    """`not value`."""

    value: Expression


class All(NamedTuple):
    """`a and b and c`."""

    parts: tuple[Expression, ...]


class Item(NamedTuple):
    """One element met when iterating over `value`."""

    value: Expression


class Entered(NamedTuple):
    """What `with value as x` binds."""

    value: Expression


class Lambda(NamedTuple):
    """A lambda; `scope` is its index in the file's scopes."""

    scope: int


class Opaque(NamedTuple):
    """Anything else; `parts` are the expressions that it is made of."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = (
    Name | Attribute | Subscript | Constant | Call | Starred | Display | Comprehension | Joined | Binary
    | Either | Choice | Compare | Not | All | Item | Entered | Lambda | Opaque
)  # fmt: skip


class Condition(NamedTuple):
    """A test that holds (or does not) where a statement runs."""

    test: Expression
    holds: bool


class Bind(NamedTuple):
    """A name that is bound: assignment, loop variable, `with … as`, walrus."""

    target: str
    value: Expression
    annotation: Expression | None
    span: Span
    when: int


class SetAttribute(NamedTuple):
    """`object.attr = value`."""

    object: Expression
    attr: str
    value: Expression
    span: Span
    when: int


class SetItem(NamedTuple):
    """`object[index] = value`."""

    object: Expression
    index: Expression  # type: ignore[assignment]  # hides a method of tuples
    value: Expression
    span: Span
    when: int


class Delete(NamedTuple):
    """`del object[index]`, or `del object` where `index` is None."""

    object: Expression
    index: Expression | None  # type: ignore[assignment]  # hides a method of tuples
    span: Span
    when: int


class Update(NamedTuple):
    """`target operator= value`; the operator is `:` for `target[:] = value`."""

    target: Expression
    operator: str
    value: Expression
    span: Span
    when: int


class Evaluate(NamedTuple):
    """An expression that runs for its effect, or a test."""

    value: Expression
    span: Span
    when: int


class Return(NamedTuple):
    """`return value` or, where `yielded`, `yield value`."""

    value: Expression
    yielded: bool
    span: Span
    when: int


class Define(NamedTuple):
    """A `def` or `class` statement; `scope` is its index in the file's scopes."""

    scope: int
    span: Span
    when: int


class Import(NamedTuple):
    """`import module as bound` or `from module import name as bound`; `level` counts leading dots."""

    module: str
    name: str | None
    bound: str
    level: int
    span: Span
    when: int


Statement: TypeAlias = (
    Bind | SetAttribute | SetItem | Delete | Update | Evaluate | Return | Define | Import
)  # fmt: skip


class Parameter(NamedTuple):
    """A parameter; `kind` is one of positional, keyword, star, double-star."""

    name: str
    kind: str
    default: Expression | None
    annotation: Expression | None


class Decorator(NamedTuple):
    """A decorator and its place (the line of the `@`)."""

    value: Expression
    span: Span


class Note(NamedTuple):
    """Documentation of the statement that starts on `line`: docstring below, comments above or beside."""

    line: int
    text: str


class Shared:
    """Names and constants, each made once; equal ones of different types (`1`, `True`, `1.0`) stay apart."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, tuple[int, ...]], Name] = {}
        self._constants: dict[tuple[type, str | int | float | bool | None], Constant] = {}

    def name(self, text: str, reach: tuple[int, ...] = ()) -> Name:
        """Return the name."""
        found = self._names.get((text, reach))
        if found is None:
            found = self._names[text, reach] = Name(text, reach)
        return found

    def constant(self, value: str | int | float | bool | None) -> Constant:
        """Return the constant; a float is made anew, as equal ones (`0.0`, `-0.0`) may not be the same."""
        if isinstance(value, float):
            return Constant(value)
        key = (type(value), value)
        found = self._constants.get(key)
        if found is None:
            found = self._constants[key] = Constant(value)
        return found


class Scope(NamedTuple):
    """A module, class, function or lambda, with what its body does in source order.

    `parent` is an index in the file's scopes (-1 for the module). `whens` are the sets of conditions
    that the statements' `when` counts into; the first is empty.
    """

    kind: str
    name: str
    parent: int
    span: Span
    decorators: tuple[Decorator, ...]
    parameters: tuple[Parameter, ...]
    bases: tuple[Expression, ...]
    keywords: tuple[Keyword, ...]
    outer_names: tuple[str, ...]
    docstring: str
    returns: Expression | None
    statements: tuple[Statement, ...]
    whens: tuple[tuple[Condition, ...], ...]


class ModuleFacts(NamedTuple):
    """One file: its scopes (the module first) and the notes on its module- and class-level statements."""

    scopes: tuple[Scope, ...]
    notes: tuple[Note, ...]
