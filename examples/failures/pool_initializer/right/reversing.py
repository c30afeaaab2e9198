"""Reversal, registered by importing it."""

from __future__ import annotations

from codecs_by_name import register


def reverse(text: str) -> str:
    return text[::-1]


register("reverse", reverse)
