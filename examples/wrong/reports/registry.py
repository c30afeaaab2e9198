"""The formats a report can be written in."""

from __future__ import annotations

from collections.abc import Callable

Rows = list[tuple[str, int]]
Writer = Callable[[Rows], str]


class Formats:
    """Looks up the function that writes a report."""

    _writers: dict[str, Writer] = {}

    @classmethod
    def register(cls, name: str) -> Callable[[Writer], Writer]:
        def decorate(writer: Writer) -> Writer:
            cls._writers[name] = writer
            return writer

        return decorate

    @classmethod
    def names(cls) -> list[str]:
        return sorted(cls._writers)
