"""The blueprint that weighs channels: squeeze-and-excitation."""

from __future__ import annotations

import torch
from torch import nn

from kasmina.blueprints import options
from kasmina.blueprints.initialisation import silence
from kasmina.blueprints.registry import BlueprintRegistry


@BlueprintRegistry.register("attention", "cnn", 2128, "squeeze-and-excitation: one weight per channel")
class SqueezeExcitation(nn.Module):
    """x * 2 * sigmoid(W2 silu(W1 mean(x))), where W2 = 0 at the start makes every weight 1.

    (B, C, H, W) -> (B, C, H, W); the mean is over H and W. The hidden width is C / `reduction`, at
    least 1. Hu et al., 2018; SiLU in place of ReLU, so that a single hidden unit cannot be dead.
    """

    def __init__(self, dim: int, reduction: int = 4) -> None:
        super().__init__()
        hidden = max(dim // options.positive("reduction", reduction), 1)
        self.squeeze = nn.Linear(dim, hidden)
        self.excite = nn.Linear(hidden, dim)
        silence(self.excite)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Weigh the channels of `x`."""
        hidden = nn.functional.silu(self.squeeze(x.mean(dim=(2, 3))))
        weight: torch.Tensor = 2 * torch.sigmoid(self.excite(hidden))
        return x * weight[:, :, None, None]
