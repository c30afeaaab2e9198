"""Where the filters are."""

from __future__ import annotations

from collections.abc import Callable

FILTERS: dict[str, Callable[[int], int]] = {}


def add_filter(name: str, function: Callable[[int], int]) -> None:
    FILTERS[name] = function
