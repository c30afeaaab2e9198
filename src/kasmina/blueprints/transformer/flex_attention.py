"""The blueprint of causal self-attention on FlexAttention, and when FlexAttention can be used."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from kasmina.blueprints.registry import BlueprintRegistry

from .attention import CausalAttention

if TYPE_CHECKING:
    from torch.nn.attention.flex_attention import BlockMask


@BlueprintRegistry.register("flex_attention", "transformer", 590592, "causal self-attention on FlexAttention")
class FlexAttention(CausalAttention):
    """`CausalAttention` computed by FlexAttention where that can run, else by SDPA; (B, T, D) -> (B, T, D).

    On a CPU FlexAttention has no backward pass, so a step that needs gradients uses SDPA there; so does
    a module inside `torch.compile`, which fuses SDPA by itself. The parameters are those of
    `CausalAttention`; their state dicts are interchangeable.
    """

    def attend(self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        """Causal attention over (B, heads, T, D / heads)."""
        if not can_flex(query, key, value):
            return super().attend(query, key, value)
        mask = causal_block_mask(query.shape[-2], str(query.device))
        attended: torch.Tensor = _kernel(query.device.type)(query, key, value, block_mask=mask)
        return attended


def can_flex(*tensors: torch.Tensor) -> bool:
    """Whether FlexAttention can run, and be differentiated, on these tensors.

    On a CPU it raises NotImplementedError for inputs that need a gradient; its CUDA kernel wants
    heads of 16 features or more; other devices are left to SDPA.
    """
    first = tensors[0]
    if first.numel() == 0 or torch.compiler.is_compiling():
        return False
    if first.device.type == "cpu":
        return not (torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors))
    return first.device.type == "cuda" and first.shape[-1] >= 16


@functools.lru_cache(maxsize=16)
def causal_block_mask(length: int, device: str) -> BlockMask:
    """The causal mask for `length` tokens; kept, because building it costs more than a short attention."""
    from torch.nn.attention.flex_attention import create_block_mask

    return create_block_mask(_is_visible, None, None, length, length, device=device)


@functools.lru_cache(maxsize=2)
def _kernel(device_type: str) -> Callable[..., Any]:
    """FlexAttention itself; compiled on CUDA, where the eager form would hold all T x T scores."""
    from torch.nn.attention.flex_attention import flex_attention

    kernel: Callable[..., Any] = flex_attention
    return torch.compile(kernel) if device_type == "cuda" else kernel


def _is_visible(
    batch: torch.Tensor, head: torch.Tensor, query: torch.Tensor, key: torch.Tensor
) -> torch.Tensor:
    return query >= key
