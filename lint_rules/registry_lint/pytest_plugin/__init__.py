"""The pytest door: a contract to prove, isolation to ask for, and leaks to be told of.

pytest imports this in every run, so it imports nothing of ours before something is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from registry_lint.pytest_plugin.contract import Contract

MARKER = (
    "registry_contract(*modules, methods=..., run=None, script=None, timeout=60): before the test, import "
    "the modules in real workers of each start method; fail if one lacks an entry that its parent has"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--registry-leaks`."""
    parser.getgroup("registry-lint").addoption(
        "--registry-leaks",
        choices=("error", "warn"),
        help="name each test that leaves an entry in a registry of the project: an error or a warning",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and the watch over leaks if it is asked for."""
    config.addinivalue_line("markers", MARKER)
    mode = config.getoption("--registry-leaks")
    if mode:
        from registry_lint.pytest_plugin.leaks import LeakWatch

        config.pluginmanager.register(LeakWatch(config, mode), "registry-lint-leaks")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Prove the contracts that the test is marked with, before the test itself runs."""
    for marker in item.iter_markers("registry_contract"):
        _contract(item.config)(*marker.args, **marker.kwargs)


@pytest.fixture
def registry_contract(request: pytest.FixtureRequest) -> Contract:
    """Return a function that proves that workers see what their parent sees.

    `registry_contract("pkg.models", methods=("spawn",))` fails the test, with the table, when a
    worker lacks an entry.
    """
    return _contract(request.config)


def _contract(config: pytest.Config) -> Contract:
    from registry_lint.pytest_plugin.contract import Contract

    return Contract(config)


@pytest.fixture
def registry_isolation(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put every registry of the project back, after the test, to what it held before.

    Entries that stay: those that modules first imported by the test register at their import,
    since a module is not imported twice.
    """
    from registry_lint.pytest_plugin.isolation import Isolation
    from registry_lint.pytest_plugin.knowledge import known_registries

    isolation = Isolation(known_registries(request.config), request.node)
    yield
    isolation.restore()
