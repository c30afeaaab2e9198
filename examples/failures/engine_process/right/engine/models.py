"""The models that the engine can run."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

Model = Callable[[str], str]


class ModelRegistry:
    """The models by name: class-level state, one in each process.

    A spawned or forkserver worker holds only what its own imports register.
    """

    _models: ClassVar[dict[str, Model]] = {}

    @classmethod
    def register(cls, name: str, model: Model) -> None:
        cls._models[name] = model

    @classmethod
    def load(cls, name: str) -> Model:
        if name not in cls._models:
            raise LookupError(f"unknown model {name!r}; known are {sorted(cls._models)}")
        return cls._models[name]


def echo(prompt: str) -> str:
    return prompt


ModelRegistry.register("echo", echo)
