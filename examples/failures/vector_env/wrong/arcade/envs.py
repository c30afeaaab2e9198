"""Environments by id; the entry point is a string, so that registering imports nothing."""

from __future__ import annotations

import importlib
from typing import Protocol


class Env(Protocol):
    """Something that can be reset."""

    def reset(self) -> int: ...


registry: dict[str, str] = {}


def register(id: str, entry_point: str) -> None:
    registry[id] = entry_point


def make(id: str) -> Env:
    if id not in registry:
        raise LookupError(f"environment {id!r} does not exist; known are {sorted(registry)}")
    module, _, name = registry[id].partition(":")
    env: Env = getattr(importlib.import_module(module), name)()
    return env
