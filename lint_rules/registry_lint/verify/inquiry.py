"""One whole inquiry: from what a person asks, through the analysis, to the proof."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from registry_lint.verify.answers import Question
from registry_lint.verify.interpreter import TargetError, examine
from registry_lint.verify.mains import read_main
from registry_lint.verify.proving import METHODS, Proof, prove, question
from registry_lint.verify.targets import Target, find_roots, import_path, know


@dataclass(frozen=True)
class Inquiry:
    """What is asked: the modules that every process imports, and how the parent comes to its state.

    `script` runs as `python FILE` does, with `argv` behind it; `cell` runs as a notebook does.
    `path` comes first on the import path: by default the folder of the script or cell, or else
    the root and its source roots.
    """

    modules: tuple[str, ...] = ()
    run: str | None = None
    script: Path | None = None
    cell: Path | None = None
    argv: tuple[str, ...] = ()
    methods: tuple[str, ...] = METHODS
    root: Path | None = None
    config: Path | None = None
    path: tuple[str, ...] | None = None
    python: str = sys.executable
    timeout: float = 60.0


class Outcome(NamedTuple):
    """The proof, with the question that was put and the registries that the analysis knew."""

    proof: Proof
    asked: Question
    target: Target


def inquire(inquiry: Inquiry) -> Outcome:
    """Return the proof; the observed code runs in other processes, none of which outlives the call.

    Raises TargetError when there is nothing to observe, `ConfigError` for a mistake in the
    project's configuration, OSError when processes or files cannot be made.
    """
    main = inquiry.script or inquiry.cell
    if not inquiry.modules and not main:
        raise TargetError("nothing to observe: expected a MODULE, --script FILE or --cell FILE")
    if inquiry.run is not None and not all(inquiry.run.partition(":")):
        raise TargetError(f"--run {inquiry.run}: expected MODULE:FUNCTION")
    text = read_main(main) if main else ""
    path = inquiry.path or _path(inquiry, main)
    interpreter = examine(inquiry.python, inquiry.modules, path)
    places = [*interpreter.places, *([main] if main else [])]
    target = know(find_roots(places, inquiry.root), main, inquiry.config)
    asked = question(
        target,
        inquiry.python,
        path,
        modules=inquiry.modules,
        run=inquiry.run,
        script=inquiry.script,
        cell=inquiry.cell,
        source=text,
        argv=inquiry.argv,
        timeout=inquiry.timeout,
    )
    return Outcome(prove(asked, target, interpreter, inquiry.methods), asked, target)


def _path(inquiry: Inquiry, main: Path | None) -> tuple[str, ...]:
    return (str(main.resolve().parent),) if main else import_path((inquiry.root or Path()).resolve())
