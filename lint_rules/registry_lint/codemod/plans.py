"""What is to be done in each file of a project, planned once and shared by processes through a folder."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from registry_lint.check import analyse, select
from registry_lint.codemod.outcomes import Change
from registry_lint.codemod.rewriting import rewrite
from registry_lint.codemod.templates import check_template
from registry_lint.config import ConfigError, load
from registry_lint.source import digest

# How long the others wait for the process that plans, in seconds.
PATIENCE = 3600.0


class FilePlan(NamedTuple):
    """The proved changes of one file, and the places that stay as they are.

    `before` and `after` are the digests of the text that the changes are for, and of the one that was proved.
    """

    before: str = ""
    after: str = ""
    changes: tuple[Change, ...] = ()
    refusals: tuple[tuple[int, str], ...] = ()


Plan = Mapping[str, FilePlan]


def plan_of(root: Path, folder: Path | None) -> Plan:
    """Return the plan for the project at `root`, made by whichever process comes first.

    Raises `ConfigError` for a mistake in the project's settings.
    """
    if folder is None:
        return make_plan(root)
    file = folder / f"{digest(str(root))}.json"
    try:
        os.close(os.open(file.with_suffix(".lock"), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return _loaded(_wait_for(file))
    content = _dumped(root)
    unfinished = file.with_suffix(".part")
    unfinished.write_text(content, encoding="utf-8")
    unfinished.replace(file)
    return _loaded(content)


def make_plan(root: Path) -> Plan:
    """Return what the findings of the project ask for, proved; writes nothing."""
    config = load(root)
    check_template(config)
    findings = select(analyse(root, config), config)
    rewrites, refusals = rewrite(root, findings, config, analyse)
    plans = {}
    for each in rewrites:
        name = each.target.relative_to(root.resolve()).as_posix()
        plans[name] = FilePlan(digest(each.original), digest(each.text), each.changes)
    for refusal in refusals:
        plan = plans.get(refusal.path, FilePlan())
        plans[refusal.path] = plan._replace(refusals=(*plan.refusals, (refusal.line, refusal.reason)))
    return plans


def _dumped(root: Path) -> str:
    """Return the plan as JSON, or the mistake in the settings: those who wait must hear of it too."""
    try:
        return json.dumps({"files": make_plan(root)})
    except ConfigError as error:
        return json.dumps({"error": str(error)})


def _loaded(content: str) -> Plan:
    found = json.loads(content)
    if "error" in found:
        raise ConfigError(found["error"])
    return {path: _file_plan(*packed) for path, packed in found["files"].items()}


def _file_plan(before: str, after: str, changes: list[list[Any]], refusals: list[list[Any]]) -> FilePlan:
    left = tuple((int(line), str(reason)) for line, reason in refusals)
    return FilePlan(before, after, tuple(Change(*change) for change in changes), left)


def _wait_for(file: Path) -> str:
    end = time.monotonic() + PATIENCE
    while not file.exists():
        if time.monotonic() > end:
            raise TimeoutError("another process plans this project and does not finish; run with --jobs 1")
        time.sleep(0.02)
    return file.read_text(encoding="utf-8")
