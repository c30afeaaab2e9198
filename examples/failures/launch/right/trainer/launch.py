"""One training process a device."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable


def launch(main: Callable[[int], None], processes: int) -> None:
    """Run `main(rank)` in each process, and exit with status 1 if one of them fails."""
    if processes == 1:
        main(0)
        return
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=main, args=(rank,)) for rank in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        sys.exit(1)
