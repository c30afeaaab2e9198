"""Convert texts in a pool of processes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

from codecs_by_name import encode, register


def reverse(text: str) -> str:
    return text[::-1]


def start_worker() -> None:
    register("reverse", reverse)


if __name__ == "__main__":
    register("reverse", reverse)  # REG202
    with ProcessPoolExecutor(1, initializer=start_worker) as pool:
        print(pool.submit(encode, "reverse", "abc").result())
