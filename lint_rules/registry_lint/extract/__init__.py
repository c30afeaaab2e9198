"""Text of a file in, facts out: a pure function that knows no path, no settings and no clock."""

from __future__ import annotations

import ast
import warnings

from registry_lint.extract.statements import StatementReader
from registry_lint.facts import ModuleFacts

__all__ = ["extract", "extract_tree"]


def extract(text: str) -> ModuleFacts:
    """Return the facts of a module's text.

    Raises SyntaxError or ValueError where the text cannot be parsed (RecursionError and
    MemoryError of the parser become ValueError).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (RecursionError, MemoryError) as error:
        raise ValueError("nested too deeply to parse") from error
    return extract_tree(tree, text)


def extract_tree(tree: ast.Module, text: str) -> ModuleFacts:
    """Return the facts of a parsed module; `text` is what it was parsed from.

    Raises ValueError where it is nested too deeply.
    """
    try:
        return StatementReader(_lines(text)).read_module(tree)
    except RecursionError as error:
        raise ValueError("nested too deeply to read") from error


def _lines(text: str) -> list[str]:
    """Lines as the parser counts them: `str.splitlines` also breaks at form feeds and the like."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
