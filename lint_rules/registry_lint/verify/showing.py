"""The proof for people: a table, then each missing entry with its place, then what contradicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from registry_lint.project import Registration
from registry_lint.verify.answers import EntryPath
from registry_lint.verify.comparing import shown
from registry_lint.verify.proving import Proof, Row

LISTED = 25


def render(proof: Proof) -> str:
    """Return the whole report as text, ending in a newline."""
    parts = [_table(proof), *_missing(proof), *_contradictions(proof), *_failures(proof), _last_line(proof)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(proof: Proof) -> str:
    methods = list(_methods(proof))
    marked = [
        f"{method} (default)" if method == proof.interpreter.methods[0] else method for method in methods
    ]
    rows = [
        [row.known.record.id, str(_size(row)), *(_cell(proof, row, method) for method in methods)]
        for row in proof.rows
    ]
    if not rows:
        why = proof.nothing_compared or "no process that could be asked has imported the module of a registry"
        return f"nothing was compared: {why}"
    return _aligned([["registry", "parent", *marked], *rows])


def _methods(proof: Proof) -> Iterator[str]:
    known = {method for row in proof.rows for method in row.differences} | set(proof.failures)
    return (method for method in ("fork", "spawn", "forkserver") if method in known)


def _size(row: Row) -> int:
    return sum(len(values) for path, values in row.parent.entries.items() if len(path) == 2)


def _cell(proof: Proof, row: Row, method: str) -> str:
    if method in row.differences:
        return row.differences[method].word
    return "failed" if method in proof.failures else "-"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _missing(proof: Proof) -> Iterator[str]:
    """Yield, for each registry that lacks something somewhere, its missing entries with their places."""
    for row in proof.rows:
        if not row.origins:
            continue
        lines = [f"{row.known.record.id}: missing in workers"]
        entries = [
            [shown(path), _where(place), "under " + ", ".join(_lacking(row, path))]
            for path, place in row.origins.items()
        ]
        lines.extend(f"  {line}" for line in _aligned(entries[:LISTED]).splitlines())
        if len(entries) > LISTED:
            lines.append(f"  and {len(entries) - LISTED} more; --format json lists all")
        reasons = {found.absent for found in row.differences.values() if found.absent and found.missing}
        lines.extend(f"  there: {reason}" for reason in sorted(reasons))
        yield "\n".join(lines)


def _where(place: Registration | None) -> str:
    if place is None:
        return "registered at a place that the analysis does not know"
    return f"{place.location.path}:{place.location.span.line} ({place.phase})"


def _lacking(row: Row, path: EntryPath) -> list[str]:
    return [method for method, found in row.differences.items() if path in found.missing]


def _contradictions(proof: Proof) -> Iterator[str]:
    found = [disagreement for row in proof.rows for disagreement in row.verdict.disagreements]
    if found:
        entries = [[each.registry, each.key, each.words, _where(each.place)] for each in found]
        yield "prediction and proof disagree\n" + "\n".join(
            f"  {line}" for line in _aligned(entries).splitlines()
        )


def _failures(proof: Proof) -> Iterator[str]:
    for method, failure in proof.failures.items():
        yield "\n".join([f"{method}: {failure.reason}", *(f"  | {line}" for line in failure.lines)])
    notes = [f"{method}: {note}" for method, note in proof.notes.items()]
    notes.extend(f"{method}: not available on this platform, skipped" for method in proof.skipped)
    if notes:
        yield "\n".join(notes)


def _last_line(proof: Proof) -> str:
    agreed = sum(row.verdict.agreed for row in proof.rows)
    wrong = sum(len(row.verdict.disagreements) for row in proof.rows)
    lacking = sum(bool(row.origins) for row in proof.rows)
    left = f"; {proof.unseen} more of modules that nothing imported" if proof.unseen else ""
    return (
        f"Python {proof.interpreter.version}: "
        f"{_count(len(proof.rows), 'registry', 'registries')} compared{left}; "
        f"{lacking} with entries that a worker lacks; "
        f"{_count(agreed, 'prediction holds', 'predictions hold')}, {wrong} contradicted"
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
