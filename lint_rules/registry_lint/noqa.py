"""Which lines of a file carry `# noqa`, in flake8's own reading, for the doors that are not flake8."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

# flake8's two expressions (its `defaults` module), so that a comment means the same everywhere.
_LINE = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)


class Silence(NamedTuple):
    """What a file silences: all of it, or lines, each with the codes it names (none: every code)."""

    whole_file: bool
    lines: dict[int, tuple[str, ...]]


def find_silence(text: str) -> Silence:
    """Return the `noqa` comments of a file; a comment in a continued line or string counts for all of it."""
    if "noqa" not in text.lower():
        return Silence(False, {})
    lines = list(io.StringIO(text))
    if any(_FILE.match(line) for line in lines):
        return Silence(True, {})
    found = {}
    for first, last in _groups(lines):
        match = _LINE.search("".join(lines[first - 1 : last]))
        if match:
            codes = tuple(re.findall(r"[^,\s]+", match["codes"] or ""))
            found.update(dict.fromkeys(range(first, last + 1), codes))
    return Silence(False, found)


def is_silenced(silence: Silence, line: int, code: str) -> bool:
    """Return whether a finding with this code on this line is silenced."""
    if silence.whole_file:
        return True
    codes = silence.lines.get(line)
    return codes is not None and (not codes or code.startswith(codes))


def _groups(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield first and last number of each run of lines that one comment covers."""
    first, last = len(lines) + 2, -1
    try:
        for token in tokenize.generate_tokens(iter(lines).__next__):
            if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
                continue
            first, last = min(first, token.start[0]), max(last, token.end[0])
            if token.type in (tokenize.NL, tokenize.NEWLINE):
                yield first, last
                first, last = len(lines) + 2, -1
    except (tokenize.TokenError, SyntaxError):
        yield from ((number, number) for number in range(1, len(lines) + 1))
