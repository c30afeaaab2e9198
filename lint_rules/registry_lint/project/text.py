"""What string methods and operators make of known strings."""

from __future__ import annotations

import itertools
import math
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping

from registry_lint.project.values import Blend, Collection, Joined, Literal, Value, Values, literal

PURE = frozenset({
    "lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold", "swapcase",
    "replace", "removeprefix", "removesuffix", "join", "split", "rsplit", "partition",
    "rpartition", "zfill",
})  # fmt: skip
# Each text may hold the one before it twice: without a bound, forty short lines fill any memory.
_LONGEST = 10_000
_MOST_WORK = 1_000_000
_MOST = 500
Plain = str | int | float | bool | None
# A width such as %999999999d would build a string of that size.
_WIDE = re.compile(r"\d{4}")


def call_method(text: str, method: str, arguments: tuple[Values, ...]) -> Values | None:
    """Return what `text.method(*arguments)` gives, or None where it cannot be known."""
    if method not in PURE:
        return None
    if method == "join" and len(arguments) == 1:
        return _join(text, arguments[0])
    return _of_each(arguments, lambda plain: _applied(text, method, plain))


def _applied(text: str, method: str, plain: list[Plain]) -> Value | None:
    longest = max((len(value) for value in plain if isinstance(value, str)), default=0)
    if any(_is_wide(value) for value in (text, *plain)) or len(text) * longest > _MOST_WORK:
        return None
    try:
        result = getattr(text, method)(*plain)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, OverflowError, MemoryError):
        return None
    if isinstance(result, str):
        return literal(result) if len(result) < _LONGEST else None
    return Collection("list", (), tuple((literal(part),) for part in result))


def _of_each(
    groups: tuple[Values, ...], make: Callable[[list[Plain]], Value | None], independent: bool = False
) -> Values | None:
    """Return what `make` gives for the literals of the groups, for each that a group may stand for.

    None where one is unknown. Two groups of several may hang together (`for a, b in pairs`), which
    is unknown as well unless they are `independent`.
    """
    if not all(groups) or not all(isinstance(value, Literal) for group in groups for value in group):
        return None
    distinct = {group: position for position, group in enumerate(dict.fromkeys(groups))}
    if math.prod(map(len, distinct)) > (_MOST if independent else max(map(len, distinct), default=1)):
        return None
    found: list[Value] = []
    for turn in itertools.product(*distinct):
        plain = [turn[distinct[group]] for group in groups]
        made = make([value.value for value in plain if isinstance(value, Literal)])
        if made is None:
            return None
        found.append(made)
    return tuple(dict.fromkeys(found))


def _is_wide(value: object) -> bool:
    if isinstance(value, str):
        return len(value) > _LONGEST or (("%" in value or "{" in value) and bool(_WIDE.search(value)))
    return isinstance(value, (int, float)) and abs(value) > 999


def _join(text: str, parts: Values) -> Values | None:
    """`text.join(parts)` for a list or tuple whose elements are known, or wait for parameters."""
    if len(parts) != 1 or not isinstance(parts[0], Collection) or parts[0].kind not in ("list", "tuple"):
        return None
    known = parts[0].values
    if len(known) == 1 and (len(known[0]) != 1 or known[0][0].free):
        return None  # a comprehension: nobody knows how many there are
    groups: list[Values] = []
    for group in known:
        groups += [(literal(text),), group] if groups and text else [group]
    return join(tuple(groups)) if groups else (literal(""),)


def join(groups: tuple[Values, ...], independent: bool = False) -> Values:
    """Return the strings that known parts make, what waits for parameters, or a blend of them.

    Parts are `independent` where each of several values of one goes with each of another.
    """
    if any(value.free for group in groups for value in group):
        return (Joined("", groups),)
    found = _of_each(groups, _concatenated, independent)
    return found or (Blend(tuple(value for group in groups for value in group)),)


def _concatenated(plain: list[Plain]) -> Value | None:
    return literal("".join(map(str, plain))) if _length(plain) < _LONGEST else None


def _length(parts: Iterable[object]) -> int:
    return sum(len(part) for part in parts if isinstance(part, str))


def percent(template: Literal, argument: Values, independent: bool = False) -> Values | None:
    """Return `template % argument` for known strings, or None; `independent` as in `join`."""
    pattern = template.value
    if not isinstance(pattern, str) or "*" in pattern or _is_wide(pattern):
        return None
    if len(argument) == 1 and isinstance(argument[0], Collection) and argument[0].kind == "tuple":
        return _of_each(argument[0].values, lambda plain: _filled(pattern, tuple(plain)), independent)
    return _of_each((argument,), lambda plain: _filled(pattern, plain[0]))


def _filled(pattern: str, values: Plain | tuple[Plain, ...]) -> Value | None:
    if _length(values if isinstance(values, tuple) else (values,)) > _LONGEST:
        return None
    try:
        return literal(pattern % values)
    except (TypeError, ValueError, OverflowError, MemoryError):
        return None


def format_template(
    template: str, positional: tuple[Values, ...], named: Mapping[str, Values]
) -> Values | None:
    """Return `template.format(…)` where the fields are plain ones (Format String Syntax), or None."""
    try:
        fields = list(string.Formatter().parse(template))
    except ValueError:
        return None
    groups: list[Values] = []
    automatic = iter(positional)
    for text, field, spec, conversion in fields:
        groups += [(literal(text),)] if text else []
        if field is None:
            continue
        value = _field(field, automatic, positional, named)
        if value is None or spec or conversion not in (None, "s"):
            return None
        groups.append(value)
    return join(tuple(groups)) if groups else (literal(""),)


def _field(
    field: str, automatic: Iterator[Values], positional: tuple[Values, ...], named: Mapping[str, Values]
) -> Values | None:
    if not field:
        return next(automatic, None)
    if field.isdecimal() and len(field) < 4:
        return positional[int(field)] if int(field) < len(positional) else None
    return named.get(field)
