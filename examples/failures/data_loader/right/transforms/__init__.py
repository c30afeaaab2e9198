"""Transforms of samples."""

from __future__ import annotations
