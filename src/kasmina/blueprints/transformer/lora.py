"""The blueprints of a low-rank update, in two ranks."""

from __future__ import annotations

import torch
from torch import nn

from kasmina.blueprints import options
from kasmina.blueprints.initialisation import silence
from kasmina.blueprints.registry import BlueprintRegistry


class LowRank(nn.Module):
    """x + scale * up(down(x)), (B, T, D) -> (B, T, D): a D x D update of rank `rank`.

    `alpha` sets the scale, alpha / rank. Hu et al., 2021 (LoRA), around an identity map.
    """

    def __init__(self, dim: int, rank: int, alpha: float | None = None) -> None:
        super().__init__()
        if rank > dim:
            raise ValueError(f"rank must be at most dim={dim}, not {rank}")
        self.scale = 1.0 if alpha is None else options.positive_number("alpha", alpha) / rank
        self.down = nn.Linear(dim, rank, bias=False)
        self.up = nn.Linear(rank, dim, bias=False)
        silence(self.up)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the update to `x`."""
        update: torch.Tensor = self.up(self.down(x))
        return x + self.scale * update

    def dense_weight(self) -> torch.Tensor:
        """The (D, D) matrix W with the same effect: `x @ W.T`; use it to merge a trained seed."""
        identity = torch.eye(self.up.out_features, dtype=self.up.weight.dtype, device=self.up.weight.device)
        return identity + self.scale * (self.up.weight @ self.down.weight)


@BlueprintRegistry.register("lora", "transformer", 6144, "low-rank update of rank 8")
def lora(dim: int, rank: int | None = None, alpha: float | None = None) -> LowRank:
    """A `LowRank` of `rank`, by default 8 (D where D is smaller)."""
    return LowRank(dim, options.width("rank", rank, min(8, dim)), alpha)


@BlueprintRegistry.register("lora_large", "transformer", 49152, "low-rank update of rank 64")
def lora_large(dim: int, rank: int | None = None, alpha: float | None = None) -> LowRank:
    """A `LowRank` of `rank`, by default 64 (D where D is smaller)."""
    return LowRank(dim, options.width("rank", rank, min(64, dim)), alpha)
