"""What a probe does in a worker process: import what a worker would, read the registries, report."""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import traceback
from pathlib import Path
from typing import Any

from registry_lint.verify.inside.reading import snapshot

# Evaluated where the probe is unpickled, in the namespace that comes with it: nothing of ours has
# to be importable there. That is why the whole text travels along.
UNPACK = "exec(TEXT, globals()) or Probe(TEXT, REQUEST)"


class Probe:
    """The target of an observed worker; it pickles into its own source text and the request."""

    def __init__(self, text: str, request: dict[str, Any]) -> None:
        self.text = text
        self.request = request

    def __reduce__(self) -> tuple[Any, ...]:
        names = {"__name__": "registry_lint_probe", "__probe__": True}
        return eval, (UNPACK, {**names, "TEXT": self.text, "REQUEST": self.request})

    def __call__(self) -> None:
        """Write what this process sees, or why it cannot say, to the request's folder."""
        report(self.request, "child", lambda: import_modules(self.request["modules"]))


def import_modules(names: list[str]) -> None:
    """Import the named modules, as a worker that uses them does."""
    for name in names:
        importlib.import_module(name)


def report(request: dict[str, Any], part: str, prepare: Any) -> bool:
    """Run `prepare`, write the registries or the error as `part`, and return whether it went well."""
    try:
        ended = prepare() or ""
    except BaseException as error:  # a module may well call sys.exit()
        print_traceback(error)
        write(request, part, {"error": describe(error)})
        return False
    seen = snapshot(request["registries"], request["aliases"])
    write(request, part, {"ended": ended, "registries": seen, "imported": imported(request, part)})
    return True


def imported(request: dict[str, Any], part: str) -> list[str]:
    """Return the watched modules that this process has; a worker that is not forked has no cell."""
    aliases = request["aliases"]
    without_main = request["cell"] and part == "child" and request["method"] != "fork"
    return [
        name
        for name in request["watched"]
        if aliases.get(name, name) in sys.modules and not (without_main and name in aliases)
    ]


def describe(error: BaseException) -> str:
    """Return an exception in one line: its type and the first line of its message."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def print_traceback(error: BaseException) -> None:
    """Print the traceback as Python does for an uncaught exception, without our frames and the importer's."""
    trace = error.__traceback__
    while trace is not None and "__probe__" in trace.tb_frame.f_globals:
        trace = trace.tb_next
    shown = traceback.TracebackException(type(error), error, trace)
    shown.stack = traceback.StackSummary.from_list(
        [frame for frame in shown.stack if "importlib" not in frame.filename]
    )
    with contextlib.suppress(Exception):  # the program may have closed or replaced it
        sys.stderr.write("".join(shown.format()))
        sys.stderr.flush()


def write(request: dict[str, Any], part: str, value: dict[str, Any]) -> None:
    """Write one JSON file of the answer, all of it or none."""
    unfinished = Path(request["folder"], f"{part}.part")
    unfinished.write_text(json.dumps(value), "utf-8")
    unfinished.replace(unfinished.with_suffix(".json"))
