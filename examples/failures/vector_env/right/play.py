"""Play two mazes at once."""

from __future__ import annotations

import maze  # noqa: F401  # registers Maze-v0, in every worker
from arcade.vector import reset_all

if __name__ == "__main__":
    print(reset_all(["Maze-v0", "Maze-v0"]))
