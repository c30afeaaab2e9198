"""The docstrings that a file gets: what each class's literal becomes, as plain data."""

from __future__ import annotations

import ast
from functools import cache

from registry_lint.codemod.contract_text import write_contract
from registry_lint.codemod.docstring_edit import write_docstring
from registry_lint.codemod.original import Original, read_neighbours
from registry_lint.codemod.outcomes import Change, Refusal, RefusalError, Task, Wanted
from registry_lint.codemod.project_style import ProjectStyle
from registry_lint.codemod.sites import Site, Text, find_site
from registry_lint.codemod.style import Habits, read_habits, read_style


def plan_changes(
    original: Original, task: Task, project: ProjectStyle, template: str | None
) -> tuple[list[Change], list[Refusal], list[Wanted]]:
    """Return the changes for one file, the classes that are left alone, and what is done.

    Raises RefusalError for a file that does not parse.
    """
    tree, text = parse(original.text), Text(original.text)
    neighbours = cache(lambda: read_neighbours(original.target))
    habits = read_habits(text, tree, project, neighbours)
    changes, refusals, done = [], [], []
    for wanted in task.wanted:
        edit = wanted.edit
        try:
            site = find_site(text, tree, edit)
            changes.append(_change(site, text, habits, original.newline, task.module, template))
            done.append(wanted)
        except RefusalError as reason:
            refusals.append(Refusal(task.path, edit.location.span.line, f"class {edit.owner}: {reason}"))
    return changes, refusals, done


def parse(text: str) -> ast.Module:
    """Return the syntax tree of a text; raises RefusalError when it has none."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise RefusalError(f"does not parse: {error}") from None


def _change(
    site: Site, text: Text, habits: Habits, newline: str, module: str, template: str | None
) -> Change:
    style = read_style(text, site, habits, newline)
    contract = write_contract(site.edit, module, style.habits.code, template)
    literal = write_docstring(site.docstring, contract, style)
    return Change(site.line, site.column, literal.source, site.docstring is not None, site.unit)
