"""Train on balloons."""

from __future__ import annotations

import balloons  # noqa: F401  # registers the dataset, in every training process
from trainer.catalog import DATASETS
from trainer.launch import launch


def train(rank: int) -> None:
    print(f"rank {rank}: {len(DATASETS.get('balloons'))} pictures", flush=True)


if __name__ == "__main__":
    launch(train, 2)
