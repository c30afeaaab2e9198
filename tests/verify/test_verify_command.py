"""`registry-lint verify` from the arguments to the exit status, with the real analysis."""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from worlds import Program

import registry_lint
from registry_lint.verify import command

ZOO = """
from __future__ import annotations

class Models:
    _models: dict[str, type] = {}

    @classmethod
    def register(cls, name: str):
        def add(model: type) -> type:
            cls._models[name] = model
            return model
        return add


@Models.register("net")
class Net: ...
"""
SCRIPT = """
import os
from zoo.models import Models

print('{"not": "our JSON"}', flush=True)
os.system("echo nor this")


def more() -> None:
    Models.register("late")(type("Late", (), {}))


if __name__ == "__main__":
    Models.register("guarded")(type("Guarded", (), {}))
"""
SET_UP = """
from zoo.models import Models

def go() -> None:
    Models.register("by_set_up")(object)
"""
FILES = {
    "pyproject.toml": "",
    "zoo/__init__.py": "",
    "zoo/models.py": ZOO,
    "setup_zoo.py": SET_UP,
    "script.py": SCRIPT,
}
MODELS = "zoo.models:Models._models"


def verify(*arguments: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out, err = io.StringIO(), io.StringIO()
    status = command.run(parser.parse_args(arguments), out, err)
    return status, out.getvalue(), err.getvalue()


@pytest.fixture
def folder(program: Program, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = program(FILES)
    monkeypatch.chdir(root)
    return root


def test_modules_that_register_at_import_are_the_same_everywhere(folder: Path) -> None:
    status, out, err = verify("zoo.models")
    assert status == 0
    assert out.splitlines()[1].split() == [MODELS, "1", "same", "same", "same"]
    assert "1 prediction holds, 0 contradicted" in out
    assert err == "registry-lint: verify runs the code of what it observes\n"


def test_a_set_up_function_s_entries_are_missing_with_place_and_phase(folder: Path) -> None:
    status, out, _ = verify("zoo.models", "--run", "setup_zoo:go", "--method", "spawn")
    assert status == 1
    assert "missing 1: by_set_up" in out
    assert "by_set_up  setup_zoo.py:5 (late)  under spawn" in out


def test_the_default_method_is_marked(folder: Path) -> None:
    out = verify("zoo.models")[1]
    default = {"linux": "forkserver" if sys.version_info >= (3, 14) else "fork"}.get(sys.platform, "spawn")
    assert f"{default} (default)" in out.splitlines()[0]


def test_the_json_document_has_the_content_of_the_table(folder: Path) -> None:
    status, out, _ = verify("--script", "script.py", "--method", "spawn", "--format", "json")
    document: dict[str, Any] = json.loads(out)
    assert status == 1
    assert document["holds"] is False
    (registry,) = (each for each in document["registries"] if each["id"] == MODELS)
    assert registry["parent"] == 2
    assert registry["methods"]["spawn"]["missing"] == [
        {"key": "guarded", "path": "script.py", "line": 14, "phase": "main-guard"}
    ]
    assert document["reload"] is None


def test_what_the_program_prints_stays_out_of_the_json_of_the_command(folder: Path) -> None:
    command_line = [
        sys.executable,
        "-m",
        "registry_lint",
        "verify",
        "--script",
        "script.py",
        "--format",
        "json",
    ]
    root = str(Path(registry_lint.__file__).parents[1])
    answer = subprocess.run(
        command_line, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": root}
    )
    assert answer.returncode == 1
    assert [each["id"] for each in json.loads(answer.stdout)["registries"]] == [MODELS]
    assert answer.stderr == "registry-lint: verify runs the code of what it observes\n"


IN_THE_PARENT_ALONE = """
import multiprocessing
from zoo.models import Models

class Extra: ...

if multiprocessing.parent_process() is None:
    Models.register("extra")(Extra)
"""


def test_where_prediction_and_proof_disagree_both_formats_say_so(folder: Path) -> None:
    (folder / "extra.py").write_text(IN_THE_PARENT_ALONE, "utf-8")
    _, out, _ = verify("extra", "--method", "spawn")
    heading, line = out.split("prediction and proof disagree\n")[0:2]
    assert "missing 1: extra" in heading
    assert line.startswith(f"  {MODELS}  extra  predicted import, missing under spawn  extra.py:8 (import)")
    assert "1 contradicted" in line
    status, out, _ = verify("extra", "--method", "spawn", "--format", "json")
    found = next(each for each in json.loads(out)["registries"] if each["id"] == MODELS)
    what = "predicted import, missing under spawn"
    assert status == 1
    assert found["disagreements"] == [
        {"key": "extra", "what": what, "path": "extra.py", "line": 8, "phase": "import"}
    ]


def test_reloads_are_in_the_json_too(folder: Path) -> None:
    _, out, _ = verify("setup_zoo", "--method", "spawn", "--reload", "--format", "json")
    (reloaded, other) = json.loads(out)["reload"]
    assert (reloaded["module"], other["module"]) == ("setup_zoo", "zoo.models")
    assert other["changes"][MODELS][-1].startswith("identity changed")
    assert reloaded["error"] is None


LOADING = """
class Models:
    _items: dict[str, type] = {}

    @classmethod
    def register(cls, name, model):
        cls._items[name] = model

    @classmethod
    def get(cls, name):
        if name not in cls._items:
            load()
        return cls._items[name]


def load():
    Models.register("net", int)


def warm_up():
    Models.get("net")
"""


def test_what_loads_on_look_up_heals_after_a_reload(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(program({"pyproject.toml": "", "zoo.py": LOADING}))
    out = verify("zoo", "--run", "zoo:warm_up", "--method", "spawn", "--reload")[1]
    assert "zoo:Models._items: emptied: net lost" in out
    assert "zoo:Models._items: healed on next look-up" in out


def test_reload_adds_a_section(folder: Path) -> None:
    status, out, _ = verify("zoo.models", "--method", "spawn", "--reload")
    assert status == 0
    assert "zoo.models: changed" in out
    assert "identity changed" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to observe"),
        (["no_such_module_at_all"], "no_such_module_at_all: no such module here"),
        (["--script", "no_such_file.py"], "no_such_file.py: cannot be read"),
        (["zoo.models", "--run", "setup_zoo"], "expected MODULE:FUNCTION"),
        (["zoo.nothing", "--method", "spawn"], "No module named 'zoo.nothing'"),
        (["zoo.models", "--python", "/no/such/python"], "cannot be asked"),
    ],
)
def test_misuse_is_one_line_and_status_2(folder: Path, arguments: list[str], message: str) -> None:
    status, _, err = verify(*arguments)
    assert status == 2
    assert message in err.splitlines()[-1]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"plain.py": "VALUE = 1\n"}, "the analysis knows no registry there"),
        ({"plain.py": "", **FILES}, "no process imported the module of any registry (1 known)"),
    ],
    ids=["no registry", "no registry imported"],
)
@pytest.mark.parametrize("arguments", [["plain"], ["--script", "plain.py"], ["plain", "--reload"]])
def test_nothing_compared_is_said_and_is_status_2(
    program: Program, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], why: str, arguments: list[str]
) -> None:
    monkeypatch.chdir(program({"pyproject.toml": "", **files}))
    status, out, err = verify(*arguments, "--method", "spawn")
    assert status == 2
    assert f"nothing was compared: {why}" in out.splitlines()[0]
    assert err.splitlines()[-1].startswith(f"registry-lint: nothing was compared: {why}")


