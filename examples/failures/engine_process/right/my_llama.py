"""A model of our own, registered by importing it."""

from __future__ import annotations

from engine.models import ModelRegistry


def my_llama(prompt: str) -> str:
    return prompt.upper()


ModelRegistry.register("my-llama", my_llama)
