"""What `+=` and `|=` add to: lists and sets grow, texts and numbers are made anew."""

from __future__ import annotations

from registry_lint import facts
from registry_lint.project.values import (
    Arguments,
    Collection,
    Container,
    Element,
    Joined,
    Literal,
    Value,
    Values,
)


def extended(statement: facts.Update, targets: Values, added: Arguments) -> Values:
    """Return the targets of `name += value` that may be lists or sets.

    `name += "more"` makes another text or number (Reference, "Augmented assignment statements").
    """
    if isinstance(statement.target, facts.Subscript):
        return targets
    if isinstance(statement.value, (facts.Constant, facts.Joined)):
        return ()
    if any(group and all(map(_is_plain, group)) for group in added.positional):
        return ()
    return tuple(target for target in targets if not _is_of_plain(target))


def _is_plain(value: Value) -> bool:
    return isinstance(value, Literal) or (isinstance(value, Joined) and value.operator in ("", "%"))


def _is_of_plain(target: Value) -> bool:
    """True for an entry of a table that is written out with texts and numbers."""
    table = target.value if isinstance(target, Element) else None
    known = table.contents if isinstance(table, Container) else table
    if not isinstance(known, Collection) or not known.values:
        return False
    return all(map(_is_plain, (value for group in known.values for value in group)))
