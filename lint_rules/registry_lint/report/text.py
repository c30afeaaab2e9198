"""Findings in flake8's form, one line each; on a terminal with colour, source and trace."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path

from registry_lint.findings import Finding
from registry_lint.report.document import Document
from registry_lint.report.escaping import printable
from registry_lint.source import decode, read_bytes

BOLD, RED, CYAN, DIM, PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[36m", "\x1b[2m", "\x1b[0m"


def text_report(document: Document) -> str:
    """Return one line a finding: `path:line:column: CODE message`, columns from 1."""
    return "".join(f"{_line(document, finding)}\n" for finding in document.findings)


def _line(document: Document, finding: Finding) -> str:
    span = finding.location.span
    path = printable(document.show(finding.location.path))
    return f"{path}:{span.line}:{span.column + 1}: {finding.code} {printable(finding.message)}"


def terminal_report(document: Document, colour: bool) -> str:
    """Return the findings with the source line under each, a caret, and the trace that leads there."""
    paint, lines = _paint if colour else _leave, cache(partial(_source_lines, document.root))
    return "".join(
        f"{line}\n" for finding in document.findings for line in _block(document, finding, lines, paint)
    )


def statistics(findings: Sequence[Finding]) -> str:
    """Return how many findings each rule has, most first."""
    counts = Counter((finding.code, finding.name) for finding in findings)
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return "".join(f"{count:>6} {code} {name}\n" for (code, name), count in rows)


def _paint(text: str, style: str) -> str:
    return f"{style}{text}{PLAIN}"


def _leave(text: str, style: str) -> str:
    return text


def _block(
    document: Document,
    finding: Finding,
    lines: Callable[[str], Sequence[str]],
    paint: Callable[[str, str], str],
) -> Iterator[str]:
    span = finding.location.span
    place = f"{printable(document.show(finding.location.path))}:{span.line}:{span.column + 1}"
    yield f"{paint(place, BOLD)}: {paint(finding.code, RED)} {printable(finding.message)}"
    source = "".join(lines(finding.location.path)[span.line - 1 : span.line]).rstrip()
    if source:
        indent, width = _caret(source, finding)
        number = str(span.line)
        yield f"{paint(f'{number} |', CYAN)} {printable(source.expandtabs(4))}"
        yield f"{paint(' ' * len(number) + ' |', CYAN)} {' ' * indent}{paint('^' * width, RED)}"
    for step in finding.trace:
        where = f"{printable(document.show(step.path))}:{step.line}"
        yield f"    {paint(where, DIM)} {printable(step.what)}"
    yield ""


def _source_lines(root: Path, path: str) -> Sequence[str]:
    """Return the lines of a file, none where it cannot be read any more."""
    try:
        return decode(read_bytes(root / path)).split("\n")
    except (OSError, SyntaxError, ValueError, LookupError):
        return ()


def _caret(source: str, finding: Finding) -> tuple[int, int]:
    """Return how many cells the marked text is away from the margin, and how many it fills."""
    span = finding.location.span
    end = span.end_column if span.end_line == span.line else len(source)
    indent = _cells(source[: span.column].expandtabs(4))
    return indent, max(1, _cells(source[:end].expandtabs(4)) - indent)


def _cells(text: str) -> int:
    """Return how wide a terminal prints text: East Asian wide characters fill two cells."""
    marks = sum(unicodedata.combining(character) != 0 for character in text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(printable(text)) + wide - marks
