"""What the analysis would know of a small program, and the proof of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from registry_lint.places import Location, Span
from registry_lint.project.model import ContainerRecord, Kind, Phase, Registration
from registry_lint.verify.interpreter import examine
from registry_lint.verify.proving import METHODS, Proof, prove, question
from registry_lint.verify.targets import Known, Target

Program = Callable[[Mapping[str, str]], Path]


def place(path: str, line: int) -> Location:
    return Location(path, Span(line, 0, line, 1))


def registration(
    key: str | None, path: str, line: int, phase: Phase, value: str | None = None
) -> Registration:
    return Registration(key, value, place(path, line), phase, None, ())


def record(
    identifier: str, registrations: Sequence[Registration] = (), kind: Kind = "module"
) -> ContainerRecord:
    path = identifier.partition(":")[0].replace(".", "/") + ".py"
    return ContainerRecord(
        identifier, kind, "registry", "", place(path, 1), "dict", False, None, (), tuple(registrations)
    )


def target(*records: ContainerRecord, script: str = "") -> Target:
    """Return what the analysis would know; a file's module is named after its path."""
    return Target(
        tuple(Known(each, _modules(each)) for each in records),
        {script.removesuffix(".py"): "__main__"} if script else {},
        (),
    )


def _modules(each: ContainerRecord) -> dict[str, str]:
    files = {each.location.path, *(entry.location.path for entry in each.registrations)}
    return {file: file.removesuffix(".py").replace("/", ".") for file in files}


def observe(
    folder: Path,
    known: Target,
    *,
    modules: Sequence[str] = (),
    script: str = "",
    cell: str = "",
    run: str | None = None,
    methods: Sequence[str] = METHODS,
    timeout: float = 30,
    python: str = sys.executable,
) -> Proof:
    """Return the proof of a program in a folder."""
    asked = question(
        known,
        python,
        [str(folder)],
        modules=modules,
        run=run,
        script=folder / script if script else None,
        cell=folder / cell if cell else None,
        source=(folder / (script or cell)).read_text("utf-8") if script or cell else "",
        timeout=timeout,
    )
    return prove(asked, known, examine(python, [], []), methods)
