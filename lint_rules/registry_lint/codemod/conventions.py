"""The conventions that docstrings follow, and how each of them is told from the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal

Convention = Literal["google", "numpy", "sphinx", "epytext", "plain"]

# Section names of the Google style guide and of napoleon, and of the numpydoc guide.
GOOGLE_NAMES = (
    "Args|Arguments|Attention|Attributes|Caution|Danger|Error|Examples?|Hint|Important|Keyword Args|"
    "Keyword Arguments|Methods|Notes?|Other Parameters|Parameters|Raises|References|Returns?|See Also|"
    "Tips?|Todo|Warnings?|Warns|Yields?"
)
NUMPY_NAMES = (
    "Attributes|Examples?|Methods|Notes?|Other Parameters|Parameters|Raises|Receives|References|Returns|"
    "See Also|Warnings?|Warns|Yields"
)

GOOGLE = re.compile(rf"^([ \t]*)(?:{GOOGLE_NAMES}):[ \t]*\n(?:[ \t]*\n)*\1[ \t]+\S", re.MULTILINE)
NUMPY = re.compile(rf"^[ \t]*(?:{NUMPY_NAMES})[ \t]*\n[ \t]*-{{3,}}[ \t]*$", re.MULTILINE)
SPHINX = re.compile(
    r"^[ \t]*:(?:param|parameter|arg|type|returns?|rtype|raises?|ivar|cvar|var|vartype|key|keyword)\b[^:\n]*:"
    r"|^[ \t]*\.\. [\w-]+::",
    re.MULTILINE,
)
EPYTEXT = re.compile(
    r"^[ \t]*@(?:param|type|returns?|rtype|ivar|cvar|raises?|note|see|since|keyword|var)\b[^:\n]*:"
    r"|\b[LCIB]\{[^}]+\}",
    re.MULTILINE,
)
# Roles and literals are written in all styles that Sphinx renders: they only break a tie with plain.
ROLE = re.compile(r":(?:\w+:)?(?:class|func|meth|mod|attr|exc|obj|data|ref|doc|term|file):`")

_MARKS: tuple[tuple[Convention, re.Pattern[str]], ...] = (
    ("google", GOOGLE),
    ("numpy", NUMPY),
    ("epytext", EPYTEXT),
    ("sphinx", SPHINX),
)


def of_docstring(text: str) -> Convention | None:
    """Return the convention that one docstring shows, or None where it shows none."""
    for convention, mark in _MARKS:
        if mark.search(text):
            return convention
    return None


def of_docstrings(texts: Iterable[str]) -> Convention | None:
    """Return the convention that most of these docstrings show, or None."""
    texts = list(texts)
    counted = Counter(found for text in texts if (found := of_docstring(text)) is not None)
    if counted:
        return counted.most_common(1)[0][0]
    return "sphinx" if any(ROLE.search(text) for text in texts) else None
