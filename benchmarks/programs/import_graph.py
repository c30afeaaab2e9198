"""A peer: grimp's import graph of packages that lie in one folder; with a second argument, with its cache."""

from __future__ import annotations

import sys

import grimp

if __name__ == "__main__":
    folder, cache, *packages = sys.argv[1:]
    sys.path.insert(0, folder)
    grimp.build_graph(*packages, cache_dir=cache or None)
