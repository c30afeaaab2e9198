"""From the findings of an analysis to rewritten files, each proved; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from registry_lint.codemod.changes import plan_changes
from registry_lint.codemod.original import Original, read_original, universal
from registry_lint.codemod.outcomes import Change, Refusal, RefusalError, Rewrite, Task
from registry_lint.codemod.project_style import ProjectStyle, read_project_style
from registry_lint.codemod.proofs import prove_findings, prove_same_program
from registry_lint.codemod.tasks import find_target, find_tasks
from registry_lint.config import Config
from registry_lint.findings import DocumentRegistry, Finding


class Judged(Protocol):
    """What the proofs need of an analysis."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding in the project."""


class Analyse(Protocol):
    """The whole pipeline as `check.analyse` offers it: `overlay` maps paths to texts in place of files."""

    def __call__(self, root: Path, config: Config, *, overlay: Mapping[str, str]) -> Judged:
        """Return the analysis of the project."""


class Rewritten(NamedTuple):
    """Every file that can be rewritten, and every place that stays as it is."""

    rewrites: tuple[Rewrite, ...]
    refusals: tuple[Refusal, ...]


def rewrite(
    root: Path, findings: Sequence[Finding], config: Config, analyse: Analyse, *, annotate: bool = False
) -> Rewritten:
    """Return the files with the edits of these findings in them, each of them proved.

    A file that cannot be edited or fails a proof is refused with the reason; the others go on.
    """
    project, done, refusals = read_project_style(root), list[Rewrite](), list[Refusal]()
    for task in _distinct(root, find_tasks(findings), refusals):
        rewritten, refused = _rewrite_file(root, task, project, config, annotate)
        refusals += refused
        done += [] if rewritten is None else [rewritten]
    proved, failed = _prove_in_project(root, config, analyse, done)
    return Rewritten(tuple(proved), tuple(sorted([*refusals, *failed])))


def _distinct(root: Path, tasks: Sequence[Task], refusals: list[Refusal]) -> list[Task]:
    """Return the tasks of files inside the root; a file that has two names in it is edited once."""
    by_target: dict[Path, Task] = {}
    for task in tasks:
        target = find_target(root, task)
        if isinstance(target, Refusal):
            refusals.append(target)
        elif target not in by_target or target == root / task.path:
            by_target[target] = task
    return list(by_target.values())


def _rewrite_file(
    root: Path, task: Task, project: ProjectStyle, config: Config, annotate: bool
) -> tuple[Rewrite | None, list[Refusal]]:
    """Return the rewritten file with the proofs that need only itself, and the classes left alone."""
    refusals: list[Refusal] = []
    try:
        original = read_original(Path(root / task.path).resolve())
        changes, refusals, done = plan_changes(original, task, project, config.template)
        if not changes:
            return None, refusals
        text = _rewrite_text(original, changes, [wanted.edit for wanted in done], annotate)
        finished = task._replace(wanted=tuple(done))
        return _as_rewrite(finished, original, text, changes), refusals
    except RefusalError as reason:
        return None, [*refusals, Refusal(task.path, task.line, str(reason))]
    except RecursionError:
        return None, [*refusals, Refusal(task.path, task.line, "nested too deeply")]


def _rewrite_text(
    original: Original, changes: Sequence[Change], edits: Sequence[DocumentRegistry], annotate: bool
) -> str:
    """Return the new text, proved to be the same program."""
    # LibCST takes longer to import than a whole warm run: only for a file that is going to change.
    from registry_lint.codemod.transform import rewrite_text

    text = rewrite_text(original.text, changes, original.newline)
    prove_same_program(original.text, text, edits)
    if annotate:
        from registry_lint.codemod.annotate import annotate_text

        text = annotate_text(original.text, text, edits)
    return text


def _as_rewrite(task: Task, original: Original, text: str, changes: Sequence[Change]) -> Rewrite:
    after = original.encode(text)
    return Rewrite(
        task, original.target, original.data, after, original.text, universal(text), tuple(changes)
    )


def _prove_in_project(
    root: Path, config: Config, analyse: Analyse, rewrites: Sequence[Rewrite]
) -> tuple[list[Rewrite], list[Refusal]]:
    """Return the rewrites after which the project has lost what was to go and gained nothing.

    They are proved together, which is what will be on disk; if that fails, one by one first.
    """
    if not rewrites:
        return [], []
    before = analyse(root, config, overlay={}).findings
    if _failure(root, config, analyse, before, rewrites) is None:
        return list(rewrites), []
    sound, failed = list[Rewrite](), list[Refusal]()
    for single in rewrites:
        reason = _failure(root, config, analyse, before, [*sound, single])
        if reason is None:
            sound.append(single)
        else:
            failed.append(Refusal(single.task.path, single.task.line, reason))
    return sound, failed


def _failure(
    root: Path, config: Config, analyse: Analyse, before: Sequence[Finding], rewrites: Sequence[Rewrite]
) -> str | None:
    registries = [name for each in rewrites for wanted in each.task.wanted for name in wanted.registries]
    after = analyse(root, config, overlay=_overlay(root, rewrites)).findings
    try:
        prove_findings(before, after, registries)
    except RefusalError as reason:
        return str(reason)
    return None


def _overlay(root: Path, rewrites: Sequence[Rewrite]) -> dict[str, str]:
    """Return the new texts under the names of the files and of the links that led to them."""
    base = root.resolve()
    named = {each.target.relative_to(base).as_posix(): each.text for each in rewrites}
    return named | {each.task.path: each.text for each in rewrites}
