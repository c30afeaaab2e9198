"""Train on halved samples."""

from __future__ import annotations

from samples import load
from transforms.registry import register

if __name__ == "__main__":

    @register("halve")  # REG202
    def halve(value: float) -> float:
        return value / 2

    print(load("halve"))
