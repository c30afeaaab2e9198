"""The command `fix`: rewrites the files that findings have edits for, or shows the patch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TextIO

from registry_lint.check import analyse as analyse_project
from registry_lint.check.selection import path_filter, without_silenced
from registry_lint.codemod.contract_text import enumerate_words
from registry_lint.codemod.diff import patch, write_bytes
from registry_lint.codemod.outcomes import Refusal, RefusalError, Rewrite
from registry_lint.codemod.rewriting import Analyse, rewrite
from registry_lint.codemod.templates import check_template
from registry_lint.codemod.write import write
from registry_lint.config import Config, ConfigError
from registry_lint.findings import Finding

NOTHING, FIXED, FAILED = 0, 1, 2


class Analysed(Protocol):
    """What is taken from an analysis: where the project is, and what was found in it."""

    @property
    def root(self) -> Path:
        """The folder that paths are relative to."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings whose edits are wanted."""


def fix(
    analysis: Analysed,
    paths: Sequence[str | os.PathLike[str]] = (),
    *,
    diff: bool = False,
    annotate: bool = False,
    config: Config,
    out: TextIO,
    err: TextIO,
    analyse: Analyse = analyse_project,
) -> int:
    """Apply the edits of an analysis' findings, below `paths` where some are given; return the exit status.

    0: there was nothing to do. 1: files were fixed, or would be with `diff`, which only prints the patch.
    2: something could not be fixed, and a line on `err` says what and why; the rest is fixed all the same.
    `annotate` also writes `ClassVar`. A template that REG101 would not accept is refused, as is a path
    outside the project.
    """
    try:
        check_template(config)
        wanted = path_filter(analysis.root, [Path(path) for path in paths])
    except (ConfigError, ValueError) as error:
        err.write(f"registry-lint: {error}\n")
        return FAILED
    findings = [finding for finding in analysis.findings if finding.edit and wanted(finding.location.path)]
    findings = without_silenced(analysis.root, config, findings)
    if not findings:
        return NOTHING
    rewrites, refusals = rewrite(analysis.root, findings, config, analyse, annotate=annotate)
    left = list(refusals)
    if diff:
        _show(analysis.root, rewrites, out)
    else:
        left += [refusal for each in rewrites if (refusal := _write(each, out)) is not None]
    for refusal in sorted(left):
        err.write(f"{refusal.path}:{refusal.line}: left alone: {refusal.reason}\n")
    return FAILED if left else FIXED


def _show(root: Path, rewrites: Sequence[Rewrite], out: TextIO) -> None:
    """Print the patch, for `git apply` and `patch -p1` in the root."""
    base = root.resolve()
    for each in rewrites:
        write_bytes(out, patch(each.target.relative_to(base).as_posix(), each.before, each.after))


def _write(rewritten: Rewrite, out: TextIO) -> Refusal | None:
    try:
        write(rewritten.target, rewritten.before, rewritten.after)
    except RefusalError as reason:
        return Refusal(rewritten.task.path, rewritten.task.line, str(reason))
    for wanted in rewritten.task.wanted:
        edit = wanted.edit
        named = enumerate_words([f"{edit.owner}.{name}" for name in edit.attributes])
        out.write(f"{rewritten.task.path}:{edit.location.span.line}: documented {named}\n")
    return None
