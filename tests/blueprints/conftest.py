"""The registry fixture that the library ships, and what is left out where torch is missing."""

from __future__ import annotations

import importlib.util

from kasmina.pytest_plugin import isolated_blueprints

__all__ = ["isolated_blueprints"]

# torch is an optional extra: without it only its absence can be tested.
collect_ignore_glob = ["test_[!i]*.py"]
if importlib.util.find_spec("torch"):
    import torch

    collect_ignore_glob = []
    torch.set_num_threads(1)  # the tensors here are small: more threads only get in each other's way
