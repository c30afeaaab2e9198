"""Runs Python code in a fresh process that can import the library and the given folders."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import textwrap

SOURCES = pathlib.Path(__file__).parents[2] / "src"


def run(code: str, *folders: pathlib.Path) -> str:
    """What `python -c code` prints; fails with its traceback if it fails."""
    return run_python("-c", textwrap.dedent(code), folders=folders)


def run_python(*arguments: str, folders: tuple[pathlib.Path, ...] = ()) -> str:
    path = os.pathsep.join(str(folder) for folder in (SOURCES, *folders))
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
