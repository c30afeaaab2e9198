"""A registry of seed blueprints: small PyTorch modules that start as the identity inside a host network.

>>> from kasmina.blueprints import BlueprintRegistry
>>> [spec.name for spec in BlueprintRegistry.list_for_topology("cnn")][:2]
['noop', 'norm']
>>> seed = BlueprintRegistry.create("cnn", "norm", 64)

Importing the package registers nothing: a topology is imported when it is first asked for.
"""

from __future__ import annotations

try:
    import torch as _torch  # noqa: F401  # asked for here so that its absence is one clear line
except ImportError as error:
    raise ImportError(
        f'kasmina.blueprints needs torch ({error}): pip install "registry-lint[blueprints]"', name="torch"
    ) from error

from .errors import (
    BlueprintError,
    BrokenEntryPointWarning,
    DuplicateBlueprintError,
    LateRegistrationError,
    MissingBlueprintsWarning,
    UnknownBlueprintError,
    UnpicklableBlueprintError,
)
from .registry import BlueprintRegistry
from .spec import BlueprintSpec, Place

__all__ = [
    "BlueprintError",
    "BlueprintRegistry",
    "BlueprintSpec",
    "BrokenEntryPointWarning",
    "DuplicateBlueprintError",
    "LateRegistrationError",
    "MissingBlueprintsWarning",
    "Place",
    "UnknownBlueprintError",
    "UnpicklableBlueprintError",
]
