"""Transforms by name."""

from __future__ import annotations

from collections.abc import Callable

Transform = Callable[[float], float]

TRANSFORMS: dict[str, Transform] = {}


def register(name: str) -> Callable[[Transform], Transform]:
    def add(transform: Transform) -> Transform:
        TRANSFORMS[name] = transform
        return transform

    return add
