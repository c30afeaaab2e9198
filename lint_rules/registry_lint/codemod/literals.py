"""String literals as they are written: prefix, quotes and the source between them."""

from __future__ import annotations

import io
import re
import tokenize
from typing import NamedTuple

from registry_lint.codemod.outcomes import RefusalError

_LITERAL = re.compile(r"""([A-Za-z]*)(\"{3}|'{3}|"|')(.*)\2""", re.DOTALL)


class Literal(NamedTuple):
    """One string literal; `body` is its source, escapes and all."""

    prefix: str
    quotes: str
    body: str

    @property
    def source(self) -> str:
        """The literal as it is written."""
        return f"{self.prefix}{self.quotes}{self.body}{self.quotes}"

    @property
    def is_raw(self) -> bool:
        """True where a backslash is only a backslash."""
        return "r" in self.prefix.lower()

    def over_lines(self, body: str) -> Literal:
        """Return the literal with another body that spans lines: in triple quotes of the same kind."""
        return Literal(self.prefix, self.quotes[0] * 3, body)


def read_literal(source: str) -> Literal:
    """Return the parts of one string literal; raises RefusalError for implicit concatenation."""
    match = _LITERAL.fullmatch(source)
    if match is None or _count_strings(source) != 1:
        raise RefusalError("its docstring is joined from several literals; make it one literal first")
    return Literal(*match.groups())


def _count_strings(source: str) -> int:
    tokens = tokenize.generate_tokens(io.StringIO(f"({source}\n)").readline)
    return sum(token.type == tokenize.STRING for token in tokens)
