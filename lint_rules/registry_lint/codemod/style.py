"""How docstrings are written in the place that is edited: convention, width, quotes, indentation, markup."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from registry_lint.codemod.conventions import Convention, of_docstrings
from registry_lint.codemod.project_style import ProjectStyle
from registry_lint.codemod.sites import Site, Text, docstring_node

DEFAULT_WIDTH = 79
# Docstrings whose longest line is shorter than this say nothing about where their author breaks lines,
# and lines beyond the other were not broken at all.
TELLING_WIDTHS = range(66, 121)
# PEP 8: a tab stands for eight columns.
TAB = 8

_DIRECTIVE = re.compile(r"^([ \t]*)\.\. [\w-]+::[^\n]*\n(?:[ \t]*\n)*([ \t]+)(?=\S)", re.MULTILINE)

Defined = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


Neighbours = Callable[[], Sequence[str]]


class Habits(NamedTuple):
    """What the docstrings of one file have in common.

    `quotes` are those of its triple-quoted docstrings; `opens_below` and `closes_inline` say where the text
    of docstrings over several lines starts and ends; `directive_indent` is the depth of a directive's body.
    """

    width: int
    quotes: str
    opens_below: bool
    closes_inline: bool
    directive_indent: int
    code: tuple[str, str]
    convention: Convention | None


class Style(NamedTuple):
    """How the docstring of one class is to be written; `unit` is one level of indentation."""

    convention: Convention
    habits: Habits
    newline: str
    indent: str
    unit: str

    def width_after(self, indent: str) -> int:
        """Return how many columns a line has for text after this indentation."""
        return max(self.habits.width - len(indent.expandtabs(TAB)), 40)


def read_habits(text: Text, tree: ast.Module, project: ProjectStyle, neighbours: Neighbours) -> Habits:
    """Return what the file's docstrings have in common; where they say nothing, its neighbours are asked."""
    nodes = _docstrings(tree)
    sources = [_source(text, node) for node in nodes]
    multiline = [source for source in sources if "\n" in source]
    return Habits(
        width=_width(text, nodes, project.line_length),
        quotes="'''" if _most(sources, r"[rRuU]?'''") else '"""',
        opens_below=_most(multiline, r"[rRuU]?(?:'''|\"\"\")\\?[ \t]*\n"),
        closes_inline=len(multiline) > 1 and _most(multiline, r".*[^\s][ \t]*(?:'''|\"\"\")\Z"),
        directive_indent=_directive_indent(sources),
        code=_code_marks(sources if any("`" in source for source in sources) else neighbours()),
        convention=of_docstrings(sources) or project.convention or of_docstrings(neighbours()),
    )


def read_style(text: Text, site: Site, habits: Habits, newline: str) -> Style:
    """Return how to write in this class: as it does itself, else as its file, else as its project."""
    own = [_source(text, node) for node in _docstrings(site.node)]
    first = [] if site.docstring is None else own[:1]
    convention = of_docstrings(first) or of_docstrings(own) or habits.convention or "plain"
    code = ("C{", "}") if convention == "epytext" else habits.code
    return Style(convention, habits._replace(code=code), newline, site.indent, site.unit)


def _docstrings(tree: ast.AST) -> list[ast.Constant]:
    found = (docstring_node(node) for node in ast.walk(tree) if isinstance(node, Defined))
    return [node for node in found if node is not None]


def _source(text: Text, node: ast.Constant) -> str:
    start, end = text.span(node)
    return text.text[start:end].replace("\r\n", "\n").replace("\r", "\n")


def _most(sources: Sequence[str], pattern: str) -> bool:
    matching = sum(re.match(pattern, source, re.DOTALL) is not None for source in sources)
    return 2 * matching > len(sources)


def _width(text: Text, nodes: Sequence[ast.Constant], limit: int | None) -> int:
    """Return where docstrings break: at the file's longest line, else at the project's limit, else at 79."""
    lines = (
        text.line(number).rstrip().expandtabs(TAB)
        for node in nodes
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    )
    longest = max((len(line) for line in lines if "://" not in line and " " in line.strip()), default=0)
    if longest in TELLING_WIDTHS:
        return min(longest, limit or longest)
    return limit or DEFAULT_WIDTH


def _directive_indent(sources: Sequence[str]) -> int:
    bodies = [
        len(body.expandtabs(TAB)) - len(head.expandtabs(TAB))
        for source in sources
        for head, body in _DIRECTIVE.findall(source)
    ]
    depths = Counter(depth for depth in bodies if depth > 0)
    return depths.most_common(1)[0][0] if depths else 3


def _code_marks(sources: Sequence[str]) -> tuple[str, str]:
    """Return what stands around a name in this file: two backticks, or one where it never writes two."""
    joined = "\n".join(sources)
    single = re.findall(r"(?<![`:\w])`[\w.]+(?:\(\))?`(?![`_])", joined)
    return ("`", "`") if single and "``" not in joined else ("``", "``")
