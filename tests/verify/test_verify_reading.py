"""Registries are read from their storage: every kind, by value, and nothing of the program runs."""

from __future__ import annotations

import collections
import enum
import functools
import sys
import types
import weakref
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_lint.verify.inside.naming import name_of
from registry_lint.verify.inside.reading import snapshot


class Spec:
    """Something that is registered."""


class Colour(enum.Enum):
    RED = 1


class Text(str):
    __slots__ = ()


def build() -> None: ...


class Lazy(dict[str, object]):
    """A mapping that loads when it is asked, as that of lazy model zoos."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("woken")

    def items(self) -> object:  # type: ignore[override]
        raise AssertionError("woken")

    def __getitem__(self, key: str) -> object:
        raise AssertionError("woken")

    def __len__(self) -> int:
        raise AssertionError("woken")


class Holder:
    def __init__(self) -> None:
        self.name = "backbone"
        self._items = {"a": build}

    @property
    def everything(self) -> object:
        raise AssertionError("woken")

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("woken")


class Slotted:
    __slots__ = ("_items", "_unset")

    def __init__(self) -> None:
        self._items = {"a": build}


class Mapping(collections.UserDict[str, object]):
    pass


HERE = __name__
KEPT = Spec()


def read(value: object) -> list[tuple[tuple[str, ...], str]]:
    """Return the entries of a registry that a module of ours binds to `REGISTRY`."""
    module = types.ModuleType("reading_of_registries")
    module.__dict__["REGISTRY"] = value
    sys.modules[module.__name__] = module
    try:
        found = snapshot([f"{module.__name__}:REGISTRY"], {})[f"{module.__name__}:REGISTRY"]
    finally:
        del sys.modules[module.__name__]
    return [(tuple(path), name) for path, name in found["entries"]]  # type: ignore[index]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1}, [(("", "'a'"), "1")]),
        (collections.OrderedDict(a=1), [(("", "'a'"), "1")]),
        (collections.defaultdict(list, {"a": [build]}), [
            (("", "'a'"), "builtins:list object"),
            (("", "'a'", f"{HERE}:build"), ""),
        ]),
        ([build], [(("", f"{HERE}:build"), "")]),
        (collections.deque([Spec]), [(("", f"{HERE}:Spec"), "")]),
        ({Spec}, [(("", f"{HERE}:Spec"), "")]),
        ({f"k{number}" for number in range(9)}, [(("", f"'k{number}'"), "") for number in range(9)]),
        (types.MappingProxyType({"a": 1}), [(("", "'a'"), "1")]),
        (Lazy({"a": build}), [(("", "'a'"), f"{HERE}:build")]),
        (Mapping({"a": 1}), [(("data", "'a'"), "1")]),
        (collections.ChainMap({"a": 1}, {"b": 2}), [(("maps[0]", "'a'"), "1"), (("maps[1]", "'b'"), "2")]),
        (types.SimpleNamespace(items=collections.ChainMap({"a": 1})), [(("items.maps[0]", "'a'"), "1")]),
        (collections.UserList([build]), [(("data", f"{HERE}:build"), "")]),
        (Holder(), [(("_items", "'a'"), f"{HERE}:build")]),
        (Slotted(), [(("_items", "'a'"), f"{HERE}:build")]),
        (weakref.WeakValueDictionary({"a": KEPT}), [(("", "'a'"), f"{HERE}:Spec object")]),
        (weakref.WeakKeyDictionary({KEPT: "a"}), [(("", f"{HERE}:Spec object"), "'a'")]),
        (weakref.WeakSet([KEPT]), [(("", f"{HERE}:Spec object"), "")]),
    ],
)  # fmt: skip
def test_entries_of_every_kind_of_container(value: object, expected: object) -> None:
    assert read(value) == expected


def test_weak_containers_are_read_after_a_collection() -> None:
    looped = Spec()
    looped.itself = looped  # type: ignore[attr-defined]
    registry = weakref.WeakValueDictionary({"kept": KEPT, "garbage": looped})
    del looped
    assert [path for path, _ in read(registry)] == [("", "'kept'")]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("a", "'a'"),
        (1, "1"),
        (True, "True"),
        (None, "None"),
        (("a", 1), "('a', 1)"),
        (frozenset({"b", "a"}), "{'a', 'b'}"),
        (Text("a"), "'a'"),
        (Colour.RED, f"{HERE}:Colour.RED"),
        (Spec, f"{HERE}:Spec"),
        (build, f"{HERE}:build"),
        (Holder.__init__, f"{HERE}:Holder.__init__"),
        (functools.partial(build), f"partial({HERE}:build)"),
        (functools.lru_cache(build), f"{HERE}:build"),
        (staticmethod(build), f"{HERE}:build"),
        (weakref.ref(Spec), f"{HERE}:Spec"),
        (len, "builtins:len"),
        (Spec(), f"{HERE}:Spec object"),
        (sys, "module sys"),
    ],
)
def test_plain_values_by_value_and_definitions_by_name(value: object, name: str) -> None:
    assert name_of(value) == name


def test_a_worker_s_copy_of_the_script_counts_as_the_script() -> None:
    assert name_of(type("Net", (), {"__module__": "__mp_main__"})) == "__main__:Net"


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.binary()),
    lambda inner: st.tuples(inner, inner),
)


@given(plain, plain)
def test_names_of_plain_values_are_equal_when_the_values_are(one: object, other: object) -> None:
    assert (name_of(one) == name_of(other)) == (repr(one) == repr(other))


@pytest.mark.parametrize(
    ("identifier", "why"),
    [
        ("no_such_module:REG", "module no_such_module is not imported"),
        ("sys:NO_SUCH_NAME", "sys has no NO_SUCH_NAME"),
        ("collections:Counter.nothing", "collections has no Counter.nothing"),
    ],
)
def test_a_registry_that_is_not_there_says_why(identifier: str, why: str) -> None:
    assert snapshot([identifier], {}) == {identifier: {"absent": why}}


def test_a_mangled_name_is_found() -> None:
    owner = type("Owner", (), {"_Owner__items": {"a": 1}})
    module = types.ModuleType("mangled_names")
    module.__dict__["Owner"] = owner
    sys.modules["mangled_names"] = module
    try:
        found = snapshot(["mangled_names:Owner.__items"], {})["mangled_names:Owner.__items"]
    finally:
        del sys.modules["mangled_names"]
    assert found["entries"] == [[["", "'a'"], "1"]]  # type: ignore[index]
