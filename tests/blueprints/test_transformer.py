"""What only the token blueprints promise: causality, LoRA's dense form, checkpointing, FlexAttention."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_blueprints import disturb
from torch import nn

from kasmina.blueprints import BlueprintRegistry
from kasmina.blueprints.transformer import flex_attention

pytestmark = pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile:UserWarning")


def create(name: str, dim: int, **options: Any) -> Any:
    torch.manual_seed(0)
    return disturb(BlueprintRegistry.create("transformer", name, dim, **options))


@pytest.mark.parametrize("grad", [True, False], ids=["grad", "no grad"])
@pytest.mark.parametrize("name", [spec.name for spec in BlueprintRegistry.list_for_topology("transformer")])
@settings(max_examples=20, deadline=None)
@given(length=st.integers(1, 40), data=st.data())
def test_a_change_at_one_position_never_moves_an_output_before_it(
    name: str, grad: bool, length: int, data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, length - 1))
    module, x = create(name, 16), torch.randn(1, length, 16)
    changed = x.clone()
    changed[:, position:] = 100 * torch.randn(1, length - position, 16)
    with torch.set_grad_enabled(grad):
        before, after = module(x), module(changed)
    torch.testing.assert_close(after[:, :position], before[:, :position], atol=1e-6, rtol=0)
    assert not torch.equal(after[:, position:], before[:, position:])


@pytest.mark.parametrize("name", ["attention", "flex_attention"])
def test_attention_does_look_back(name: str) -> None:
    module, x = create(name, 16), torch.randn(1, 8, 16)
    changed = x.clone()
    changed[:, 0] += 1
    with torch.no_grad():
        moved = (module(changed) - module(x)).abs().amax(dim=(0, 2))
    assert (moved > 1e-6).all()


@settings(max_examples=25, deadline=None)
@given(dim=st.integers(1, 64), data=st.data(), alpha=st.one_of(st.none(), st.floats(0.1, 32)))
def test_lora_equals_its_dense_form(dim: int, data: st.DataObject, alpha: float | None) -> None:
    module = create("lora", dim, rank=data.draw(st.integers(1, dim)), alpha=alpha).double()
    x = torch.randn(2, 3, dim, dtype=torch.float64)
    torch.testing.assert_close(module(x), nn.functional.linear(x, module.dense_weight()))


@pytest.mark.parametrize("name", ["mlp_small", "mlp"])
def test_a_checkpointed_mlp_has_the_values_and_gradients_of_the_plain_one(name: str) -> None:
    plain, again = create(name, 24), create(name, 24, checkpoint=True)
    x = torch.randn(2, 5, 24)
    results = []
    for module in (plain, again):
        own = x.clone().requires_grad_()
        y = module(own)
        y.square().sum().backward()
        results.append([y, own.grad, *(parameter.grad for parameter in module.parameters())])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other)


def test_a_checkpointed_mlp_keeps_less_for_the_backward_pass() -> None:
    def kept(module: nn.Module) -> int:
        sizes: list[int] = []
        own = {parameter.data_ptr() for parameter in module.parameters()}
        with torch.autograd.graph.saved_tensors_hooks(
            lambda t: sizes.append(0 if t.data_ptr() in own else t.numel()) or t, lambda t: t
        ):
            module(torch.randn(2, 5, 24))
        return sum(sizes)

    assert kept(create("mlp", 24, checkpoint=True)) < 0.5 * kept(create("mlp", 24))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize(("length", "dim", "heads"), [(1, 8, 1), (37, 24, 3), (130, 64, 4), (16, 17, 17)])
def test_flex_attention_equals_attention(dtype: torch.dtype, length: int, dim: int, heads: int) -> None:
    flex, plain = create("flex_attention", dim, heads=heads), create("attention", dim, heads=heads)
    plain.load_state_dict(flex.state_dict())
    x = torch.randn(2, length, dim, dtype=dtype)
    with torch.no_grad():
        tolerance = 1e-5 if dtype is torch.float32 else 0.03
        torch.testing.assert_close(flex.to(dtype)(x), plain.to(dtype)(x), atol=tolerance, rtol=tolerance)


def test_flex_attention_runs_where_it_can_and_falls_back_where_it_cannot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    used: list[str] = []
    kernel = flex_attention._kernel
    monkeypatch.setattr(flex_attention, "_kernel", lambda device: used.append(device) or kernel(device))
    module, x = create("flex_attention", 16), torch.randn(1, 5, 16)
    module(x).sum().backward()
    assert used == []
    with torch.no_grad():
        module(x)
    assert used == ["cpu"]


def test_the_block_mask_is_built_once_per_length() -> None:
    first = flex_attention.causal_block_mask(12, "cpu")
    assert flex_attention.causal_block_mask(12, "cpu") is first
    assert flex_attention.causal_block_mask(13, "cpu") is not first
