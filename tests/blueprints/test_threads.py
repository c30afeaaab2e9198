"""Sixteen threads at once lose nothing and duplicate nothing."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from child import run
from torch import nn

from kasmina.blueprints import BlueprintRegistry, DuplicateBlueprintError, UnknownBlueprintError

THREADS = 16


@pytest.fixture(autouse=True)
def many_switches(isolated_blueprints: Any) -> Iterator[None]:
    """Threads that give way as often as possible."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """What `act(number)` returns in each thread, all let go together."""
    gate = threading.Barrier(THREADS)

    def wait_and_act(number: int) -> Any:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(wait_and_act, range(THREADS)))


def a_factory(number: int) -> Any:
    def factory(dim: int) -> nn.Module:
        return nn.Identity()

    factory.__qualname__ = f"factory_{number}"
    return factory


def test_registering_and_iterating_lose_no_entry() -> None:
    def register_fifty(number: int) -> None:
        for index in range(50):
            BlueprintRegistry.register(f"{number}-{index}", "made up", index)(a_factory(number))
            assert BlueprintRegistry.list_for_topology("made up")

    at_once(register_fifty)
    assert len(BlueprintRegistry.list_for_topology("made up")) == THREADS * 50


def test_one_of_sixteen_claims_to_a_name_wins() -> None:
    def claim(number: int) -> bool:
        try:
            BlueprintRegistry.register("claimed", "made up", 0)(a_factory(number))
        except DuplicateBlueprintError:
            return False
        return True

    assert sum(at_once(claim)) == 1


def test_one_of_sixteen_removals_succeeds() -> None:
    BlueprintRegistry.register("kept", "made up", 0)(a_factory(0))
    BlueprintRegistry.register("removed", "made up", 0)(a_factory(0))

    def remove(number: int) -> bool:
        try:
            BlueprintRegistry.unregister("made up", "removed")
        except UnknownBlueprintError:
            return False
        return True

    assert sum(at_once(remove)) == 1


def test_registering_and_removing_at_once_ends_with_what_was_kept() -> None:
    def come_and_go(number: int) -> None:
        for _ in range(50):
            BlueprintRegistry.register(f"passing-{number}", "made up", 0)(a_factory(number))
            BlueprintRegistry.unregister("made up", f"passing-{number}")
        BlueprintRegistry.register(f"kept-{number}", "made up", 0)(a_factory(number))

    at_once(come_and_go)
    kept = {spec.name for spec in BlueprintRegistry.list_for_topology("made up")}
    assert kept == {f"kept-{number}" for number in range(THREADS)}


def test_the_first_look_up_of_a_topology_gives_every_thread_all_of_it() -> None:
    told = run("""
        import sys, threading
        from concurrent.futures import ThreadPoolExecutor
        from kasmina.blueprints import BlueprintRegistry
        sys.setswitchinterval(1e-6)
        gate = threading.Barrier(16)

        def ask(number):
            gate.wait()
            topology = ("cnn", "transformer")[number % 2]
            return topology, tuple(spec.factory for spec in BlueprintRegistry.list_for_topology(topology))

        with ThreadPoolExecutor(16) as threads:
            answers = set(threads.map(ask, range(16)))
        print(sorted((topology, len(set(factories))) for topology, factories in answers))
    """)
    assert told == "[('cnn', 8), ('transformer', 8)]"
