"""Which test left an entry behind in a registry, seen from one test to the next."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from registry_lint.pytest_plugin.knowledge import Blameless, known_registries
from registry_lint.verify.comparing import shown
from registry_lint.verify.inside.naming import name_of
from registry_lint.verify.inside.reading import ELEMENT, entries, find


class RegistryLeakWarning(pytest.PytestWarning):
    """A test left an entry behind in a registry of the project."""


class Entry(NamedTuple):
    """One entry of one registry, by names."""

    registry: str
    path: tuple[str, ...]
    value: str


State = dict[str, "Counter[Entry]"]


class LeakWatch:
    """A pytest plugin that compares the registries before and after each test.

    What a fixture of a wider scope has registered is that fixture's until it is torn down; what
    is left then is named with the fixture, by the test at which it was torn down.
    """

    def __init__(self, config: pytest.Config, mode: str) -> None:
        self.config = config
        self.mode = mode
        self.before: State = {}
        self.modules: frozenset[str] = frozenset()
        self.lent: dict[Entry, tuple[str, object]] = {}
        self.returned: dict[Entry, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Remember the registries before anything of the test has run."""
        self.before, self.modules = self._state(), frozenset(sys.modules)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
    ) -> Iterator[None]:
        """Note what a fixture of a wider scope than one test registers."""
        if fixturedef.scope == "function":
            return (yield)
        before = _all(self._state())
        result = yield
        for entry in _all(self._state()) - before:
            self.lent[entry] = (fixturedef.argname, fixturedef)
        return result

    def pytest_fixture_post_finalizer(self, fixturedef: pytest.FixtureDef[object]) -> None:
        """Take back what the fixture was lent: from now on it is left behind."""
        for entry, (name, owner) in list(self.lent.items()):
            if owner is fixturedef:
                del self.lent[entry]
                self.returned[entry] = name

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        """Compare when everything of the test has been torn down, and name what is left."""
        result = yield
        found = list(self._left_behind(item))
        self.returned.clear()
        if found:
            self._tell(item, found)
        return result

    def _left_behind(self, item: pytest.Item) -> Iterator[str]:
        blameless = Blameless.since(self.modules, item)
        known = known_registries(self.config)
        for name, now in self._state().items():
            before = self.before.get(name)
            for entry in now - (before or Counter()):
                if entry in self.lent or blameless.covers(
                    known[name], entry.path, entry.value, before is None
                ):
                    continue
                yield f"{name}: {shown(entry.path)}{self._by(entry)}"
        yield from (f"{entry.registry}: {shown(entry.path)}{self._by(entry)}" for entry in self._old_loans())

    def _old_loans(self) -> Iterator[Entry]:
        """Yield what a fixture set up for an earlier test leaves now."""
        now = _all(self._state())
        old = _all(self.before)
        return (entry for entry in self.returned if entry in now and entry in old)

    def _by(self, entry: Entry) -> str:
        return f" (by fixture {self.returned[entry]})" if entry in self.returned else ""

    def _tell(self, item: pytest.Item, found: list[str]) -> None:
        message = f"{item.nodeid} left entries behind in a registry\n  " + "\n  ".join(sorted(set(found)))
        if self.mode == "error":
            pytest.fail(message, pytrace=False)
        item.warn(RegistryLeakWarning(message))

    def _state(self) -> State:
        state: State = {}
        for name in known_registries(self.config):
            try:
                found = find(name, {})
            except LookupError:
                continue
            state[name] = Counter(
                Entry(name, path, "" if value is ELEMENT else name_of(value))
                for path, value in entries(found)
            )
        return state


def _all(state: State) -> Counter[Entry]:
    return sum(state.values(), Counter())
