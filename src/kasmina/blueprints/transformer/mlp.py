"""The blueprints of a token-wise MLP, in two widths."""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint as recompute

from kasmina.blueprints import options
from kasmina.blueprints.initialisation import silence
from kasmina.blueprints.registry import BlueprintRegistry


class TokenMLP(nn.Module):
    """x + second(gelu(first(RMSNorm(x)))), (B, T, D) -> (B, T, D).

    The hidden width is `expansion` * D. With `checkpoint` the branch is computed again in the backward
    pass in place of being kept: less memory, the same values and gradients.
    """

    def __init__(self, dim: int, expansion: int, checkpoint: bool = False) -> None:
        super().__init__()
        hidden = options.positive("expansion", expansion) * dim
        self.checkpoint = options.flag("checkpoint", checkpoint)
        self.norm = nn.RMSNorm(dim, eps=1e-5)
        self.first = nn.Linear(dim, hidden)
        self.second = nn.Linear(hidden, dim)
        silence(self.second)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the branch to `x`."""
        if self.checkpoint and torch.is_grad_enabled():
            again: torch.Tensor = recompute(self.branch, x, use_reentrant=False)
            return x + again
        return x + self.branch(x)

    def branch(self, x: torch.Tensor) -> torch.Tensor:
        """What the block adds to `x`."""
        added: torch.Tensor = self.second(nn.functional.gelu(self.first(self.norm(x))))
        return added


@BlueprintRegistry.register("mlp_small", "transformer", 591360, "MLP with a hidden width of 2 D")
def mlp_small(dim: int, expansion: int = 2, checkpoint: bool = False) -> TokenMLP:
    """A `TokenMLP`, by default twice as wide inside."""
    return TokenMLP(dim, expansion, checkpoint)


@BlueprintRegistry.register("mlp", "transformer", 1181952, "MLP with a hidden width of 4 D")
def mlp(dim: int, expansion: int = 4, checkpoint: bool = False) -> TokenMLP:
    """A `TokenMLP`, by default four times as wide inside."""
    return TokenMLP(dim, expansion, checkpoint)
