"""Blueprints for feature maps (B, C, H, W); importing this package registers them."""

from __future__ import annotations

from . import attention, bottleneck, conv, depthwise, noop, norm

__all__ = ["attention", "bottleneck", "conv", "depthwise", "noop", "norm"]
