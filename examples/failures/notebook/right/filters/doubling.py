"""Doubling, out of the notebook and into a module that workers can import."""

from __future__ import annotations


def double(value: int) -> int:
    return 2 * value
