"""How an error of our own becomes a finding instead of a crash."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from registry_lint import __version__
from registry_lint.findings import Finding
from registry_lint.places import Location, Span
from registry_lint.source import one_line

CODE = "REG000"
NAME = "internal-error"
READING = "reading this file"


def internal_error(error: Exception, path: str, doing: str) -> Finding:
    """Return the finding that stands for an exception raised in our own code."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return Finding(
        code=CODE,
        name=NAME,
        location=Location(path, Span(1, 0, 1, 0)),
        message=(
            f"internal error in registry-lint {__version__} on Python {python} while {doing}:"
            f" {type(error).__name__}: {one_line(error)} (at {_place(error)}); this is our mistake,"
            " please report this line"
        ),
        registry="",
        fingerprint=f"{CODE}|{doing}|{type(error).__name__}|{path}",
    )


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"


def is_about_its_file(finding: Finding) -> bool:
    """Return whether an internal error is about the file that it names rather than the whole project."""
    return finding.fingerprint.startswith(f"{CODE}|{READING}|")
