"""The formats a report can be written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

Rows = list[tuple[str, int]]
Writer = Callable[[Rows], str]


class Formats:
    """Looks up the function that writes a report.

    Warning:
        The formats are process-wide state. A forked worker starts with a copy of the entries
        as they are at that instant; a spawn or forkserver worker holds what its own imports
        register; nothing is shared afterwards. So register while a module is imported, and
        import that module from this package. Reloading this module starts an empty registry,
        while importers keep the old one.
    """

    _writers: ClassVar[dict[str, Writer]] = {}

    @classmethod
    def register(cls, name: str) -> Callable[[Writer], Writer]:
        def decorate(writer: Writer) -> Writer:
            cls._writers[name] = writer
            return writer

        return decorate

    @classmethod
    def names(cls) -> list[str]:
        return sorted(cls._writers)
