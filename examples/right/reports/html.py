"""HTML."""

from __future__ import annotations

from reports.registry import Formats, Rows


@Formats.register("html")
def as_html(rows: Rows) -> str:
    return "".join(f"<p>{name}: {count}</p>" for name, count in rows)


def preview(rows: Rows) -> str:
    """Show rows in a notebook."""
    return as_html(rows)
