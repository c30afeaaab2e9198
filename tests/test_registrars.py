"""Which functions fill a registry, and how what fills it names them, as `map` lists them."""

from __future__ import annotations

import pytest

from registry_lint.check import analyse
from registry_lint.config import Config

TABLE = "TABLE = {}\n\n\n"
REGISTER = TABLE + "def register(name, value):\n    TABLE[name] = value\n\n\n"
CASES = {
    "a function": (REGISTER + "register('a', 1)\n", [("m:register", 4, "call")]),
    "nobody calls it": (REGISTER, [("m:register", 4, "write")]),
    "what forwards to it": (
        REGISTER + "def forward(name):\n    register(name, name)\n\n\nforward('a')\n",
        [("m:register", 4, "write"), ("m:forward", 8, "call")],
    ),
    "a decorator": (
        TABLE + "def register(function):\n    TABLE[function.__name__] = function\n    return function\n\n\n"
        "@register\ndef f():\n    pass\n",
        [("m:register", 4, "decorator")],
    ),
    "a decorator with a name": (
        TABLE + "def register(name):\n    def decorate(function):\n        TABLE[name] = function\n"
        "        return function\n\n    return decorate\n\n\n@register('f')\ndef f():\n    pass\n",
        [("m:register", 4, "decorator")],
    ),
    "class statements": (
        "class Base:\n    known = {}\n\n    def __init_subclass__(cls, **options):\n"
        "        Base.known[cls.__name__] = cls\n\n\nclass Child(Base):\n    pass\n",
        [("m:Base.__init_subclass__", 4, "subclass")],
    ),
    "a program's function whose name begins like a test's": (
        REGISTER.replace("register", "test_register"),
        [("m:test_register", 4, "write")],
    ),
    "what removes is none": (
        REGISTER + "def unregister(name):\n    del TABLE[name]\n\n\nregister('a', 1)\n",
        [("m:register", 4, "call")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_the_registrars_of_a_registry(write_project, text: str, expected: list[tuple[str, int, str]]) -> None:
    (record,) = analyse(write_project({"m.py": text}), Config(), cache=False).project.registries
    found = [(one.id, one.location.span.line, one.way) for one in record.registrars]
    assert found == expected


def test_what_a_test_adds_makes_no_registrar_of_the_test(write_project) -> None:
    test = "from m import TABLE\n\n\ndef test_it(name):\n    TABLE[name] = name\n"
    root = write_project({"m.py": REGISTER, "test_m.py": test})
    (record,) = analyse(root, Config(), cache=False).project.registries
    assert [one.id for one in record.registrars] == ["m:register"]


def test_registrars_of_several_files_are_in_order(write_project) -> None:
    more = "from m import register\n\n\ndef also(name):\n    register(name, 1)\n\n\nalso('b')\n"
    root = write_project({"m.py": REGISTER, "a.py": more, "z.py": more.replace("also", "too")})
    (record,) = analyse(root, Config(), cache=False).project.registries
    assert [one.id for one in record.registrars] == ["a:also", "m:register", "z:too"]
