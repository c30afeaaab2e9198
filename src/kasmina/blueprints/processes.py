"""What this process can say of itself in an error message."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable


def describe_process(modules: Iterable[str]) -> str:
    """One clause on why an entry may be missing here, given the modules that have registered so far."""
    registered = ", ".join(modules) or "none"
    return (
        f"process {os.getpid()} ({_start()}) does not see registrations that a parent made at run time, "
        f"only what its own imports registered; modules that have registered here: {registered}"
    )


def _start() -> str:
    """How this process came to be; multiprocessing keeps the method of a child on its process object."""
    if multiprocessing.parent_process() is None:
        return "not a multiprocessing child"
    method = getattr(multiprocessing.current_process(), "_start_method", None)
    return f"started by {method or multiprocessing.get_start_method(allow_none=True) or 'default'}"
