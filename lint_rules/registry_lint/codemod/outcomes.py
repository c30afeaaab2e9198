"""What is to be done in a file, and what became of it: a proved rewrite, or a reason to leave it alone."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from registry_lint.findings import DocumentRegistry


class Wanted(NamedTuple):
    """One class to document, and the ids of the registries that must be documented by it."""

    edit: DocumentRegistry
    registries: tuple[str, ...]


class Task(NamedTuple):
    """What the findings ask for in one file.

    `path` is relative to the project root; `module` is the dotted name of the file's module.
    """

    path: str
    module: str
    wanted: tuple[Wanted, ...]

    @property
    def line(self) -> int:
        """The line of the first class."""
        return self.wanted[0].edit.location.span.line


class Refusal(NamedTuple):
    """A place that stays as it is, and why, in one line."""

    path: str
    line: int
    reason: str


class Change(NamedTuple):
    """One docstring to write: `literal` is its source, in the class at `line` and `column`.

    The place is that of the `class` keyword, in code points. `replaces` is true where there is a
    docstring already; `unit` is one level of indentation, for a class on one line.
    """

    line: int
    column: int
    literal: str
    replaces: bool
    unit: str


class Rewrite(NamedTuple):
    """A file with its content before and after, and the changes that lead from one to the other.

    `target` is the file itself, links resolved; `original` is its text with its own line ends, `text` the new
    content as the analysis reads it.
    `task` names only what was done.
    """

    task: Task
    target: Path
    before: bytes
    after: bytes
    original: str
    text: str
    changes: tuple[Change, ...]


class RefusalError(Exception):
    """Raised where a class or a file cannot be edited well; the message says why."""
