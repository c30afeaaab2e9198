"""The pytest plugin: contract, isolation and leaks, inside test suites of their own."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import registry_lint

ZOO = """
from __future__ import annotations


class Models:
    _models: dict[str, object] = {}
    _order: list[str] = []
    __aliases: dict[str, str] = {}

    @classmethod
    def register(cls, name: str, model: object) -> None:
        cls._models[name] = model
        cls._order.append(name)

    @classmethod
    def alias(cls, name: str, model: str) -> None:
        cls.__aliases = {**cls.__aliases, name: model}

    @classmethod
    def aliases(cls) -> dict[str, str]:
        return cls.__aliases


def one() -> None: ...


Models.register("one", one)
Models.alias("uno", "one")
"""
EXTRA = "from zoo import Models\n\n\ndef extra() -> None: ...\n\n\nModels.register('extra', extra)\n"
TWO = """
from zoo import Models


def two() -> None: ...


def set_up() -> None:
    Models.register("two", two)
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a test file in a small project, in a process of its own."""
    root = str(Path(registry_lint.__file__).parents[1])
    before = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [root, before])))
    entry_points = importlib.metadata.entry_points(group="pytest11")
    known = [] if "registry_lint" in entry_points.names else ["-p", "registry_lint.pytest_plugin"]

    def run(tests: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyprojecttoml("[tool.pytest.ini_options]\npythonpath = ['.']\n")
        pytester.makepyfile(zoo=ZOO, extra=EXTRA, two=TWO, test_it=tests)
        return pytester.runpytest_subprocess(*known, "-p", "no:cacheprovider", *arguments)

    return run


LEAK = """
from zoo import Models

def test_clean():
    assert "one" in Models._models

def test_leaking():
    Models.register("left", object())

def test_after():
    assert "left" in Models._models
"""


def test_a_leak_is_an_error_that_names_the_test_and_the_entry(suite: Run) -> None:
    result = suite(LEAK, "--registry-leaks=error")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_leaking*",
            "*test_it.py::test_leaking left entries*",
            "*zoo:Models._models: left",
        ]
    )


def test_a_leak_is_a_warning_if_so_wished(suite: Run) -> None:
    result = suite(LEAK, "--registry-leaks=warn")
    result.assert_outcomes(passed=3, warnings=1)
    result.stdout.fnmatch_lines(["*RegistryLeakWarning: test_it.py::test_leaking left entries*"])


def test_without_the_option_nobody_looks(suite: Run) -> None:
    suite(LEAK).assert_outcomes(passed=3)


def test_leaks_are_named_under_xdist_too(suite: Run) -> None:
    pytest.importorskip("xdist")
    result = suite(LEAK, "--registry-leaks=error", "-n", "2")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*test_it.py::test_leaking left entries*", "*zoo:Models._models: left"])


NO_LEAKS = {
    "a first import registers": "def test_it():\n    import extra\n",
    "what is removed again": """
from zoo import Models
def test_it():
    Models.register("left", 1)
    del Models._models["left"]
    Models._order.remove("left")
""",
    "a fixture that cleans up": """
import pytest
from zoo import Models
@pytest.fixture(scope="module")
def left():
    Models.register("left", 1)
    yield
    del Models._models["left"]
    Models._order.remove("left")
def test_it(left): ...
def test_again(left): ...
""",
    "isolation": """
import pytest
from zoo import Models
@pytest.mark.usefixtures("registry_isolation")
def test_it():
    Models.register("left", 1)
""",
}


@pytest.mark.parametrize("tests", NO_LEAKS.values(), ids=NO_LEAKS)
def test_what_is_no_leak(suite: Run, tests: str) -> None:
    result = suite(tests, "--registry-leaks=error")
    assert result.ret == 0, result.stdout.str()


def test_a_fixture_that_leaves_something_is_named(suite: Run) -> None:
    tests = """
import pytest
from zoo import Models
@pytest.fixture(scope="module")
def filled():
    Models.register("left", 1)
def test_first(filled): ...
def test_last(filled): ...
"""
    result = suite(tests, "--registry-leaks=error")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*test_last left entries*", "*zoo:Models._models: left (by fixture filled)"])


ISOLATED = """
import pytest
import zoo
from zoo import Models

def test_before():
    test_before.models, test_before.order = Models._models, Models._order

def test_changing(registry_isolation):
    Models.register("left", 1)
    Models._models["one"] = None
    Models._order.clear()
    Models._models = {**Models._models, "rebound": 2}
    Models.alias("eins", "one")

def test_after():
    assert Models._models is test_before.models
    assert Models._models == {"one": zoo.one}
    assert Models._order == ["one"]
    assert Models.aliases() == {"uno": "one"}
