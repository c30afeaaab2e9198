"""Several environments at once, each in a process of its own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from arcade.envs import make


def reset_one(id: str) -> int:
    return make(id).reset()


def reset_all(ids: list[str]) -> list[int]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return list(pool.map(reset_one, ids))
