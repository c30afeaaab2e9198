"""A small project on disk that the codemod is run on, judged by the stand-in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

import judge

from registry_lint.codemod import fix
from registry_lint.config import Config

READERS = '''class Readers:
    """Readers by format."""

    items = {}

    def add(cls, name, reader):
        cls.items[name] = reader
'''


class Run(NamedTuple):
    """What a run of `fix` gave."""

    status: int
    out: str
    err: str


def run_fix(
    root: Path, *paths: Path, config: Config | None = None, diff: bool = False, annotate: bool = False
) -> Run:
    config = config or Config()
    out, err = io.StringIO(), io.StringIO()
    analysis = judge.analyse(root, config)
    status = fix(
        analysis, paths, diff=diff, annotate=annotate, config=config, out=out, err=err, analyse=judge.analyse
    )
    return Run(status, out.getvalue(), err.getvalue())


def fixed(root: Path, content: bytes) -> bytes:
    """Return what `fix` makes of a file with this content; it must be able to."""
    file = root / "readers.py"
    file.write_bytes(content)
    run = run_fix(root)
    assert run.status == 1, run.err
    return file.read_bytes()
