"""The blueprint of causal self-attention."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

from kasmina.blueprints import options
from kasmina.blueprints.initialisation import silence
from kasmina.blueprints.registry import BlueprintRegistry


@BlueprintRegistry.register("attention", "transformer", 590592, "causal self-attention")
class CausalAttention(nn.Module):
    """x + project(attend(q, k, v)) with q, k, v from RMSNorm(x); (B, T, D) -> (B, T, D).

    Token t attends to tokens 0..t. `heads` divides D; by default the largest such number that leaves
    each head about 64 features. Vaswani et al., 2017; pre-normalisation: Xiong et al., 2020; RMSNorm
    (Zhang and Sennrich, 2019) because it keeps a signal at any width, 1 included.
    """

    def __init__(self, dim: int, heads: int | None = None) -> None:
        super().__init__()
        self.heads = options.divisor("heads", heads, dim, default=dim // 64)
        self.norm = nn.RMSNorm(dim, eps=1e-5)
        # Without bias: a bias on the keys has no effect, the softmax cancels it.
        self.qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.project = nn.Linear(dim, dim)
        silence(self.project)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add what each token reads from those before it."""
        batch, length, dim = x.shape
        qkv = self.qkv(self.norm(x)).view(batch, length, 3, self.heads, dim // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        read = self.attend(query, key, value).transpose(1, 2).reshape(batch, length, dim)
        branch: torch.Tensor = self.project(read)
        return x + branch

    def attend(self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        """Causal attention over (B, heads, T, D / heads)."""
        return scaled_dot_product_attention(query, key, value, is_causal=True)
