"""How long registry-lint takes beside its peers, on the same files, in the same minutes."""

from __future__ import annotations
