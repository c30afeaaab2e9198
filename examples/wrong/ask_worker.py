"""Print the formats that this process knows, and those that a spawned worker knows."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from reports import Formats
from reports.html import enable_html


def known() -> str:
    return " ".join(Formats.names())


if __name__ == "__main__":
    enable_html()
    Formats.register("json")(json.dumps)
    print("this process:  ", known())
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        print("spawned worker:", pool.submit(known).result())
