"""What the report says of reloading a module that declares or fills a registry."""

from __future__ import annotations

import sys

import pytest
from worlds import Program, place, record, registration, target

from registry_lint.places import Step
from registry_lint.project.model import Registration
from registry_lint.verify.answers import Failure
from registry_lint.verify.proving import question
from registry_lint.verify.reloads import Reload, reload_all, render

RAISING = """
class Models:
    items = {}
    @classmethod
    def register(cls, name, model):
        if name in cls.items:
            raise ValueError(f"{name} is already registered")
        cls.items[name] = model
"""
STORED = "import store\nITEMS = store.ITEMS\n"


def reloads(
    program: Program, files: dict[str, str], *registrations: Registration, of: str
) -> dict[str, Reload]:
    known = target(record(of, registrations))
    modules = [name.removesuffix(".py") for name in files]
    asked = question(known, sys.executable, [str(program(files))], modules=modules, timeout=20)
    found = reload_all(asked, known)
    assert not isinstance(found, Failure), found
    return {each.module: each for each in found}


def test_the_declaring_module_empties_and_the_registering_module_raises(program: Program) -> None:
    files = {"zoo.py": RAISING, "nets.py": "import zoo\nzoo.Models.register('net', int)\n"}
    found = reloads(program, files, registration("net", "nets.py", 2, "import"), of="zoo:Models.items")
    assert found["zoo"].changes["zoo:Models.items"] == (
        "emptied: net lost",
        "identity changed: the registry is another object, importers keep the old one",
    )
    assert found["nets"].error == "ValueError: net is already registered"
    assert found["nets"].changes == {}


def test_a_list_is_filled_twice(program: Program) -> None:
    files = {"zoo.py": "HOOKS = []\n", "nets.py": "import zoo\ndef hook(): ...\nzoo.HOOKS.append(hook)\n"}
    found = reloads(program, files, registration(None, "nets.py", 3, "import"), of="zoo:HOOKS")
    assert found["nets"].changes["zoo:HOOKS"] == ("duplicated: nets:hook gained",)


def test_last_write_wins_changes_the_identity_of_the_entry(program: Program) -> None:
    files = {"zoo.py": "REG = {}\n", "nets.py": "import zoo\nclass Net: ...\nzoo.REG['net'] = Net\n"}
    found = reloads(program, files, registration("net", "nets.py", 3, "import"), of="zoo:REG")
    assert found["nets"].changes["zoo:REG"] == ("identity changed: net now another object",)


def test_entries_kept_in_a_store_of_their_own_survive(program: Program) -> None:
    files = {"store.py": "ITEMS = {}\n", "zoo.py": "import store\nstore.ITEMS['a'] = 1\n"}
    found = reloads(program, files, registration("a", "zoo.py", 2, "import"), of="store:ITEMS")
    assert found["zoo"] == Reload("zoo", None, {})


def test_a_registry_that_loads_on_look_up_heals(program: Program) -> None:
    zoo = """
    class Models:
        def __init__(self):
            self._items = {}
        def get(self, name):
            if not self._items:
                load()
            return self._items[name]
    MODELS = Models()
    def load():
        MODELS._items["net"] = int
    def warm_up():
        MODELS.get("net")
    """
    trace = (Step("zoo.py", 5, "look-up in Models.get"), Step("zoo.py", 11, "in load"))
    known = target(
        record("zoo:MODELS", [Registration("net", None, place("zoo.py", 11), "lookup", None, trace)])
    )
    folder = str(program({"zoo.py": zoo}))
    asked = question(known, sys.executable, [folder], modules=["zoo"], run="zoo:warm_up", timeout=20)
    found = reload_all(asked, known)
    assert not isinstance(found, Failure)
    assert found[0].changes["zoo:MODELS"][:2] == ("emptied: net lost", "healed on next look-up")


def test_modules_that_were_not_imported_are_left_out(program: Program) -> None:
    known = target(record("zoo:REG", [registration("a", "other.py", 1, "import")]))
    asked = question(
        known, sys.executable, [str(program({"zoo.py": "REG = {}"}))], modules=["zoo"], timeout=20
    )
    found = reload_all(asked, known)
    assert not isinstance(found, Failure)
    assert [each.module for each in found] == ["zoo"]


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("import sys; sys.exit(2)", "error: SystemExit: 2"),
        ("import os; os._exit(2)", "error: the process died"),
        ("import time; time.sleep(30)", "error: not done within 1 s"),
    ],
)
def test_a_reload_that_goes_wrong_is_an_outcome(program: Program, what: str, error: str) -> None:
    zoo = f"REG = {{}}\ntry:\n    again\nexcept NameError:\n    again = True\nelse:\n    {what}\n"
    known = target(record("zoo:REG"))
    asked = question(known, sys.executable, [str(program({"zoo.py": zoo}))], modules=["zoo"], timeout=1)
    assert f"zoo: {error}" in render(reload_all(asked, known))
