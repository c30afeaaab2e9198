"""HTML, for those who ask for it."""

from __future__ import annotations

from reports.registry import Formats, Rows


def as_html(rows: Rows) -> str:
    return "".join(f"<p>{name}: {count}</p>" for name, count in rows)


def enable_html() -> None:
    Formats.register("html")(as_html)


def preview(rows: Rows) -> str:
    """Show rows in a notebook."""
    enable_html()
    return as_html(rows)
