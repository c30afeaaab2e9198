"""flake8 with the plugins of the named distributions only, whatever else is installed beside it.

flake8 has no option that leaves a plugin out: it finds them among all installed distributions, and a plugin
whose codes are ignored runs all the same. So the distributions are left out where flake8 looks for them. All
variants start through this file, which makes the same start-up cost part of each.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from typing import Any

GROUPS = {"flake8.extension", "flake8.report"}


def only(names: set[str]) -> Any:
    """Return a replacement for `importlib.metadata.distributions` that knows no other plugins."""
    every = importlib.metadata.distributions

    def distributions(**context: Any) -> Iterator[importlib.metadata.Distribution]:
        for found in every(**context):
            is_plugin = any(entry.group in GROUPS for entry in found.entry_points)
            if not is_plugin or found.metadata["Name"] in names:
                yield found

    return distributions


if __name__ == "__main__":
    plugins, *arguments = sys.argv[1:]
    importlib.metadata.distributions = only({"flake8", *filter(None, plugins.split(","))})
    from flake8.main.cli import main

    raise SystemExit(main(arguments))
