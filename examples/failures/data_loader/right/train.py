"""Train on halved samples."""

from __future__ import annotations

import transforms.halving  # noqa: F401  # registers the transform, in every worker
from samples import load

if __name__ == "__main__":
    print(load("halve"))
