"""Plain text."""

from __future__ import annotations

from reports.registry import Formats, Rows


@Formats.register("text")
def as_text(rows: Rows) -> str:
    return "\n".join(f"{name}: {count}" for name, count in rows)
