"""What this process can say of itself in an error message."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable


def describe_process(modules: Iterable[str]) -> str:
    """One clause on why an entry may be missing here, given the modules that have registered so far."""
    registered = ", ".join(modules) or "none"
    return f"in process {os.getpid()}, {_origin()}; modules that have registered here: {registered}"


def _origin() -> str:
    """How this process came to be, and what that means for registrations at run time."""
    method = start_method()
    if method is None:
        return "which does not see what other processes register at run time"
    if method == "fork":
        return (
            "forked with its parent's entries, what the parent registers at run time since then is not seen"
        )
    return f"started by {method}, what its parent registers at run time is not seen"


def start_method() -> str | None:
    """The method that started this process; None if multiprocessing did not start it.

    A process object of a context knows its method; one of the default context does not.
    """
    if multiprocessing.parent_process() is None:
        return None
    method: str | None = getattr(multiprocessing.current_process(), "_start_method", None)
    return method or multiprocessing.get_start_method()
