"""The blueprint that grows into a group normalisation."""

from __future__ import annotations

import torch
from torch import nn

from kasmina.blueprints import options
from kasmina.blueprints.registry import BlueprintRegistry


@BlueprintRegistry.register("norm", "cnn", 128, "gated GroupNorm: from the identity to a normalised map")
class GatedGroupNorm(nn.Module):
    """x + gate * (GroupNorm(x) - x) + shift, per channel, with gate = shift = 0 at the start.

    (B, C, H, W) -> (B, C, H, W). `groups` divides C; by default the largest such number up to 8.
    GroupNorm: Wu and He, 2018.
    """

    def __init__(self, dim: int, groups: int | None = None, eps: float = 1e-5) -> None:
        super().__init__()
        count = options.divisor("groups", groups, dim, default=8)
        self.norm = nn.GroupNorm(count, dim, eps=options.positive_number("eps", eps), affine=False)
        self.gate = nn.Parameter(torch.zeros(dim, 1, 1))
        self.shift = nn.Parameter(torch.zeros(dim, 1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Mix `x` with its normalised form."""
        branch: torch.Tensor = self.gate * (self.norm(x) - x) + self.shift
        return x + branch
