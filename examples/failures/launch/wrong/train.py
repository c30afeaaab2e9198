"""Train on balloons."""

from __future__ import annotations

from trainer.catalog import DATASETS
from trainer.launch import launch


def load_balloons() -> list[int]:
    return [1, 2, 3]


def prepare() -> None:
    DATASETS.register("balloons", load_balloons)  # REG202


def train(rank: int) -> None:
    print(f"rank {rank}: {len(DATASETS.get('balloons'))} pictures", flush=True)


if __name__ == "__main__":
    prepare()
    launch(train, 2)
