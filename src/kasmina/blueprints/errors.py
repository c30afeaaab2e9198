"""What can go wrong with a registry of blueprints, one class per cause."""

from __future__ import annotations

import pickle


class BlueprintError(Exception):
    """The base of every error that the registry raises."""


class DuplicateBlueprintError(BlueprintError, ValueError):
    """Two different factories claim one name; the message gives the place of both as file:line."""


class UnknownBlueprintError(BlueprintError, KeyError):
    """No blueprint, or no topology, of that name in this process."""

    def __str__(self) -> str:
        """The message itself: `KeyError` would show its repr."""
        return str(self.args[0]) if self.args else ""


class LateRegistrationError(BlueprintError, RuntimeError):
    """The registry was changed after `seal()`."""


class UnpicklableBlueprintError(BlueprintError, pickle.PicklingError):
    """A spec whose factory another process could not find by module and qualified name."""


class BrokenEntryPointWarning(RuntimeWarning):
    """An entry point of the group `kasmina.blueprints` that could not be loaded."""


class MissingBlueprintsWarning(RuntimeWarning):
    """A worker lacks blueprints that the process that started it has."""
