"""The page of each rule, which lies beside the rule."""

from __future__ import annotations

from importlib.resources import files


def page(code: str) -> str:
    """Return the Markdown page of a rule; empty for a code without one, such as an internal error."""
    for file in files("registry_lint.rules").iterdir():
        if file.name.startswith(f"{code.lower()}_") and file.name.endswith(".md"):
            return file.read_text(encoding="utf-8")
    return ""
