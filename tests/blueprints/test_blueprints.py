"""What every blueprint that ships here promises: identity, gradients, shapes, sizes, types."""

from __future__ import annotations

import copy
import io
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from kasmina.blueprints import BlueprintRegistry, BlueprintSpec

REFERENCE_WIDTH = {"cnn": 64, "transformer": 384}
SPECS = [spec for topology in REFERENCE_WIDTH for spec in BlueprintRegistry.list_for_topology(topology)]


def identify(spec: BlueprintSpec) -> str:
    return f"{spec.topology}-{spec.name}"


each_blueprint = pytest.mark.parametrize("spec", SPECS, ids=identify)
quietly = pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile:UserWarning")


@pytest.fixture(autouse=True)
def same_numbers() -> None:
    torch.manual_seed(0)


def an_input(spec: BlueprintSpec, dim: int, *, batch: int = 2, size: int = 5, **kwargs: Any) -> torch.Tensor:
    shape = (batch, dim, size, size) if spec.topology == "cnn" else (batch, size, dim)
    return torch.randn(shape, **kwargs)


def disturb(module: nn.Module) -> nn.Module:
    """Move a seed away from the identity, so that equality says something."""
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.05)
    return module


def check_start(spec: BlueprintSpec, module: nn.Module, x: torch.Tensor) -> None:
    """The identity at the start, a gradient for every parameter, and none stuck at zero after a step."""
    y = module(x)
    torch.testing.assert_close(y, x, atol=1e-6, rtol=0)
    parameters = dict(module.named_parameters())
    if not parameters:
        return
    optimiser = torch.optim.SGD(parameters.values(), lr=0.1)
    (y * torch.randn_like(y)).sum().backward()
    assert [name for name, value in parameters.items() if value.grad is None] == []
    assert all(value.grad.isfinite().all() for value in parameters.values())
    optimiser.step()
    assert [name for name, value in parameters.items() if not value.any()] == []


def test_the_blueprints_are_those_of_the_documentation() -> None:
    assert [spec.name for spec in SPECS if spec.topology == "cnn"] == [
        "noop", "norm", "attention", "bottleneck", "depthwise", "conv_light", "conv_small", "conv_heavy",
    ]  # fmt: skip
    assert [spec.name for spec in SPECS if spec.topology == "transformer"] == [
        "noop", "norm", "lora", "lora_large", "attention", "flex_attention", "mlp_small", "mlp",
    ]  # fmt: skip


@each_blueprint
def test_it_has_a_description_and_an_honest_estimate(spec: BlueprintSpec) -> None:
    module = spec.create(REFERENCE_WIDTH[spec.topology])
    count = sum(parameter.numel() for parameter in module.parameters())
    assert spec.description
    assert abs(spec.param_estimate - count) <= 0.1 * count


@each_blueprint
@pytest.mark.parametrize("size", [1, 5])
def test_it_starts_as_the_identity_and_nothing_in_it_is_stuck(spec: BlueprintSpec, size: int) -> None:
    dim = REFERENCE_WIDTH[spec.topology]
    check_start(spec, spec.create(dim), an_input(spec, dim, size=size))


@each_blueprint
@settings(max_examples=15, deadline=None)
@given(dim=st.one_of(st.integers(1, 70), st.integers(71, 300)))
def test_any_width_will_do(spec: BlueprintSpec, dim: int) -> None:
    check_start(spec, spec.create(dim), an_input(spec, dim, size=4))


@pytest.mark.parametrize("dim", [1, 2, 1021, 4093, 4096])
@each_blueprint
def test_the_extremes_of_width_will_do(spec: BlueprintSpec, dim: int) -> None:
    with torch.device("meta"):  # a full convolution of width 4096 has 300 million parameters
        module, x = spec.create(dim), an_input(spec, dim, size=3)
        if spec.name == "flex_attention":
            x.requires_grad_()
        assert module(x).shape == x.shape
    if sum(parameter.numel() for parameter in module.parameters()) < 20_000_000:
        check_start(spec, spec.create(dim), an_input(spec, dim, batch=1, size=3))


