"""Whether a text states the process contract (design: a state word and a boundary word)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry_lint.config import ContractWords


def is_documented(text: str, words: ContractWords) -> bool:
    """Return True if the text says that the state is the process's own and what a boundary or reload does."""
    folded = " ".join(text.lower().split())
    return bool(_pattern(words.state).search(folded) and _pattern(words.boundary).search(folded))


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    choices = "|".join(
        re.escape(word).replace(r"\-", "[- ]") for word in sorted(words, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w-])(?:{choices})(?![\w-])")
