"""A floor: one process that does nothing but parse every file of a folder, and keeps no tree."""

from __future__ import annotations

import ast
import sys
from pathlib import Path


def parse(file: Path) -> None:
    """Parse one file; one that this Python cannot parse is passed over, as every tool here does."""
    try:
        ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        sys.stderr.write(f"{file}: passed over\n")


if __name__ == "__main__":
    for found in sorted(Path(sys.argv[1]).rglob("*.py")):
        parse(found)
