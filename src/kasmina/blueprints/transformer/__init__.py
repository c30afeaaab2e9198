"""Blueprints for token sequences (B, T, D); importing this package registers them."""

from __future__ import annotations

from . import attention, flex_attention, lora, mlp, noop, norm

__all__ = ["attention", "flex_attention", "lora", "mlp", "noop", "norm"]
