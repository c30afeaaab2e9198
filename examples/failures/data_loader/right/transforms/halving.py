"""Halving, registered by importing it."""

from __future__ import annotations

from transforms.registry import register


@register("halve")
def halve(value: float) -> float:
    return value / 2
