"""The project of files in which only lines have moved: the one that was linked before, at other lines.

Linking asks of lines which of two in one file comes first, and nothing else, so files that differ in the
numbers of their lines alone, and not in their order, have one project. It is kept with each line as a
position in its file's list of lines, and what a docstring, a comment above or an empty line moves is
read from the lists of today.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from registry_lint.cache import Cache, get, put
from registry_lint.check.memory import dump_project, load_project
from registry_lint.check.reading import Reading
from registry_lint.places import Location, Step
from registry_lint.project.model import Project

Renumber = Callable[[str, int], int]


def keep(cache: Cache, name: str, project: Project, reading: Reading) -> None:
    """Keep a project apart from the lines of its files."""
    positions = {
        file.source.path: {line: position for position, line in enumerate(json.loads(file.lines))}
        for file in reading.files
    }
    try:
        text = dump_project(_moved(project, lambda path, line: positions[path][line]))
    except KeyError:  # a line that no fact stands on: nobody could say where it has moved
        return
    put(cache, name, text)


def find(cache: Cache, name: str, reading: Reading) -> Project | None:
    """Return the project that was kept for files of these shapes, at the lines that they have now."""
    project = load_project(get(cache, name))
    if project is None:
        return None
    lines = {file.source.path: json.loads(file.lines) for file in reading.files}
    found: Project = _moved(project, lambda path, position: lines[path][position])
    return found


def _moved(value: Any, number: Renumber) -> Any:
    """Return a value of the model with every line in it put through `number`."""
    if isinstance(value, Location):
        path, span = value
        start, end = number(path, span.line), number(path, span.end_line)
        return Location(path, span._replace(line=start, end_line=end))
    if isinstance(value, Step):
        return value._replace(line=number(value.path, value.line))
    if not isinstance(value, tuple):
        return value
    parts = [_moved(part, number) for part in value]
    return type(value)._make(parts) if hasattr(value, "_make") else tuple(parts)
