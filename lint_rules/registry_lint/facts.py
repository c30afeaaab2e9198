"""What one file says, written down without knowing any other file: scopes, statements, expressions."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, TypeAlias

from registry_lint.places import Span

# Any change of the shapes below makes stored facts unreadable: count up.
FORMAT = 2


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
    """A literal dict, list, set or tuple; `keys` is empty unless it is a dict (None: `**value`)."""

    kind: str
    keys: tuple[Expression | None, ...]
    values: tuple[Expression, ...]


class Comprehension(NamedTuple):
    """A list, set, dict or generator comprehension; its variables are bound in the scope around it."""

    kind: str
    key: Expression | None
    value: Expression


class Joined(NamedTuple):
    """An f-string."""

    parts: tuple[Expression, ...]


class Binary(NamedTuple):
    """`left operator right` for the operators that build strings and containers: + % | and the rest as ?."""

    operator: str
    left: Expression
    right: Expression


class Either(NamedTuple):
    """`first or second`, or what an `if first is None` puts in its place."""

    first: Expression
    second: Expression


class Choice(NamedTuple):
    """One of several values, whichever a condition picks."""

    options: tuple[Expression, ...]


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


_SHAPES: tuple[type[Any], ...] = (
    Span, Name, Attribute, Subscript, Constant, Keyword, Call, Starred, Display, Comprehension, Joined,
    Binary, Either, Choice, Compare, Not, All, Item, Entered, Lambda, Opaque, Condition, Bind, SetAttribute,
    SetItem, Delete, Update, Evaluate, Return, Define, Import, Parameter, Decorator, Note, Scope, ModuleFacts,
)  # fmt: skip
_NUMBERS = {shape: number for number, shape in enumerate(_SHAPES)}
_FIELDS = tuple(len(shape._fields) for shape in _SHAPES)
_PLAIN, _NAME, _CONSTANT = -1, _NUMBERS[Name], _NUMBERS[Constant]


def _pack(value: Any) -> Any:
    if isinstance(value, Name):
        return [_NAME, value.id, *value.reach]
    if isinstance(value, tuple):
        return [_NUMBERS.get(type(value), _PLAIN), *map(_pack, value)]
    return value


def _unpack(value: Any, shared: Shared) -> Any:
    if not isinstance(value, list):
        return value
    number = value[0]
    fields = [_unpack(field, shared) if type(field) is list else field for field in value[1:]]
    if number == _PLAIN:
        return tuple(fields)
    if number == _NAME:
        return shared.name(fields[0], tuple(fields[1:]))
    if len(fields) != _FIELDS[number]:
        raise ValueError("stored facts of another shape")
    if number == _CONSTANT:
        return shared.constant(fields[0])
    return _SHAPES[number]._make(fields)


def dump(facts: ModuleFacts) -> str:
    """Return the facts as one line of JSON."""
    return json.dumps([FORMAT, _pack(facts)], separators=(",", ":"))


def load(text: str) -> ModuleFacts:
    """Return the facts that `dump` wrote.

    Raises ValueError for anything else.
    """
    try:
        number, packed = json.loads(text)
        facts = _unpack(packed, Shared())
    except (TypeError, IndexError, RecursionError) as error:
        raise ValueError("stored facts cannot be read") from error
    if number != FORMAT or not isinstance(facts, ModuleFacts):
        raise ValueError("stored facts of another format")
    return facts
