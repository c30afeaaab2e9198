"""Reports in several formats."""

from __future__ import annotations

from reports.registry import Formats
from reports.text import as_text

__all__ = ["Formats", "as_text"]
