"""Where an object was made: whose entries are those that it is born with."""

from __future__ import annotations

from registry_lint.project.program import Node, Site
from registry_lint.project.values import Instance


def is_made_at(one: Instance, site: Site) -> bool:
    """Return whether an object, or the whole that makes it for itself, is made at a place."""
    if one.site is None:
        return False
    made_in, span = one.site
    if (made_in, span) == (site.node.module.path, site.span):
        return True
    return f" in {site.node.module.path}:{site.span.line}:{site.span.column}:" in f"{made_in}:"


def is_made_in(one: Instance, function: Node) -> bool:
    """Return whether a function makes an object itself."""
    if one.site is None or one.site[0] != function.module.path:
        return False
    made, around = one.site[1], function.facts.span
    starts = (around.line, around.column) <= (made.line, made.column)
    return starts and (made.end_line, made.end_column) <= (around.end_line, around.end_column)
