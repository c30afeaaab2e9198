"""What an interpreter can do and find, asked of it in a process of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

EXAMINE = """
import importlib.util, json, multiprocessing, platform, sys
names, sys.path[:0] = [name for name in sys.argv[1].split(",") if name], sys.argv[2:]
def place(name):
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin in ("built-in", "frozen"):
        return None
    return next(iter(spec.submodule_search_locations or ()), spec.origin)
places = {name: place(name) for name in names}
methods = multiprocessing.get_all_start_methods()
print("\\n" + json.dumps({"version": platform.python_version(), "places": places, "methods": methods}))
"""


class TargetError(Exception):
    """What was asked for does not exist or cannot be observed: one line."""


class Interpreter(NamedTuple):
    """An interpreter: its version, its start methods with the default first, and where packages lie."""

    version: str
    methods: tuple[str, ...]
    places: tuple[Path, ...]


def examine(python: str, modules: Iterable[str], path: Sequence[str]) -> Interpreter:
    """Return what the interpreter knows, with the places of the modules' top-level packages.

    Nothing is imported for it. Raises TargetError when it cannot be run or knows no such module.
    """
    names = sorted({module.partition(".")[0] for module in modules})
    command = [python, "-c", EXAMINE, ",".join(names), *path]
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise TargetError(f"{python}: cannot be asked for its modules: {error}") from None
    found = json.loads(answer.stdout.splitlines()[-1])
    for name, place in found["places"].items():
        if place is None:
            raise TargetError(f"{name}: no such module here; install it or name its project with --root")
    places = tuple(Path(found["places"][name]) for name in names)
    return Interpreter(found["version"], tuple(found["methods"]), places)
