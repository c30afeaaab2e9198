"""How many alternatives say something."""

from __future__ import annotations

from registry_lint.project.values import Blend, Collection, Literal, Member, Value, Values

# More alternatives than this say nothing any more; more plain ones are a table that is looped over.
_MOST_UNLIKE = 8
_MOST_ALIKE = 2000


def narrowed(values: Values) -> Values:
    """Return at most a handful of values, unless they are plain: the keys that a loop goes over."""
    if len(values) <= _MOST_UNLIKE:
        return values
    plain = tuple(value for value in values if not value.free and _is_told(value))
    if len(plain) * 2 <= len(values):
        return values[:_MOST_UNLIKE]
    others = tuple(value for value in values if value.free or not _is_told(value))
    kept = (*others[:_MOST_UNLIKE], *plain[:_MOST_ALIKE])
    return kept if len(kept) == len(values) else (*kept, Blend(()))


def _is_told(value: Value) -> bool:
    """A text, or a method of one that is about to be called."""
    return isinstance(value.value if isinstance(value, Member) else value, (Literal, Collection))
