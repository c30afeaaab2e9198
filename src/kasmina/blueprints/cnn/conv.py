"""The blueprints of two full convolutions, in three widths."""

from __future__ import annotations

import torch
from torch import nn

from kasmina.blueprints import options
from kasmina.blueprints.initialisation import silence
from kasmina.blueprints.registry import BlueprintRegistry


class ConvBlock(nn.Module):
    """x + second(gelu(first(GroupNorm(x)))), (B, C, H, W) -> (B, C, H, W).

    `hidden` channels lie between the two convolutions; `kernel_size` is odd; `groups` of the
    normalisation divide C. Pre-activation order: He et al., 2016 (identity mappings).
    """

    def __init__(self, dim: int, hidden: int, kernel_size: int = 3, groups: int | None = None) -> None:
        super().__init__()
        size = options.kernel("kernel_size", kernel_size)
        self.norm = nn.GroupNorm(options.divisor("groups", groups, dim, default=8), dim, affine=False)
        self.first = nn.Conv2d(dim, hidden, size, padding=size // 2)
        self.second = nn.Conv2d(hidden, dim, size, padding=size // 2)
        silence(self.second)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the branch to `x`."""
        branch: torch.Tensor = self.second(nn.functional.gelu(self.first(self.norm(x))))
        return x + branch


@BlueprintRegistry.register("conv_light", "cnn", 9288, "two 3x3 convolutions through an eighth of the width")
def conv_light(
    dim: int, hidden: int | None = None, kernel_size: int = 3, groups: int | None = None
) -> ConvBlock:
    """A `ConvBlock` with `hidden` channels, by default C / 8."""
    return ConvBlock(dim, options.width("hidden", hidden, dim // 8), kernel_size, groups)


@BlueprintRegistry.register("conv_small", "cnn", 36960, "two 3x3 convolutions through half of the width")
def conv_small(
    dim: int, hidden: int | None = None, kernel_size: int = 3, groups: int | None = None
) -> ConvBlock:
    """A `ConvBlock` with `hidden` channels, by default C / 2."""
    return ConvBlock(dim, options.width("hidden", hidden, dim // 2), kernel_size, groups)


@BlueprintRegistry.register("conv_heavy", "cnn", 73856, "two 3x3 convolutions at full width")
def conv_heavy(
    dim: int, hidden: int | None = None, kernel_size: int = 3, groups: int | None = None
) -> ConvBlock:
    """A `ConvBlock` with `hidden` channels, by default C."""
    return ConvBlock(dim, options.width("hidden", hidden, dim), kernel_size, groups)
