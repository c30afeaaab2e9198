"""Environments, and a way to run many of them."""

from __future__ import annotations
