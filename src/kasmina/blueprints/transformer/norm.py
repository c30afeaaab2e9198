"""The blueprint that grows into a layer normalisation."""

from __future__ import annotations

import torch
from torch import nn

from kasmina.blueprints import options
from kasmina.blueprints.registry import BlueprintRegistry


@BlueprintRegistry.register("norm", "transformer", 768, "gated LayerNorm: identity to normalised tokens")
class GatedLayerNorm(nn.Module):
    """x + gate * (LayerNorm(x) - x) + shift, per feature, with gate = shift = 0 at the start.

    (B, T, D) -> (B, T, D). LayerNorm: Ba et al., 2016.
    """

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim, eps=options.positive_number("eps", eps), elementwise_affine=False)
        self.gate = nn.Parameter(torch.zeros(dim))
        self.shift = nn.Parameter(torch.zeros(dim))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Mix `x` with its normalised form."""
        branch: torch.Tensor = self.gate * (self.norm(x) - x) + self.shift
        return x + branch