def test_nothing_compared_does_not_hold_in_json_either(folder: Path) -> None:
    (folder / "plain.py").write_text("", "utf-8")
    status, out, _ = verify("plain", "--method", "spawn", "--format", "json")
    document = json.loads(out)
    assert status == 2
    assert document["holds"] is False
    assert document["nothing_compared"].startswith("no process imported")


@pytest.mark.parametrize(
    "arguments", [["--method", "thread"], ["--method", ""], ["--timeout", "0"], ["--timeout", "x"]]
)
def test_wrong_values_are_refused_with_what_was_expected(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        verify("zoo", *arguments)
    assert "expected" in capsys.readouterr().err


def test_a_notebook_is_a_cell(folder: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Models"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "from zoo.models import Models\n"]},
        {"cell_type": "code", "source": "Models.register('cell')(object)"},
    ]
    (folder / "book.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    status, out, _ = verify("zoo.models", "--cell", "book.ipynb", "--method", "spawn")
    assert status == 1
    assert "missing 1: cell" in out


def other_pythons() -> list[str]:
    """Return every other interpreter at hand that can run, 3.8 and later."""
    names = [f"python3.{minor}" for minor in range(8, 16)]
    home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    homes = sorted(home.glob("versions/3.*/bin/python"))
    found = {}
    for candidate in [*filter(None, map(shutil.which, names)), *map(str, homes)]:
        ask = "import sys; print(sys.version_info[:2] >= (3, 8), '.'.join(map(str, sys.version_info[:2])))"
        answer = subprocess.run([candidate, "-c", ask], capture_output=True, text=True, check=False)
        able, _, version = answer.stdout.strip().partition(" ")
        if able == "True" and version != ".".join(map(str, sys.version_info[:2])):
            found[version] = candidate
    return list(found.values())


@pytest.mark.parametrize("python", other_pythons())
def test_every_interpreter_at_hand_can_be_observed(folder: Path, python: str) -> None:
    status, out, _ = verify("setup_zoo", "--run", "setup_zoo:go", "--python", python)
    assert status == 1
    row = next(line for line in out.splitlines() if line.startswith(MODELS))
    assert row.split(maxsplit=3)[2] == "same"
    assert row.count("missing 1: by_set_up") == 2


FILLED_ELSEWHERE = {
    "pyproject.toml": "",
    "zoo.py": "REG: dict[str, type] = {}\n\n\ndef register(name, model):\n    REG[name] = model\n",
    "fill.py": "import zoo\n\n\ndef fill():\n    zoo.register('net', int)\n",
    "start.py": "import fill\n\nfill.fill()\n",
}


@pytest.mark.parametrize(
    ("module", "held"), [("fill", "0 predictions hold"), ("start", "1 prediction holds")]
)
def test_a_prediction_is_tested_if_the_module_that_calls_the_registrar_was_imported(
    program: Program, monkeypatch: pytest.MonkeyPatch, module: str, held: str
) -> None:
    monkeypatch.chdir(program(FILLED_ELSEWHERE))
    status, out, _ = verify(module, "--method", "spawn")
    assert status == 0
    assert f"{held}, 0 contradicted" in out


CLASSES_OF_A_SCRIPT = """
from zoo import register

class Owl: ...
register(Owl)

if __name__ == "__main__":
    class Elk: ...
    register(Elk)
"""


def test_what_a_script_defines_is_known_by_its_name_there(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoo = "KINDS = set()\n\ndef register(kind):\n    KINDS.add(kind)\n"
    monkeypatch.chdir(program({"pyproject.toml": "", "zoo.py": zoo, "script.py": CLASSES_OF_A_SCRIPT}))
    _, out, _ = verify("--script", "script.py", "--method", "spawn")
    assert "__main__:Elk  script.py:9 (main-guard)  under spawn" in out
    assert "2 predictions hold, 0 contradicted" in out


def test_a_script_gets_its_arguments(folder: Path) -> None:
    script = """
import sys
from zoo.models import Models
if __name__ == "__main__":
    Models.register(sys.argv[2])(object)
"""
    (folder / "script.py").write_text(script, "utf-8")
    _, out, _ = verify("--script", "script.py", "--args=--name 'my model'", "--method", "spawn")
    assert "missing 1: my model" in out
