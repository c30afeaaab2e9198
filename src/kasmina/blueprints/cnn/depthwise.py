"""The blueprint of a depthwise separable convolution."""

from __future__ import annotations

import torch
from torch import nn

from kasmina.blueprints import options
from kasmina.blueprints.initialisation import silence
from kasmina.blueprints.registry import BlueprintRegistry


@BlueprintRegistry.register("depthwise", "cnn", 4800, "depthwise separable convolution")
class DepthwiseSeparable(nn.Module):
    """x + pointwise(gelu(depthwise(GroupNorm(x)))), (B, C, H, W) -> (B, C, H, W).

    `kernel_size` is odd. `groups` of the normalisation divide C. Howard et al., 2017.
    """

    def __init__(self, dim: int, kernel_size: int = 3, groups: int | None = None) -> None:
        super().__init__()
        size = options.kernel("kernel_size", kernel_size)
        self.norm = nn.GroupNorm(options.divisor("groups", groups, dim, default=8), dim, affine=False)
        self.depthwise = nn.Conv2d(dim, dim, size, padding=size // 2, groups=dim)
        self.pointwise = nn.Conv2d(dim, dim, 1)
        silence(self.pointwise)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the branch to `x`."""
        branch: torch.Tensor = self.pointwise(nn.functional.gelu(self.depthwise(self.norm(x))))
        return x + branch
