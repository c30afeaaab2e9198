"""Convert texts in a pool of processes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

import reversing  # noqa: F401  # registers the codec, in every worker
from codecs_by_name import encode

if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        print(pool.submit(encode, "reverse", "abc").result())
