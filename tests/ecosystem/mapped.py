"""What `registry-lint map` says of the sources of a package."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


class NoMapError(Exception):
    """There is no map of a package: one line that says why."""


def registries(sources: Path, timeout: float) -> list[dict[str, Any]]:
    """Return the registries as `map --format json` writes them; raises NoMapError."""
    if not sources.is_dir():
        raise NoMapError(f"no sources in {sources}")
    command = [sys.executable, "-m", "registry_lint", "map", "--root", str(sources), "--format", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=timeout)
    except subprocess.TimeoutExpired:
        raise NoMapError(f"not mapped within {timeout:.0f} s") from None
    if not done.stdout:
        raise NoMapError(f"status {done.returncode}: {done.stderr.strip()[-300:]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)["registries"]
    return found


def last_name(registry: dict[str, Any]) -> str:
    """Return the name that a registry is bound to, without its module and class."""
    return str(registry["id"]).replace(":", ".").rpartition(".")[2]


def share(part: int, whole: int) -> float:
    """Return how much of the whole a part is; of nothing, all."""
    return part / whole if whole else 1.0
