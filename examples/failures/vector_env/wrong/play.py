"""Play two mazes at once."""

from __future__ import annotations

import maze
from arcade.vector import reset_all


def main() -> None:
    maze.register_envs()
    print(reset_all(["Maze-v0", "Maze-v0"]))


if __name__ == "__main__":
    main()
