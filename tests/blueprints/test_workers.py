"""How specs and `worker_init` travel, and what they say of entries that cannot."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from typing import Any

import pytest
from torch import nn

from kasmina.blueprints import (
    BlueprintRegistry,
    BlueprintSpec,
    MissingBlueprintsWarning,
    UnpicklableBlueprintError,
)
from kasmina.blueprints.processes import describe_process

pytestmark = pytest.mark.usefixtures("isolated_blueprints")


class Mine(nn.Identity):
    """A factory that another process could import."""

    def __init__(self, dim: int) -> None:
        super().__init__()


def test_a_pickled_spec_is_the_registrys_own_entry_again() -> None:
    spec = BlueprintRegistry.get("cnn", "bottleneck")
    assert pickle.loads(pickle.dumps(spec)) is spec


def test_a_pickle_names_the_factory_and_holds_none_of_it() -> None:
    assert len(pickle.dumps(BlueprintRegistry.get("transformer", "mlp"))) < 400


def test_an_unregistered_spec_arrives_with_its_factory() -> None:
    spec = BlueprintSpec("mine", "made up", Mine, 0)
    assert pickle.loads(pickle.dumps(spec)) == spec


def test_a_spec_can_be_copied_even_where_it_cannot_travel() -> None:
    spec = BlueprintSpec("mine", "made up", lambda dim: nn.Identity(), 0)
    assert copy.copy(spec) is spec
    assert copy.deepcopy([spec])[0] is spec


def in_a_function(dim: int) -> Any:
    def inner(dim: int) -> nn.Module:
        return nn.Identity()

    return inner


def in_main(dim: int) -> nn.Module:
    return nn.Identity()


def gone(dim: int) -> nn.Module:
    return nn.Identity()


in_main.__module__ = "__main__"
gone.__qualname__ = "not_there_any_more"


@pytest.mark.parametrize(
    ("factory", "reason"),
    [
        (in_main, "defined in __main__; move it into a module"),
        (in_a_function(0), "defined in a function; define it at module level"),
        (lambda dim: nn.Identity(), "defined in a function"),
        (gone, "cannot be found .*not_there_any_more"),
    ],
    ids=["main", "function", "lambda", "gone"],
)
def test_a_factory_that_no_worker_can_find_is_refused_when_pickled(factory: Any, reason: str) -> None:
    with pytest.raises(UnpicklableBlueprintError, match=f"made up/it .*{reason}"):
        pickle.dumps(BlueprintSpec("it", "made up", factory, 0))


def test_worker_init_takes_any_arguments_and_changes_nothing_in_the_parent() -> None:
    before = BlueprintRegistry.entries()
    BlueprintRegistry.worker_init()
    BlueprintRegistry.worker_init(3)
    assert BlueprintRegistry.entries() == before


def test_worker_init_brings_what_a_worker_lacks_and_may_be_called_twice() -> None:
    BlueprintRegistry.register("mine", "made up", 0)(Mine)
    travelled = pickle.loads(pickle.dumps(BlueprintRegistry.worker_init))
    BlueprintRegistry.unregister("made up", "mine")
    for worker_id in range(2):
        travelled(worker_id)
        assert BlueprintRegistry.get("made up", "mine").factory is Mine


def test_worker_init_leaves_a_workers_own_entry_alone() -> None:
    BlueprintRegistry.register("mine", "made up", 0)(Mine)
    travelled = pickle.loads(pickle.dumps(BlueprintRegistry.worker_init))
    BlueprintRegistry.register("mine", "made up", 0, override=True)(nn.Identity)
    travelled()
    assert BlueprintRegistry.get("made up", "mine").factory is nn.Identity


def test_worker_init_warns_of_what_it_cannot_bring() -> None:
    BlueprintRegistry.register("lost", "made up", 0)(lambda dim: nn.Identity())
    travelled = pickle.loads(pickle.dumps(BlueprintRegistry.worker_init))
    travelled()
    BlueprintRegistry.unregister("made up", "lost")
    with pytest.warns(MissingBlueprintsWarning, match=r"lacks blueprints of its parent: made up/lost"):
        travelled()


def test_worker_init_survives_a_module_that_the_worker_cannot_import(monkeypatch: pytest.MonkeyPatch) -> None:
    BlueprintRegistry.register("mine", "made up", 0)(Mine)
    pickled = pickle.dumps(BlueprintRegistry.worker_init)
    travelled = pickle.loads(pickled.replace(__name__.encode(), b"x" * len(__name__)))
    with pytest.warns(
        MissingBlueprintsWarning, match=r"made up/mine \(ModuleNotFoundError: No module named 'xxx"
    ):
        travelled()


def test_origins_are_the_registering_modules_in_order_without_the_main_module() -> None:
    BlueprintRegistry.register("mine", "made up", 0)(Mine)
    main = {"__name__": "__main__", "register": BlueprintRegistry.register, "Mine": Mine}
    exec("register('two', 'made up', 0)(type('Two', (Mine,), {}))", main)
    assert BlueprintRegistry.get("made up", "two")
    assert __name__ in BlueprintRegistry.origins()
    assert "__main__" not in BlueprintRegistry.origins()


@pytest.mark.parametrize(
    ("method", "clause"),
    [
        ("fork", "forked with its parent's entries"),
        ("spawn", "started by spawn"),
        ("forkserver", "by forkserver"),
    ],
)
def test_a_worker_describes_how_it_was_started(method: str, clause: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this platform has no {method}")
    context = multiprocessing.get_context(method)
    with context.Pool(1) as pool:
        assert clause in pool.apply(describe_process, ([],))
