"""The process contract: what each kind of worker sees of each kind of registration.

One script (`stage/stage_main.py`) runs once per start method; the tests read its answers.
"""

from __future__ import annotations

import functools
import json
import multiprocessing
import pathlib
from typing import Any

import pytest
from child import run, run_python

STAGE = pathlib.Path(__file__).parent / "stage"
METHODS = [m for m in ("fork", "spawn", "forkserver") if m in multiprocessing.get_all_start_methods()]

EVERYTHING = ["at import", "function", "guard", "script"]
FROM_IMPORTS = ["at import", "script"]
SEEN = {"fork": EVERYTHING, "spawn": FROM_IMPORTS, "forkserver": FROM_IMPORTS}

each_method = pytest.mark.parametrize("method", METHODS)


@functools.cache
def answers(method: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run_python(str(STAGE / "stage_main.py"), method))
    return told


@each_method
@pytest.mark.parametrize("worker", ["pool", "executor", "torch.multiprocessing"])
def test_a_fork_copies_the_parents_entries_and_other_workers_hold_what_they_import(
    method: str, worker: str
) -> None:
    assert answers(method)[worker] == SEEN[method]


@each_method
def test_both_workers_of_a_data_loader_see_the_same(method: str) -> None:
    assert answers(method)["DataLoader"] == [SEEN[method]] * 2


@each_method
def test_what_the_parent_registers_after_the_start_stays_in_the_parent(method: str) -> None:
    assert answers(method)["pool after start"] == SEEN[method]
    assert "after start" in answers(method)["parent after all"]


@each_method
def test_what_a_worker_registers_never_reaches_the_parent(method: str) -> None:
    assert "of the child" in answers(method)["pool after its own"]
    assert "of the child" not in answers(method)["parent after all"]


@each_method
@pytest.mark.parametrize("worker", ["pool prepared", "DataLoader prepared"])
def test_worker_init_gives_every_worker_what_the_parent_has(method: str, worker: str) -> None:
    assert answers(method)[worker] == EVERYTHING


@each_method
def test_a_prepared_worker_has_the_parents_fingerprint(method: str) -> None:
    assert answers(method)["same fingerprint"] is True


@each_method
def test_a_spec_that_is_sent_builds_even_what_the_worker_has_no_entry_for(method: str) -> None:
    assert answers(method)["sent"] == "stage/at import: AtImport"
    assert answers(method)["sent late"] == "stage/function: Late"


@pytest.mark.skipif("forkserver" not in METHODS, reason="this platform has no fork server")
def test_origins_preloaded_in_the_fork_server_are_there_in_its_children(tmp_path: pathlib.Path) -> None:
    (tmp_path / "preloading.py").write_text("""
import multiprocessing, sys
from kasmina.blueprints import BlueprintRegistry

def imported_before(queue, names):
    queue.put([name in sys.modules for name in names])

if __name__ == "__main__":
    context = multiprocessing.get_context("forkserver")
    BlueprintRegistry.get("cnn", "norm")
    names = BlueprintRegistry.origins()
    context.set_forkserver_preload([*names])
    queue = context.SimpleQueue()
    child = context.Process(target=imported_before, args=(queue, names))
    child.start()
    print(len(names), all(queue.get()))
    child.join()
""")
    assert run_python(str(tmp_path / "preloading.py")) == "6 True"


@pytest.mark.skipif("fork" not in METHODS, reason="this platform cannot fork")
def test_a_fork_while_another_thread_holds_the_lock_can_still_register_and_look_up() -> None:
    told = run("""
        import multiprocessing, threading, warnings
        from torch import nn
        from kasmina.blueprints import BlueprintRegistry
        BlueprintRegistry.get("cnn", "norm")
        held, done = threading.Event(), threading.Event()

        def hold():
            with BlueprintRegistry._lock:
                held.set()
                done.wait()

        def use_the_registry():
            BlueprintRegistry.register("mine", "cnn", 0)(nn.Identity)
            assert BlueprintRegistry.get("cnn", "mine")

        threading.Thread(target=hold).start()
        held.wait()
        warnings.simplefilter("ignore", DeprecationWarning)
        child = multiprocessing.get_context("fork").Process(target=use_the_registry)
        child.start()
        child.join(30)
        print(child.exitcode)
        if child.exitcode is None:
            child.kill()
        done.set()
    """)
    assert told == "0"
