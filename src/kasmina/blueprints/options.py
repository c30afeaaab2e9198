"""Which option values a blueprint takes; everything else is a ValueError that says what was expected."""

from __future__ import annotations

import math


def positive(option: str, value: object) -> int:
    """`value`, if it is a positive integer."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{option} must be a positive integer, not {value!r}")
    return value


def positive_number(option: str, value: object) -> float:
    """`value` as a float, if it is finite and above zero."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
        raise ValueError(f"{option} must be a positive number, not {value!r}")
    return float(value)


def flag(option: str, value: object) -> bool:
    """`value`, if it is True or False."""
    if not isinstance(value, bool):
        raise ValueError(f"{option} must be True or False, not {value!r}")
    return value


def divisor(option: str, value: int | None, dim: int, default: int) -> int:
    """`value`, if it divides `dim`; where it is None the largest divisor of `dim` up to `default`."""
    if value is None:
        return max(count for count in range(1, max(default, 1) + 1) if dim % count == 0)
    if dim % positive(option, value):
        raise ValueError(f"{option} must divide dim={dim}, not {value}")
    return value


def width(option: str, value: int | None, default: int) -> int:
    """`value`, if it is a positive integer; where it is None `default`, but at least 1."""
    return max(default, 1) if value is None else positive(option, value)


def kernel(option: str, value: int) -> int:
    """`value`, if it is odd: only then does padding keep height and width."""
    if positive(option, value) % 2 == 0:
        raise ValueError(f"{option} must be odd, not {value}")
    return value
