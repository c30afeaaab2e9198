"""What the observed program's first process does: bring about the parent's state, start one worker."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import multiprocessing.context
import os
import sys
import types
from importlib.machinery import SourceFileLoader
from typing import Any

from registry_lint.verify.inside.child import Probe, describe, import_modules, print_traceback, report, write


def play(text: str, request: dict[str, Any]) -> None:
    """Bring about the parent's state, report it, and let a worker of the asked method report its own."""
    prefer(request["method"])
    if not report(request, "parent", lambda: prepare(request)):
        return
    mark(request["marker"])
    write(request, "worker", start_worker(text, request))


def prepare(request: dict[str, Any]) -> str:
    """Import the modules, call the set-up function, run the script; return what is worth a note."""
    import_modules(request["modules"])
    if request["run"]:
        module, _, function = request["run"].partition(":")
        call = importlib.import_module(module)
        for name in function.split("."):
            call = getattr(call, name)
        call()  # type: ignore[operator]
    if request["script"] or request["cell"]:
        return run_main(request)
    return ""


def prefer(method: str) -> None:
    """Make the method this program's default, as a platform does, without fixing it.

    `multiprocessing.set_start_method` would fix it, and a script that calls it itself would fail.
    """
    default: Any = getattr(multiprocessing.context, "_default_context", None)
    if method and hasattr(default, "_default_context"):
        default._default_context = multiprocessing.get_context(method)


def run_main(request: dict[str, Any]) -> str:
    """Run the script as `python FILE` does, or the cell as a notebook does; return how it ended, if badly.

    One that raises has a state all the same: what it raises may well come from its own workers.
    The main module is a new one: `multiprocessing` finds the file that workers re-import in its
    `__file__`, and a cell has none.
    """
    main = types.ModuleType("__main__")
    main.__dict__["__builtins__"] = __builtins__
    path = request["script"]
    if path:
        main.__file__ = path
        main.__loader__ = SourceFileLoader("__main__", path)
        main.__dict__["__cached__"] = None
    sys.argv = [path or "-c", *request["argv"]]
    sys.modules["__main__"] = main
    ended = execute(compile(request["source"], path or "<cell>", "exec"), main.__dict__)
    if os.getpid() != request["pid"]:
        os._exit(0)  # a copy that the program has forked, and that has come to its end
    return ended


def execute(program: types.CodeType, namespace: dict[str, Any]) -> str:
    """Run a main module's code and return how it ended, if badly."""
    try:
        exec(program, namespace)
    except SystemExit as stop:
        return f"exited with status {stop.code}" if stop.code else ""
    except BaseException as error:
        print_traceback(error)
        return f"raised {describe(error)}"
    return ""


def mark(marker: str) -> None:
    """Print the line that tells the parent's output from the worker's."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # the program may have closed or replaced it
            stream.flush()
    with contextlib.suppress(OSError):
        os.write(1, marker.encode())


def start_worker(text: str, request: dict[str, Any]) -> dict[str, Any]:
    """Start the worker, wait as long as it may take, and return how it ended."""
    try:
        worker = multiprocessing.get_context(request["method"]).Process(target=Probe(text, request))
        worker.start()
    except BaseException as error:
        return {"error": f"cannot be started: {type(error).__name__}: {error}"}
    worker.join(request["timeout"])
    if worker.exitcode is None:
        worker.kill()
        worker.join(5)
        return {"hung": True}
    return {"exit": worker.exitcode}