@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.param_estimate], ids=identify)
def test_it_learns(spec: BlueprintSpec) -> None:
    module = spec.create(16)
    x = an_input(spec, 16, size=6)
    target = x.roll(1, dims=1) * 0.5
    optimiser = torch.optim.Adam(module.parameters(), lr=0.02)
    losses = []
    for _ in range(30):
        optimiser.zero_grad()
        loss = nn.functional.mse_loss(module(x), target)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.97 * losses[0]


@each_blueprint
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.float16], ids=str)
@quietly
def test_it_runs_and_stays_in_its_type(spec: BlueprintSpec, dtype: torch.dtype) -> None:
    module = disturb(spec.create(32))
    x = an_input(spec, 32)
    exact = module(x)
    module.to(dtype)
    for grad in (True, False):
        with torch.set_grad_enabled(grad):
            y = module(x.to(dtype))
        assert y.dtype == dtype
        torch.testing.assert_close(y.float(), exact, atol=0.05, rtol=0.05)


@each_blueprint
def test_bfloat16_has_gradients(spec: BlueprintSpec) -> None:
    module = spec.create(32).to(torch.bfloat16)
    x = an_input(spec, 32, dtype=torch.bfloat16, requires_grad=True)
    module(x).square().sum().backward()
    assert x.grad is not None
    assert all(p.grad is not None and p.grad.isfinite().all() for p in module.parameters())


@each_blueprint
def test_its_state_makes_the_round_trip(spec: BlueprintSpec) -> None:
    first, second = disturb(spec.create(24)), spec.create(24)
    file = io.BytesIO()
    torch.save(first.state_dict(), file)
    file.seek(0)
    second.load_state_dict(torch.load(file, weights_only=True))
    x = an_input(spec, 24)
    assert torch.equal(first(x), second(x))


@each_blueprint
def test_a_deep_copy_is_equal_and_separate(spec: BlueprintSpec) -> None:
    first = disturb(spec.create(24))
    second = copy.deepcopy(first)
    x = an_input(spec, 24)
    before = first(x)
    assert torch.equal(second(x), before)
    disturb(second)
    assert torch.equal(first(x), before)


@each_blueprint
def test_an_empty_batch_is_no_error(spec: BlueprintSpec) -> None:
    x = an_input(spec, 16, batch=0)
    assert spec.create(16)(x).shape == x.shape


@pytest.mark.parametrize(
    ("topology", "name", "options", "told"),
    [
        ("cnn", "norm", {"groups": 7}, "groups must divide dim=64, not 7"),
        ("cnn", "norm", {"groups": 0}, "groups must be a positive integer, not 0"),
        ("cnn", "norm", {"eps": 0.0}, "eps must be a positive number, not 0.0"),
        ("cnn", "attention", {"reduction": 0}, "reduction must be a positive integer"),
        ("cnn", "depthwise", {"kernel_size": 4}, "kernel_size must be odd, not 4"),
        ("cnn", "bottleneck", {"reduction": 1.5}, "reduction must be a positive integer, not 1.5"),
        ("cnn", "bottleneck", {"kernel_size": 2}, "kernel_size must be odd"),
        ("cnn", "conv_light", {"hidden": 0}, "hidden must be a positive integer"),
        ("cnn", "conv_heavy", {"kernel_size": "3"}, "kernel_size must be a positive integer, not '3'"),
        ("transformer", "norm", {"eps": float("nan")}, "eps must be a positive number, not nan"),
        ("transformer", "lora", {"rank": 65}, "rank must be at most dim=64, not 65"),
        ("transformer", "lora", {"rank": True}, "rank must be a positive integer, not True"),
        ("transformer", "lora_large", {"alpha": -1}, "alpha must be a positive number, not -1"),
        ("transformer", "attention", {"heads": 5}, "heads must divide dim=64, not 5"),
        ("transformer", "flex_attention", {"heads": 128}, "heads must divide dim=64, not 128"),
        ("transformer", "mlp", {"expansion": 0}, "expansion must be a positive integer"),
        ("transformer", "mlp_small", {"checkpoint": 1}, "checkpoint must be True or False, not 1"),
        ("cnn", "noop", {"depth": 1}, "cnn/noop has no option 'depth'; options: none"),
    ],
)
def test_a_bad_option_is_refused(topology: str, name: str, options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError) as caught:
        BlueprintRegistry.create(topology, name, 64, **options)
    assert told in str(caught.value)
