"""How a seed starts: its last layer adds nothing, and nothing in it is stuck at zero.

A residual branch whose last layer is zero adds nothing, so the host computes what it did before (ReZero,
Bachlechner et al. 2020; zero-init residual, Goyal et al. 2017). At that start only the last layer has a
gradient other than zero, so no earlier parameter may be zero as well: layers before it keep PyTorch's
random biases, and their normalisation has no bias of its own.
"""

from __future__ import annotations

from torch import nn


def silence(layer: nn.Linear | nn.Conv2d) -> None:
    """Set weight and bias of the last layer of a branch to zero."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
