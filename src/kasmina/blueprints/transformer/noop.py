"""The blueprint that changes nothing: a baseline for token sequences."""

from __future__ import annotations

import torch
from torch import nn

from kasmina.blueprints.registry import BlueprintRegistry


@BlueprintRegistry.register("noop", "transformer", 0, "identity without parameters")
class Noop(nn.Module):
    """(B, T, D) -> the same tensor."""

    def __init__(self, dim: int) -> None:
        super().__init__()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return `x`."""
        return x
