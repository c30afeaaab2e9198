"""What every report is made from: the findings, and how paths are shown to this reader."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from registry_lint.findings import Finding


class Document(NamedTuple):
    """The findings to report; `show` turns a path in the project into one from the reader's folder."""

    root: Path
    findings: tuple[Finding, ...]
    show: Callable[[str], str] = str


def shown_from(root: Path, folder: Path) -> Callable[[str], str]:
    """Return how paths below `root` are written from `folder`, always with forward slashes."""
    try:
        prefix = Path(os.path.relpath(root, folder)).as_posix()
    except ValueError:  # another drive
        prefix = root.as_posix()
    return (lambda path: path) if prefix == "." else (lambda path: f"{prefix}/{path}")
