"""The balloon pictures."""

from __future__ import annotations

from trainer.catalog import DATASETS


def load_balloons() -> list[int]:
    return [1, 2, 3]


DATASETS.register("balloons", load_balloons)
