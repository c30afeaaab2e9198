"""Codecs by name; a name is taken once."""

from __future__ import annotations

from collections.abc import Callable

Codec = Callable[[str], str]

CODECS: dict[str, Codec] = {}


def register(name: str, codec: Codec) -> None:
    if name in CODECS:
        raise ValueError(f"codec {name!r} is already registered")
    CODECS[name] = codec


def encode(name: str, text: str) -> str:
    return CODECS[name](text)
