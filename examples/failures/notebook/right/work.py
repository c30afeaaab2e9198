"""What the workers run."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from filters import FILTERS


def apply(name: str, value: int) -> int:
    if name not in FILTERS:
        raise LookupError(f"no filter {name!r} in this process; known are {sorted(FILTERS)}")
    return FILTERS[name](value)


def apply_all(name: str, values: Iterable[int]) -> list[int]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return [pool.submit(apply, name, value).result() for value in values]
