"""What regular expressions make of known texts."""

from __future__ import annotations

import re

from registry_lint.project.values import External, Literal, Result, Value, Values, literal

# A name is short, and so is a pattern that takes it apart.
_LONGEST = 200
# A repeat may try every length, a `?` or `|` two ways, each beside those of the others: more take hours.
_MOST_WAYS = 9
_WAYS_OF_REPEAT = 3
_REPEATED = re.compile(r"[*+]|\{\d*,\d*\}")
_EITHER = re.compile(r"(?<![(*+}?])\?|\|")
# A group that is repeated may hold one that is: then the time doubles with each letter.
_NESTED = re.compile(r"\)(?:[*+]|\{)")


def substituted(pattern: Values, replacement: Values, subject: Values) -> Values | None:
    """Return `re.sub(pattern, replacement, subject)` for known texts, or None."""
    texts = [_only_text(group) for group in (pattern, replacement, subject)]
    if None in texts:
        return None
    expression, new, old = (text for text in texts if text is not None)
    if max(map(len, (expression, new, old))) > _LONGEST or not _is_quick(expression):
        return None
    try:
        return (literal(re.sub(expression, new, old)),)
    except (re.error, IndexError, OverflowError, RecursionError):
        return None


def compiled(value: Value) -> Values | None:
    """Return the pattern of what `re.compile(pattern)` gives, or None for anything else."""
    if not isinstance(value, Result) or value.callee != External("re.compile"):
        return None
    return value.arguments[0] if len(value.arguments) == 1 else None


def _only_text(group: Values) -> str | None:
    value = group[0] if len(group) == 1 else None
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def _is_quick(expression: str) -> bool:
    ways = _WAYS_OF_REPEAT * len(_REPEATED.findall(expression)) + len(_EITHER.findall(expression))
    return not _NESTED.search(expression) and ways <= _MOST_WAYS
