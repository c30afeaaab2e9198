"""Serve a model of our own."""

from __future__ import annotations

import my_llama  # noqa: F401  # registers the model, in the engine process too
from engine.core import generate

if __name__ == "__main__":
    print(generate("my-llama", "hello"))
