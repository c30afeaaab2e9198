"""Memory that is not given back: for processes that analyse a project and then end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def memory_left_to_the_system() -> Iterator[None]:
    """Collect nothing of what is made here, neither now nor when the process ends.

    A linked program is full of rings, which only the garbage collector can free: to go through all of it once
    takes a seventh of a run, and frees little, as what outlives it lies scattered. Only the first time in a
    process, so that one which analyses again and again keeps no more than once what it does not need.
    """
    if not gc.isenabled() or gc.get_freeze_count():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
