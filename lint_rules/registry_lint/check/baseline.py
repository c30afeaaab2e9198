"""Findings that a project has accepted, named so that they survive moved lines and reformatting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from registry_lint.config import Config, ConfigError
from registry_lint.findings import Finding
from registry_lint.source import read_bytes

SCHEMA = 1


class Entry(NamedTuple):
    """An accepted finding; `path` and `message` are for the people who read the file."""

    fingerprint: str
    code: str
    path: str
    message: str


class Compared(NamedTuple):
    """The findings that are new, and the entries that no finding has any more."""

    new: tuple[Finding, ...]
    stale: tuple[Entry, ...]


def dump_baseline(findings: Iterable[Finding]) -> str:
    """Return the text of a baseline file that accepts these findings."""
    entries = sorted(Entry(f.fingerprint, f.code, f.location.path, f.message) for f in findings)
    document = {"schema": SCHEMA, "findings": [entry._asdict() for entry in entries]}
    return json.dumps(document, indent=2) + "\n"


def load_baseline(file: Path) -> tuple[Entry, ...]:
    """Return the entries of a baseline file.

    Raises `ConfigError` when it cannot be read or is no baseline.
    """
    try:
        document = json.loads(read_bytes(file))
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot read the baseline: {error.strerror}; --write-baseline makes one"
        ) from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{file}: not a baseline: expected JSON from --write-baseline") from None
    return tuple(_entries(document, file))


def _entries(document: object, file: Path) -> Iterable[Entry]:
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ConfigError(f"{file}: not a baseline: expected schema {SCHEMA}")
    findings = document.get("findings")
    if not isinstance(findings, list):
        raise ConfigError(f"{file}: not a baseline: expected a list of findings")
    for item in findings:
        values = [item.get(field) for field in Entry._fields] if isinstance(item, dict) else []
        if not values or not all(isinstance(value, str) for value in values):
            raise ConfigError(f"{file}: not a baseline: a finding needs {', '.join(Entry._fields)}")
        yield Entry(*map(str, values))


def compare(
    shown: Sequence[Finding], everything: Iterable[Finding], unread: Iterable[str], entries: Sequence[Entry]
) -> Compared:
    """Return what is new among the shown findings, and which entries are stale.

    An entry is stale when nothing in the whole project has its name, whatever is shown, unless its file
    could not be read this time.
    """
    accepted = {entry.fingerprint for entry in entries}
    present = {finding.fingerprint for finding in everything}
    unknown = frozenset(unread)
    stale = (entry for entry in entries if entry.fingerprint not in present and entry.path not in unknown)
    return Compared(tuple(f for f in shown if f.fingerprint not in accepted), tuple(stale))


def configured_baseline(root: Path, config: Config) -> tuple[Entry, ...]:
    """Return the entries of the project's own baseline; none where it has none."""
    if config.baseline is None:
        return ()
    try:
        return load_baseline(root / config.baseline)
    except ConfigError as error:
        raise ConfigError(f"{config.file}: [tool.registry-lint] baseline: {error}") from None
