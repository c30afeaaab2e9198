"""What string methods and operators make of known strings."""

from __future__ import annotations

import re
from collections.abc import Iterable

from registry_lint.project.values import Blend, Collection, Literal, Value, Values, literal

_PURE = frozenset({
    "lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold", "swapcase",
    "replace", "removeprefix", "removesuffix", "join", "format", "split", "rsplit", "partition",
    "rpartition", "zfill",
})  # fmt: skip
# Each text may hold the one before it twice: without a bound, forty short lines fill any memory.
_LONGEST = 10_000
_MOST_WORK = 1_000_000
# A width such as %999999999d would build a string of that size.
_WIDE = re.compile(r"\d{4}")


def call_method(text: str, method: str, arguments: tuple[Values, ...]) -> Values | None:
    """Return what `text.method(*arguments)` gives, or None where it cannot be known."""
    if method not in _PURE:
        return None
    if method == "join" and len(arguments) == 1:
        return _join(text, arguments[0])
    plain = [group[0].value for group in arguments if len(group) == 1 and isinstance(group[0], Literal)]
    if len(plain) != len(arguments) or any(_is_wide(value) for value in (text, *plain)):
        return None
    if len(text) * max((len(value) for value in plain if isinstance(value, str)), default=0) > _MOST_WORK:
        return None
    try:
        result = getattr(text, method)(*plain)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, OverflowError, MemoryError):
        return None
    if isinstance(result, str):
        return (literal(result),) if len(result) < _LONGEST else None
    return (Collection("list", (), tuple((literal(part),) for part in result)),)


def _is_wide(value: object) -> bool:
    if isinstance(value, str):
        return len(value) > _LONGEST or (("%" in value or "{" in value) and bool(_WIDE.search(value)))
    return isinstance(value, (int, float)) and abs(value) > 999


def _join(text: str, parts: Values) -> Values | None:
    if len(parts) == 1 and isinstance(parts[0], Collection):
        groups = parts[0].values
        plain = [str(g[0].value) for g in groups if len(g) == 1 and isinstance(g[0], Literal)]
        if len(plain) == len(groups) and len(text) * len(plain) + _length(plain) < _LONGEST:
            return (literal(text.join(plain)),)
    return None


def join(groups: list[Values]) -> Value:
    """Return the string that known parts make, or a blend of them."""
    plain: list[str] = []
    for group in groups:
        if len(group) != 1 or not isinstance(group[0], Literal):
            return Blend(tuple(value for one in groups for value in one))
        plain.append(str(group[0].value))
    if _length(plain) > _LONGEST:
        return Blend(())
    return literal("".join(plain))


def _length(parts: Iterable[object]) -> int:
    return sum(len(part) for part in parts if isinstance(part, str))


def percent(template: Literal, argument: Value) -> Values | None:
    """Return `template % argument` for known strings, or None."""
    if not isinstance(template.value, str):
        return None
    if isinstance(argument, Literal):
        plain: object = argument.value
    elif isinstance(argument, Collection) and argument.kind == "tuple":
        parts = [g[0].value for g in argument.values if len(g) == 1 and isinstance(g[0], Literal)]
        if len(parts) != len(argument.values):
            return None
        plain = tuple(parts)
    else:
        return None
    if "*" in template.value or _is_wide(template.value):
        return None
    if _length(plain if isinstance(plain, tuple) else (plain,)) > _LONGEST:
        return None
    try:
        return (literal(template.value % plain),)
    except (TypeError, ValueError, OverflowError, MemoryError):
        return None
