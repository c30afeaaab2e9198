"""The truth table: which registrations each kind of process sees, measured with real processes."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from worlds import Program, observe, record, registration, target

from registry_lint.verify.comparing import shown
from registry_lint.verify.proving import METHODS, Proof

REGISTRY = "zoo:REG"
ZOO = "REG = {}\ndef register(name):\n    REG[name] = register\nregister('import_time')\n"
PLUGIN = "import zoo\nzoo.register('script_top_import')\n"
LOCAL = "import zoo\nzoo.register('function_local_import')\n"
SCRIPT = """
import multiprocessing
import plugin
import zoo

zoo.register("script_top_level")

def set_up():
    import local_plugin
    zoo.register("in_function")

if __name__ == "__main__":
    zoo.register("main_guard")
    set_up()
"""
FILES = {"zoo.py": ZOO, "plugin.py": PLUGIN, "local_plugin.py": LOCAL, "script.py": SCRIPT}
IMPORTED = {"import_time", "script_top_import", "script_top_level"}
RUN = {"main_guard", "in_function", "function_local_import"}

forks = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")


def missing(proof: Proof, method: str) -> set[str]:
    assert not proof.failures
    return {shown(path) for path in proof.rows[0].differences[method].missing}


@forks
def test_what_the_workers_of_a_script_see(program: Program) -> None:
    proof = observe(program(FILES), target(record(REGISTRY), script="script.py"), script="script.py")
    assert {shown(path) for path in proof.rows[0].parent.entries} == IMPORTED | RUN
    assert {method: missing(proof, method) for method in METHODS} == {
        "fork": set(),
        "spawn": RUN,
        "forkserver": RUN,
    }


@forks
def test_workers_of_a_notebook_see_only_what_the_function_s_module_imports(program: Program) -> None:
    known = target(record(REGISTRY), script="script.py")
    proof = observe(program(FILES), known, modules=["zoo"], cell="script.py")
    assert missing(proof, "fork") == set()
    assert missing(proof, "spawn") == (IMPORTED | RUN) - {"import_time"}
    assert missing(proof, "forkserver") == (IMPORTED | RUN) - {"import_time"}


@forks
def test_workers_of_a_notebook_have_not_even_imported_its_modules(program: Program) -> None:
    proof = observe(program(FILES), target(record(REGISTRY), script="script.py"), cell="script.py")
    assert missing(proof, "spawn") == IMPORTED | RUN
    assert proof.rows[0].differences["spawn"].absent == "module zoo is not imported"


@forks
def test_what_the_workers_of_imported_modules_see(program: Program) -> None:
    files = {**FILES, "setup.py": "import zoo\ndef more():\n    zoo.register('by_run')\n"}
    proof = observe(program(files), target(record(REGISTRY)), modules=["plugin"], run="setup:more")
    assert missing(proof, "fork") == set()
    assert missing(proof, "spawn") == missing(proof, "forkserver") == {"by_run"}


@forks
def test_a_preloaded_module_is_seen_by_forkserver_alone(
    program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The server finds modules from the current folder; its `sys_path` was ignored before 3.13 (gh-117378).
    monkeypatch.chdir(tmp_path)
    script = """
    import multiprocessing
    if __name__ == "__main__":
        import plugin
        multiprocessing.set_forkserver_preload(["plugin"])
    """
    proof = observe(program({**FILES, "script.py": script}), target(record(REGISTRY)), script="script.py")
    assert missing(proof, "spawn") == {"import_time", "script_top_import"}
    assert missing(proof, "forkserver") == set()


@forks
def test_a_registry_of_the_script_itself_is_compared(program: Program) -> None:
    script = """
    class Net: ...
    REG = {"net": Net}
    if __name__ == "__main__":
        REG["guard"] = 2
    """
    known = target(record("script:REG"), script="script.py")
    proof = observe(program({"script.py": script}), known, script="script.py")
    assert proof.rows[0].differences["spawn"].word == "missing 1: guard"
    assert proof.rows[0].differences["fork"].word == "same"


def test_a_script_may_fix_its_own_start_method_and_start_its_own_workers(program: Program) -> None:
    script = """
    import multiprocessing
    import plugin
    import zoo

    def ask(name):
        return name in zoo.REG

    if __name__ == "__main__":
        multiprocessing.set_start_method("spawn")
        with multiprocessing.Pool(1) as pool:
            assert pool.map(ask, ["script_top_import", "main_guard"]) == [True, False]
    """
    proof = observe(
        program({**FILES, "script.py": script}),
        target(record(REGISTRY)),
        script="script.py",
        methods=["spawn"],
    )
    assert missing(proof, "spawn") == set()


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_a_script_runs_as_python_runs_it(program: Program, method: str) -> None:
    script = """
    import sys, multiprocessing, pathlib
    REG = {}
    if __name__ == "__main__":
        main = sys.modules["__main__"]
        assert main.__dict__ is globals() and __spec__ is None
        assert sys.argv == [__file__] and pathlib.Path(__file__).name == "script.py"
        assert sys.path[0] == str(pathlib.Path(__file__).parent)
        assert sys.stdin.read() == ""
        assert not [name for name in sys.modules if "registry_lint" in name]
        REG["method"] = multiprocessing.get_start_method()
    """
    folder = program({"script.py": script})
    known = target(record("script:REG"), script="script.py")
    proof = observe(folder, known, script="script.py", methods=[method])
    assert not proof.failures
    assert proof.rows[0].parent.entries == {("", "'method'"): (repr(method),)}


def test_nothing_of_ours_can_be_imported_by_a_worker(program: Program) -> None:
    module = """
    import importlib.util, sys
    REG = {"ours": [name for name in sys.modules if "registry_lint" in name], "path": [
        entry for entry in sys.path if "registry-lint" in entry]}
    """
    proof = observe(program({"zoo.py": module}), target(record("zoo:REG")), modules=["zoo"])
    assert set(proof.rows[0].parent.entries) == {("", "'ours'"), ("", "'path'")}
    assert {found.word for found in proof.rows[0].differences.values()} == {"same"}


def test_prediction_and_place_of_a_missing_entry(program: Program) -> None:
    known = target(
        record(REGISTRY, [
            registration("import_time", "zoo.py", 4, "import"),
            registration("main_guard", "script.py", 13, "main-guard"),
        ]),
        script="script.py",
    )  # fmt: skip
    row = observe(program(FILES), known, script="script.py", methods=["spawn"]).rows[0]
    places = {shown(path): found and found.location.span.line for path, found in row.origins.items()}
    assert places == {"main_guard": 13, "in_function": None, "function_local_import": None}
    assert (row.verdict.agreed, row.verdict.disagreements) == (2, ())