"""


def test_isolation_restores_content_and_binding(suite: Run) -> None:
    suite(ISOLATED).assert_outcomes(passed=3)


KINDS = """
from collections import OrderedDict, deque
from weakref import WeakSet

class Kinds:
    mapping = OrderedDict()
    order = []
    names = set()
    last = deque()
    nested = {"a": {"b": set()}}

    @classmethod
    def register(cls, name):
        cls.mapping[name] = name
        cls.order.append(name)
        cls.names.add(name)
        cls.last.append(name)
        cls.nested["a"]["b"].add(name)

Kinds.register("one")
"""


def test_isolation_restores_containers_of_every_kind(suite: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(kinds=KINDS)
    tests = """
from kinds import Kinds
def test_changing(registry_isolation):
    Kinds.register("left")
    Kinds.mapping.move_to_end("one")
    Kinds.last.rotate()
def test_after():
    assert list(Kinds.mapping) == Kinds.order == list(Kinds.last) == ["one"]
    assert Kinds.names == Kinds.nested["a"]["b"] == {"one"}
"""
    suite(tests).assert_outcomes(passed=2)


def test_a_mistake_in_the_configuration_is_one_clear_error(suite: Run, pytester: pytest.Pytester) -> None:
    tests = "def test_it(registry_isolation): ...\n"
    suite(tests).assert_outcomes(passed=1)
    (pytester.path / "setup.cfg").touch()
    pytester.makepyprojecttoml("[tool.registry-lint]\nexclud = []\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--registry-leaks=error")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*UsageError: registry-lint: *exclud: unknown key; did you mean 'exclude'?"])


def test_isolation_keeps_what_a_first_import_registers(suite: Run) -> None:
    tests = """
from zoo import Models
def test_importing(registry_isolation):
    import extra
    Models.register("left", 1)
def test_after():
    assert list(Models._models) == ["one", "extra"]
"""
    suite(tests).assert_outcomes(passed=2)


def test_isolation_of_a_registry_that_the_test_is_first_to_import(suite: Run) -> None:
    tests = """
def mine(): ...
def test_importing(registry_isolation):
    from zoo import Models
    Models.register("left", mine)
def test_after():
    from zoo import Models
    assert list(Models._models) == ["one"]
"""
    suite(tests).assert_outcomes(passed=2)


def test_the_contract_holds_or_the_test_fails_with_the_table(suite: Run) -> None:
    tests = """
def test_good(registry_contract):
    proof = registry_contract("zoo", methods=("spawn",))
    assert proof.holds
def test_bad(registry_contract):
    registry_contract("zoo", run="two:set_up", methods=("spawn",))
"""
    result = suite(tests)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*workers lack entries*", "*missing 1: two*", "*two.py:* (late)*"])


def test_the_contract_of_a_script(suite: Run) -> None:
    Path("play.py").write_text("import two\n\nif __name__ == '__main__':\n    two.set_up()\n", "utf-8")
    result = suite(
        "def test_it(registry_contract):\n    registry_contract(script='play.py', methods=['spawn'])\n"
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*missing 1: two*"])


def test_pytest_finds_the_plugin_by_its_entry_point() -> None:
    (door,) = importlib.metadata.entry_points(group="pytest11", name="registry_lint")
    assert door.value == "registry_lint.pytest_plugin"


def test_a_marked_test_runs_only_if_the_contract_holds(suite: Run) -> None:
    tests = """
import pytest
@pytest.mark.registry_contract("zoo", methods=("spawn",))
def test_good(): ...
@pytest.mark.registry_contract("zoo", run="two:set_up", methods=("spawn",))
def test_bad():
    print("ran anyway")
"""
    result = suite(tests, "--strict-markers")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*ran anyway*")


@pytest.mark.parametrize(
    "call", ['registry_contract("no_such_module_here")', 'registry_contract("zoo", methods=["x"])']
)
def test_misuse_of_the_contract_is_one_clear_failure(suite: Run, call: str) -> None:
    result = suite(f"def test_it(registry_contract):\n    {call}\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*registry_contract: *"])


def test_a_contract_of_nothing_is_no_contract(suite: Run) -> None:
    tests = """
def test_it(registry_contract):
    registry_contract("plain", methods=("spawn",))
"""
    Path("plain.py").write_text("", "utf-8")
    result = suite(tests)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*registry_contract: nothing was compared: no process imported*"])


def test_the_plugin_loads_nothing_that_proves_or_analyses_before_it_is_used() -> None:
    ask = """
import sys, pytest
before = set(sys.modules)
import registry_lint.pytest_plugin
print(sorted(set(sys.modules) - before))
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(registry_lint.__file__).parents[1])}
    answer = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=environment
    )
    assert answer.stdout.strip() == "['registry_lint', 'registry_lint.pytest_plugin']"
