"""Reports in several formats; importing the package registers all of them."""

from __future__ import annotations

from reports import html, jsonlines, text
from reports.registry import Formats

__all__ = ["Formats", "html", "jsonlines", "text"]
