"""Blueprints of the topology `stage`, and what its workers are asked to do."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.utils.data import Dataset

from kasmina.blueprints import BlueprintRegistry

if TYPE_CHECKING:
    from kasmina.blueprints import BlueprintSpec


@BlueprintRegistry.register("at import", "stage", 0)
class AtImport(nn.Identity):
    """Registered whenever this module is imported."""


class Late(nn.Identity):
    """Registered by the script at run time; any process could import it."""


def seen(*unused: object) -> list[str]:
    """The names of the stage's blueprints in this process."""
    return [spec.name for spec in BlueprintRegistry.list_for_topology("stage")]


def register_here(name: str) -> list[str]:
    """Register in the worker itself, and tell what it sees then."""
    BlueprintRegistry.register(name, "stage", 0)(Late)  # noqa: REG201  # shows that it stays in the worker
    return seen()


def build(spec: BlueprintSpec) -> str:
    """What a spec that was sent here builds."""
    return f"{spec.topology}/{spec.name}: {type(spec.create(4)).__name__}"


def fingerprint() -> str:
    """The worker's fingerprint."""
    return BlueprintRegistry.fingerprint()


def write_seen(rank: int, path: str) -> None:
    """For `torch.multiprocessing`, which returns nothing: leave the answer in a file."""
    pathlib.Path(path).write_text(json.dumps(seen()), encoding="utf-8")


class Asking(Dataset[list[str]]):
    """A data set whose items are what the worker that loads them sees."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> list[str]:
        torch.zeros(1)
        return seen()
