"""Memory is left to the system once in a process, and the collector works again afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from registry_lint.check.leaving import memory_left_to_the_system


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_nothing_is_collected_the_first_time() -> None:
    with memory_left_to_the_system():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count()


def test_a_process_that_goes_on_collects_from_the_second_time_on() -> None:
    with memory_left_to_the_system():
        pass
    left = gc.get_freeze_count()
    with memory_left_to_the_system():
        assert gc.isenabled()
    assert gc.get_freeze_count() <= left  # fewer where something else lets go of what was left


def test_who_has_no_collector_gets_none() -> None:
    gc.disable()
    try:
        with memory_left_to_the_system():
            pass
        assert not gc.isenabled()
        assert not gc.get_freeze_count()
    finally:
        gc.enable()
