"""The words that the codemod writes are true: held against real processes and a real reload."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest

from registry_lint.codemod.contract_text import PROCESSES

READERS = """
class Readers:
    items = {"own": "entry"}
    @classmethod
    def add(cls, name):
        cls.items[name] = name
"""
SCRIPT = """
import importlib, json, multiprocessing, sys
import readers
from readers import Readers

def ask(queue, answer):
    seen = sorted(Readers.items)
    Readers.add("child's own")
    queue.put(seen)
    answer.get(timeout=60)
    queue.put(sorted(Readers.items))

if __name__ == "__main__":
    Readers.add("before the child")
    context = multiprocessing.get_context(sys.argv[1])
    queue, answer = context.Queue(), context.Queue()
    child = context.Process(target=ask, args=(queue, answer))
    child.start()
    at_start = queue.get(timeout=60)
    Readers.add("after the start")
    answer.put("go on")
    later, parent = queue.get(timeout=60), sorted(Readers.items)
    child.join()
    importlib.reload(readers)
    print(json.dumps([at_start, later, parent, sorted(readers.Readers.items), sorted(Readers.items)]))
"""
START = {
    "fork": ["before the child", "own", "plugin"],
    "spawn": ["own", "plugin"],
    "forkserver": ["own", "plugin"],
}


@pytest.mark.parametrize(
    "method", [name for name in START if name in multiprocessing.get_all_start_methods()]
)
def test_processes_and_reload_do_what_the_contract_says(tmp_path: Path, method: str) -> None:
    (tmp_path / "readers.py").write_text(READERS, encoding="utf-8")
    (tmp_path / "plugin.py").write_text(
        "from readers import Readers\nReaders.add('plugin')\n", encoding="utf-8"
    )
    script = tmp_path / "script.py"
    script.write_text(f"import plugin\n{SCRIPT}", encoding="utf-8")
    ran = subprocess.run([sys.executable, str(script), method], capture_output=True, text=True, timeout=120)
    at_start, later, parent, reloaded, kept = json.loads(ran.stdout)
    # A copy of the parent's entries, or only what the child's own imports register.
    assert at_start == START[method]
    # Nothing is shared afterwards, in either direction.
    assert later == sorted([*at_start, "child's own"])
    assert parent == ["after the start", "before the child", "own", "plugin"]
    # Only the module itself refills the registry; importers keep the old one.
    assert reloaded == ["own"]
    assert kept == parent


def test_no_claim_of_the_refuted_kind_is_made() -> None:
    assert "imports nothing again" in PROCESSES
    assert "re-import" not in PROCESSES
