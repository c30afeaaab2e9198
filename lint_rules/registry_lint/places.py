"""Where something stands in the checked project: spans, locations, and the steps of a trace."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A range of source text: lines from 1, columns from 0, counted in code points."""

    line: int
    column: int
    end_line: int
    end_column: int


class Location(NamedTuple):
    """A span in one file; `path` is relative to the project root, with forward slashes."""

    path: str
    span: Span


class Step(NamedTuple):
    """One hop of a trace, from where the program enters to where the registration stands."""

    path: str
    line: int
    what: str
