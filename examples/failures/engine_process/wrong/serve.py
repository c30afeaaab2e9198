"""Serve a model of our own."""

from __future__ import annotations

from engine.core import generate
from engine.models import ModelRegistry


def my_llama(prompt: str) -> str:
    return prompt.upper()


if __name__ == "__main__":
    ModelRegistry.register("my-llama", my_llama)  # REG202
    print(generate("my-llama", "hello"))
