"""Generated programs are run, and the interpreter agrees with our phases.

A registration is import time when a frame of a module that is being imported is on the stack; it is
main-guard when only running its module as the script reaches it; else it is late.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from phase_programs import (
    CALLABLES,
    CALLING,
    REGISTERING,
    ROUTES,
    WRAPS,
    Call,
    Definition,
    Program,
    Register,
    Source,
    programs,
    render,
)

from registry_lint.check import analyse
from registry_lint.config import load

DRIVER = """\
import importlib
import json
import runpy
import sys

sys.path.insert(0, sys.argv[1])
plan = json.load(sys.stdin)
seen = {"import": set(), "root": set(), "script": set()}
stage = "import"


def importing():
    frame = sys._getframe(2)
    while frame is not None:
        spec = frame.f_globals.get("__spec__")
        if frame.f_code.co_name == "<module>" and getattr(spec, "_initializing", False):
            return True
        frame = frame.f_back
    return False


class Recorder(dict):
    def __setitem__(self, key, value):
        seen["import" if importing() else stage].add(key)


importlib.import_module("reg").ENTRIES = Recorder()
for module in plan["modules"]:
    stage = "a module body without an importing frame"
    importlib.import_module(module)
stage = "root"
for module, run in plan["roots"]:
    eval(run, vars(sys.modules[module]))
stage = "script"
for module in plan["modules"]:
    runpy.run_path(f"{sys.argv[1]}/{module}.py", run_name="__main__")
print(json.dumps({name: sorted(keys) for name, keys in seen.items()}))
"""


def observed(source: Source, root: Path) -> dict[str, str]:
    """Run the program; the phase of each key that some run could register, by what the interpreter did."""
    plan = json.dumps({"modules": source.modules, "roots": source.roots})
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", DRIVER, str(root)], input=plan, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    seen = {stage: set(keys) for stage, keys in json.loads(run.stdout).items()}
    return {
        key: "import"
        if key in seen["import"]
        else "main-guard"
        if key in seen["script"] - seen["root"]
        else "late"
        for key in source.keys
    }


def judged(root: Path) -> dict[str, str]:
    """The phase of each key by the analysis."""
    project = analyse(root, load(root), cache=False).project
    return {
        entry.key: entry.phase
        for registry in project.registries
        for entry in registry.registrations
        if entry.key is not None
    }


PLAIN = Register("call", "nothing")


def small_programs() -> dict[str, Program]:
    """One program for each construct alone: run by import, under the guard, and by nothing."""
    found = {}
    for how in REGISTERING:
        statement = (Register(how, "nothing"),)
        found[f"{how}, import"] = Program((), (statement,), ((),))
        found[f"{how}, guard"] = Program((), ((),), (statement,))
        found[f"{how}, late"] = Program((Definition(0, "function", statement),), ((),), ((),))
    for wrap in WRAPS:
        found[f"{wrap}, import"] = Program((), ((Register("call", wrap),),), ((),))
    for kind in CALLABLES:
        found[f"{kind}, late"] = Program((Definition(0, kind, (PLAIN,)),), ((),), ((),))
    for kind, how in [*((kind, "call") for kind in CALLABLES), *(("function", how) for how in CALLING)]:
        run = (Call(0, how, "from", "nothing"),)
        found[f"{kind} by {how}, import"] = Program((Definition(0, kind, (PLAIN,)),), (run,), ((),))
        found[f"{kind} by {how}, guard"] = Program((Definition(0, kind, (PLAIN,)),), ((),), (run,))
    for route in ROUTES:
        run = (Call(0, "call", route, "nothing"),)
        definition = (Definition(0, "function", (PLAIN,)),)
        found[f"function {route}, import"] = Program(definition, ((), run), ((), ()))
        found[f"function {route}, guard"] = Program(definition, ((), ()), ((), run))
    return found


SMALL = small_programs()


def write(source: Source, root: Path) -> None:
    for name, text in source.files.items():
        (root / name).write_text(text)


@pytest.mark.parametrize("program", SMALL.values(), ids=SMALL.keys())
def test_the_interpreter_agrees_about_one_construct(program: Program, tmp_path: Path) -> None:
    source = render(program)
    write(source, tmp_path)
    assert judged(tmp_path) == observed(source, tmp_path)


# The same programs every time; ORACLE_EXAMPLES=5000 looks for new ones.
EXAMPLES = os.environ.get("ORACLE_EXAMPLES")


@settings(
    max_examples=int(EXAMPLES or 60),
    derandomize=EXAMPLES is None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(program=programs())
def test_the_interpreter_agrees_about_whole_programs(
    program: Program, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("program")
    source = render(program)
    write(source, root)
    for name, text in source.files.items():
        note(f"--- {name}\n{text}" if name not in ("reg.py", "tools.py") else name)
    assert judged(root) == observed(source, root)
