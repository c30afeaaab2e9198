"""What a name stands for that several statements bind, of which one counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import facts
from registry_lint.project import births, picks
from registry_lint.project.narrowing import narrowed
from registry_lint.project.program import Binding, Node
from registry_lint.project.values import Blend, Fallback, Literal, Values, unite

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


class Bound(NamedTuple):
    """A name of a scope, the statements that may have bound it, and what it is where none has."""

    node: Node
    name: str
    statements: Sequence[Binding]
    given: Values


def settled(resolver: Resolver, bound: Bound, groups: Sequence[Values]) -> Values:
    """Return the values of a name, given those of each statement of the scope that may have bound it.

    Texts of which one counts are not known unless a test tells: only a loop goes through all of them.
    """
    node, name, statements, given = bound
    found = narrowed(unite(*groups))
    copied = any(births.copies(statement, name) for statement in statements)
    if node.is_callable and copied:
        found = tuple(value for value in found if not births.is_kept(value))
    picked = None if _is_in_loop(node, statements) else picks.bound(resolver, bound, groups)
    if picked is not None:
        return picked
    texts = len({value.value for value in found if isinstance(value, Literal) and _is_text(value)})
    if texts > 1 and texts == len(found) and _one_counts(node, statements):
        found = (Blend(found),)
    replaced = any(isinstance(value, Fallback) and not set(given).isdisjoint(value.first) for value in found)
    return found if copied or replaced else unite(found, given)


def _is_in_loop(node: Node, statements: Sequence[Binding]) -> bool:
    return any(_is_looped(node, one) for one in statements if isinstance(one, facts.Bind))


def _is_text(value: Literal) -> bool:
    return isinstance(value.value, str)


def _one_counts(node: Node, statements: Sequence[Binding]) -> bool:
    """True if more than one statement binds a name, or one picks a value, and none stands in a loop."""
    plain = [statement for statement in statements if isinstance(statement, facts.Bind)]
    picks = len(plain) > 1 or any(isinstance(one.value, facts.Choice) for one in plain)
    return len(plain) == len(statements) and picks and not any(_is_looped(node, one) for one in plain)


def _is_looped(node: Node, statement: facts.Bind) -> bool:
    """True if a loop above starts its variable no further right: that is all that places tell."""
    loops = (one for one in node.facts.statements if isinstance(one, facts.Bind) and _of_loop(one.value))
    return any(
        one is statement or (one.span.line < statement.span.line and one.span.column <= statement.span.column)
        for one in loops
    )


def _of_loop(value: facts.Expression) -> bool:
    while isinstance(value, facts.Subscript):
        value = value.value
    return isinstance(value, facts.Item)
