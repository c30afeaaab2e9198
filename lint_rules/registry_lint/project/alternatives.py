"""What a name stands for that several statements bind, of which one counts."""

from __future__ import annotations

from collections.abc import Sequence

from registry_lint import facts
from registry_lint.project import births
from registry_lint.project.program import Binding, Node
from registry_lint.project.values import Blend, Literal, Values, narrowed, unite


def settled(node: Node, name: str, statements: Sequence[Binding], groups: Sequence[Values]) -> Values:
    """Return the values of a name, given those of each statement of the scope that may have bound it.

    Texts of which one counts are not known: only a loop goes through all of them.
    """
    found = narrowed(unite(*groups))
    if node.is_callable and any(births.copies(statement, name) for statement in statements):
        found = tuple(value for value in found if not births.is_kept(value))
    texts = len({value.value for value in found if isinstance(value, Literal) and _is_text(value)})
    if texts > 1 and texts == len(found) and _one_counts(node, statements):
        return (Blend(found),)
    return found


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
