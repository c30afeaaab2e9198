"""The blueprint of a bottleneck block: narrow, convolve, widen."""

from __future__ import annotations

import torch
from torch import nn

from kasmina.blueprints import options
from kasmina.blueprints.initialisation import silence
from kasmina.blueprints.registry import BlueprintRegistry


@BlueprintRegistry.register("bottleneck", "cnn", 4448, "1x1, 3x3, 1x1 convolutions, a quarter as wide inside")
class Bottleneck(nn.Module):
    """x + widen(gelu(convolve(gelu(narrow(GroupNorm(x)))))), (B, C, H, W) -> (B, C, H, W).

    The inner width is C / `reduction`, at least 1. `kernel_size` is odd. `groups` of the
    normalisation divide C. He et al., 2016.
    """

    def __init__(self, dim: int, reduction: int = 4, kernel_size: int = 3, groups: int | None = None) -> None:
        super().__init__()
        inner = max(dim // options.positive("reduction", reduction), 1)
        size = options.kernel("kernel_size", kernel_size)
        self.norm = nn.GroupNorm(options.divisor("groups", groups, dim, default=8), dim, affine=False)
        self.narrow = nn.Conv2d(dim, inner, 1)
        self.convolve = nn.Conv2d(inner, inner, size, padding=size // 2)
        self.widen = nn.Conv2d(inner, dim, 1)
        silence(self.widen)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the branch to `x`."""
        inner = nn.functional.gelu(self.narrow(self.norm(x)))
        branch: torch.Tensor = self.widen(nn.functional.gelu(self.convolve(inner)))
        return x + branch
