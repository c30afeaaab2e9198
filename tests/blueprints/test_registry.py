"""Registering, looking up and removing blueprints in one process."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from torch import nn

from kasmina.blueprints import (
    BlueprintRegistry,
    BlueprintSpec,
    DuplicateBlueprintError,
    LateRegistrationError,
    UnknownBlueprintError,
)

pytestmark = pytest.mark.usefixtures("isolated_blueprints")


def one(dim: int) -> nn.Module:
    return nn.Identity()


def other(dim: int, *, depth: int = 1) -> nn.Module:
    return nn.Linear(dim, depth)


def test_the_decorator_returns_the_factory_unchanged() -> None:
    assert BlueprintRegistry.register("one", "made up", 0)(one) is one


def test_a_spec_holds_what_was_registered() -> None:
    BlueprintRegistry.register("other", "made up", 7, "a linear map")(other)
    spec = BlueprintRegistry.get("made up", "other")
    assert spec == BlueprintSpec("other", "made up", other, 7, "a linear map")
    assert spec.origin == f"{__name__}:other"


def test_entries_are_listed_by_estimate_then_name() -> None:
    for name, estimate in [("c", 5), ("b", 5), ("a", 9), ("z", 0)]:
        BlueprintRegistry.register(name, "made up", estimate)(one)
    assert [spec.name for spec in BlueprintRegistry.list_for_topology("made up")] == ["z", "b", "c", "a"]


def test_create_passes_dim_and_options_to_the_factory() -> None:
    BlueprintRegistry.register("other", "made up", 0)(other)
    made: Any = BlueprintRegistry.create("made up", "other", 3, depth=2)
    assert made.weight.shape == (2, 3)


@pytest.mark.parametrize("dim", [0, -1, True, 1.5, "64", None])
def test_create_refuses_a_width_that_is_no_positive_integer(dim: Any) -> None:
    with pytest.raises(ValueError, match="cnn/norm: dim must be a positive integer, not"):
        BlueprintRegistry.create("cnn", "norm", dim)


def test_create_refuses_an_unknown_option_and_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="cnn/norm has no option 'group'; options: groups, eps"):
        BlueprintRegistry.create("cnn", "norm", 64, group=4)


def test_unregister_returns_the_entry_and_a_second_time_raises() -> None:
    BlueprintRegistry.register("one", "made up", 0)(one)
    assert BlueprintRegistry.unregister("made up", "one").factory is one
    with pytest.raises(UnknownBlueprintError):
        BlueprintRegistry.unregister("made up", "one")


def test_the_same_origin_again_replaces_quietly() -> None:
    BlueprintRegistry.register("one", "made up", 1)(one)
    BlueprintRegistry.register("one", "made up", 2)(one)
    assert BlueprintRegistry.get("made up", "one").param_estimate == 2


def test_another_origin_is_an_error_that_names_both_places() -> None:
    BlueprintRegistry.register("one", "made up", 1)(one)
    first = one_line_above()
    with pytest.raises(DuplicateBlueprintError) as caught:
        BlueprintRegistry.register("one", "made up", 1)(other)
    assert f"{__file__}:{first}" in str(caught.value)
    assert f"{__file__}:{first + 3}" in str(caught.value)
    assert BlueprintRegistry.get("made up", "one").factory is one


def test_override_replaces_another_origin() -> None:
    BlueprintRegistry.register("one", "made up", 1)(one)
    BlueprintRegistry.register("one", "made up", 1, override=True)(other)
    assert BlueprintRegistry.get("made up", "one").factory is other


def test_what_ships_here_is_there_before_a_clash_with_it() -> None:
    with pytest.raises(DuplicateBlueprintError, match=r"cnn[/\\]norm\.py:\d+"):
        BlueprintRegistry.register("norm", "cnn", 1)(one)


def test_two_lambdas_of_one_module_are_two_origins() -> None:
    BlueprintRegistry.register("one", "made up", 1)(lambda dim: nn.Identity())
    with pytest.raises(DuplicateBlueprintError):
        BlueprintRegistry.register("one", "made up", 1)(lambda dim: nn.Linear(dim, dim))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("", "cnn", 0), "name must be a non-empty string"),
        (("x", None, 0), "topology must be a non-empty string"),
        (("x", "cnn", -1), "param_estimate must be a count"),
        (("x", "cnn", 1.5), "param_estimate must be a count"),
        (("x", "cnn", True), "param_estimate must be a count"),
    ],
)
def test_bad_arguments_are_refused(arguments: tuple[Any, Any, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        BlueprintRegistry.register(*arguments)


def test_a_factory_without_a_qualified_name_is_refused() -> None:
    with pytest.raises(TypeError, match="must be a class or a function"):
        BlueprintRegistry.register("x", "made up", 0)(nn.Identity())


def test_an_unknown_name_gets_a_near_match_the_names_and_a_word_on_processes() -> None:
    with pytest.raises(UnknownBlueprintError) as caught:
        BlueprintRegistry.get("cnn", "nrom")
    told = str(caught.value)
    assert told.startswith(
        "no blueprint 'nrom' for topology 'cnn', did you mean 'norm'? there are: attention,"
    )
    assert "in process " in told
    assert "at run time" in told
    assert "kasmina.blueprints.cnn.norm" in told


@pytest.mark.parametrize(
    "ask", [BlueprintRegistry.list_for_topology, lambda name: BlueprintRegistry.get(name, "x")]
)
def test_an_unknown_topology_gets_a_near_match(ask: Any) -> None:
    with pytest.raises(UnknownBlueprintError, match="topology 'cnm', did you mean 'cnn'"):
        ask("cnm")


def test_a_sealed_registry_refuses_changes_and_still_answers() -> None:
    BlueprintRegistry.register("one", "made up", 0)(one)
    BlueprintRegistry.seal()
    with pytest.raises(LateRegistrationError, match=r"register made up/two at .*test_registry"):
        BlueprintRegistry.register("two", "made up", 0)(one)
    with pytest.raises(LateRegistrationError, match="unregister made up/one"):
        BlueprintRegistry.unregister("made up", "one")
    assert len(BlueprintRegistry.list_for_topology("transformer")) == 8


def test_isolated_restores_entries_seal_and_order_even_after_an_error() -> None:
    BlueprintRegistry.seal()
    before = BlueprintRegistry.entries()
    with contextlib.suppress(ZeroDivisionError), BlueprintRegistry.isolated() as registry:
        registry.unregister("cnn", "norm")
        registry.register("one", "cnn", 0)(one)
        _ = 1 / 0
    assert BlueprintRegistry.entries() == before
    with pytest.raises(LateRegistrationError):
        BlueprintRegistry.register("one", "cnn", 0)(one)


def test_the_first_look_up_may_happen_in_an_isolated_block() -> None:
    with BlueprintRegistry.isolated():
        BlueprintRegistry.seal()
    assert len(BlueprintRegistry.list_for_topology("cnn")) == 8


def test_fingerprint_depends_on_the_entries_alone() -> None:
    first = BlueprintRegistry.fingerprint()
    BlueprintRegistry.register("one", "made up", 0)(one)
    second = BlueprintRegistry.fingerprint()
    BlueprintRegistry.register("one", "made up", 0, override=True)(other)
    third = BlueprintRegistry.fingerprint()
    BlueprintRegistry.unregister("made up", "one")
    assert len({first, second, third}) == 3
    assert BlueprintRegistry.fingerprint() == first


def test_the_registry_cannot_be_subclassed_by_accident() -> None:
    with pytest.raises(TypeError, match="one registry"):
        type("Sub", (BlueprintRegistry,), {})


def one_line_above() -> int:
    """The line before that of the call."""
    import sys

    return sys._getframe(1).f_lineno - 1
