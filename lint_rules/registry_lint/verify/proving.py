"""The proof: what every process holds of every registry, set against the parent and the prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from registry_lint.project import Registration
from registry_lint.verify.answers import Answer, EntryPath, Failure, Holding, Question, Seen
from registry_lint.verify.asking import ask
from registry_lint.verify.comparing import Difference, compare
from registry_lint.verify.interpreter import Interpreter
from registry_lint.verify.predicting import Verdict, judge, origin_seen
from registry_lint.verify.targets import Known, Target

METHODS = ("fork", "spawn", "forkserver")


class Row(NamedTuple):
    """One registry: what the parent holds, the difference under each start method, the verdict.

    `origins` tells for every entry that is missing somewhere which place registers it, or None.
    """

    known: Known
    parent: Holding
    differences: Mapping[str, Difference]
    origins: Mapping[EntryPath, Registration | None]
    verdict: Verdict


class Proof(NamedTuple):
    """All rows, the start methods that could not be asked and why, and those that do not exist here.

    `nothing_compared` says why there is no row although nothing failed; it is empty otherwise.
    """

    interpreter: Interpreter
    rows: tuple[Row, ...]
    failures: Mapping[str, Failure]
    skipped: tuple[str, ...]
    notes: Mapping[str, str]
    unseen: int
    nothing_compared: str = ""

    @property
    def holds(self) -> bool:
        """True if registries were compared, no process and no script failed, and no worker lacks an entry."""
        missing = any(found.missing for row in self.rows for found in row.differences.values())
        return bool(self.rows) and not missing and not self.failures


def question(
    target: Target,
    python: str,
    path: Sequence[str],
    *,
    modules: Sequence[str] = (),
    run: str | None = None,
    script: Path | None = None,
    cell: Path | None = None,
    source: str = "",
    argv: Sequence[str] = (),
    timeout: float = 60.0,
) -> Question:
    """Return the question that asks for every registry of the target."""
    watched = {
        module
        for known in target.registries
        for files in (known.modules, known.triggers)
        for module in files.values()
    }
    return Question(
        python=python,
        modules=tuple(modules),
        run=run,
        script=str(script.resolve()) if script else None,
        cell=str(cell.resolve()) if cell else None,
        source=source,
        argv=tuple(argv),
        path=tuple(path),
        registries=tuple(known.record.id for known in target.registries),
        watched=tuple(sorted(watched)),
        aliases=target.aliases,
        timeout=timeout,
    )


def prove(asked: Question, target: Target, interpreter: Interpreter, methods: Sequence[str]) -> Proof:
    """Return the proof under the asked start methods; each runs in a process tree of its own."""
    possible = [method for method in methods if method in interpreter.methods]
    answers = {method: ask(asked, method) for method in possible}
    return assemble(target, interpreter, answers, [method for method in methods if method not in possible])


def assemble(
    target: Target, interpreter: Interpreter, answers: Mapping[str, Answer], skipped: Sequence[str]
) -> Proof:
    """Return the proof that the answers amount to."""
    rows = [row for known in target.registries if (row := _row(known, answers))]
    failures = {}
    notes = {}
    for method, (parent, child) in answers.items():
        if isinstance(parent, Failure):
            failures[method] = Failure(f"the parent failed: {parent.reason}", parent.lines, of_parent=True)
        elif isinstance(child, Failure):
            failures[method] = Failure(f"the worker failed: {child.reason}", child.lines)
        elif parent.ended.startswith("raised"):
            failures[method] = Failure(f"the script {parent.ended}", parent.lines)
        elif parent.ended:
            notes[method] = f"the script {parent.ended}"
    unseen = len(target.registries) - len(rows)
    why = "" if rows or failures else _why_nothing(unseen, bool(answers), skipped)
    return Proof(interpreter, tuple(rows), failures, tuple(skipped), notes, unseen, why)


def _why_nothing(unseen: int, is_observed: bool, skipped: Sequence[str]) -> str:
    """Return why there is nothing to compare, and what to do about it."""
    if not is_observed:
        return f"{' and '.join(skipped)} not available on this platform; choose another --method"
    if not unseen:
        return "the analysis knows no registry there; `registry-lint map --all` tells why a container is none"
    known = f"no process imported the module of any registry ({unseen} known)"
    return f"{known}; name a module that declares or fills one"


def _row(known: Known, answers: Mapping[str, Answer]) -> Row | None:
    """Return the row of one registry; none where no process has imported its module."""
    record = known.record
    parents = [parent for parent, _ in answers.values() if isinstance(parent, Seen)]
    both = {
        method: (parent, child)
        for method, (parent, child) in answers.items()
        if isinstance(parent, Seen) and isinstance(child, Seen)
    }
    seen = [state.registries[record.id] for state in (*parents, *(child for _, child in both.values()))]
    if all(holding.absent for holding in seen):
        return None
    parent = max(parents, key=lambda state: len(state.registries[record.id].entries))
    differences = {
        method: compare(here.registries[record.id], there.registries[record.id])
        for method, (here, there) in both.items()
    }
    modules = {**known.triggers, **known.modules}
    missing = sorted({path for found in differences.values() for path in found.missing})
    children = {method: child for method, (_, child) in both.items()}
    return Row(
        known,
        parent.registries[record.id],
        differences,
        {path: origin_seen(record, modules, parent, path) for path in missing},
        judge(record, modules, parent, children),
    )
