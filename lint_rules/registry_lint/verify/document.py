"""The proof for programs: one JSON document with the content of the table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from registry_lint.project import Registration
from registry_lint.verify.answers import EntryPath, Failure
from registry_lint.verify.comparing import Difference, shown
from registry_lint.verify.proving import Proof, Row
from registry_lint.verify.reloads import Reloads

SCHEMA = 1


def to_json(proof: Proof, reloads: Reloads | None) -> str:
    """Return the document as indented JSON, ending in a newline; it grows only by addition."""
    document = {
        "schema": SCHEMA,
        "python": proof.interpreter.version,
        "default_method": proof.interpreter.methods[0],
        "holds": proof.holds,
        "registries": [_registry(row) for row in proof.rows],
        "failures": {method: _failure(failure) for method, failure in proof.failures.items()},
        "skipped": list(proof.skipped),
        "notes": dict(proof.notes),
        "not_imported": proof.unseen,
        "nothing_compared": proof.nothing_compared or None,
        "reload": None if reloads is None else _reloads(reloads),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _registry(row: Row) -> dict[str, Any]:
    return {
        "id": row.known.record.id,
        "kind": row.known.record.kind,
        "parent": len([path for path in row.parent.entries if len(path) == 2]),
        "methods": {method: _difference(found, row.origins) for method, found in row.differences.items()},
        "agreed": row.verdict.agreed,
        "disagreements": [
            {"key": each.key, "what": each.words, **_place(each.place)} for each in row.verdict.disagreements
        ],
    }


def _difference(found: Difference, origins: Mapping[EntryPath, Registration | None]) -> dict[str, Any]:
    return {
        "same": found.word == "same",
        "missing": [{"key": shown(path), **_place(origins.get(path))} for path in found.missing],
        "extra": [shown(path) for path in found.extra],
        "different": [shown(path) for path in found.different],
        "absent": found.absent or None,
    }


def _place(place: Registration | None) -> dict[str, Any]:
    if place is None:
        return {"path": None, "line": None, "phase": None}
    return {"path": place.location.path, "line": place.location.span.line, "phase": place.phase}


def _failure(failure: Failure) -> dict[str, Any]:
    return {"reason": failure.reason, "lines": list(failure.lines)}


def _reloads(reloads: Reloads) -> Any:
    if isinstance(reloads, Failure):
        return _failure(reloads)
    return [
        {
            "module": each.module,
            "error": each.error,
            "changes": {name: list(words) for name, words in each.changes.items()},
        }
        for each in reloads
    ]
