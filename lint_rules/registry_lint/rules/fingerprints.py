"""How a finding is named apart from its line, so that a baseline survives code that moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from registry_lint.findings import Finding


def fingerprint(*parts: str) -> str:
    """What a finding is about, as one readable line: code, registry, entry, file."""
    return "|".join(part.replace("|", "/") for part in parts)


def distinct(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same findings, where the second of two equal fingerprints gets `|2`, the third `|3`."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.fingerprint] += 1
        count = seen[finding.fingerprint]
        yield finding if count == 1 else finding._replace(fingerprint=f"{finding.fingerprint}|{count}")
