"""A trainer with a catalogue of datasets."""

from __future__ import annotations
