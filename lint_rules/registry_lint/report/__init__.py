"""Findings and maps as text for people and as documents for machines."""

from __future__ import annotations
