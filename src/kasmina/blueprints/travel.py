"""How a spec crosses a process boundary: by its names, never by its code.

A pickled spec says where to look. The process that unpickles it imports the module that registered
the blueprint and takes its own entry, so both sides may even hold different versions of the code.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import NamedTuple

from .errors import UnknownBlueprintError, UnpicklableBlueprintError
from .spec import BlueprintSpec


class Reference(NamedTuple):
    """What is sent in place of a spec: its key, the module that registers it, and its other fields."""

    topology: str
    name: str
    module: str
    origin: str
    param_estimate: int
    description: str


def refer(spec: BlueprintSpec) -> Reference:
    """The reference to `spec`.

    Raises UnpicklableBlueprintError if another process could not find the factory. Raising here
    matters: a spec that fails to unpickle inside a worker of `multiprocessing.Pool` hangs the pool.
    """
    reason = _reason_not_to_travel(spec)
    if reason:
        raise UnpicklableBlueprintError(
            f"blueprint {spec.topology}/{spec.name} ({spec.origin}) cannot go to another process: {reason}"
        )
    home = spec.factory.__module__
    module = spec.place.module if spec.place and spec.place.tracked else home
    return Reference(spec.topology, spec.name, module, spec.origin, spec.param_estimate, spec.description)


def arrive(
    topology: str, name: str, module: str, origin: str, param_estimate: int, description: str
) -> BlueprintSpec:
    """This process's own entry for a reference, after importing the module that registers it.

    A blueprint that was registered at run time elsewhere has no entry here; its spec is then made
    from the factory alone and stays unregistered. Raises ImportError if the module is not here.
    """
    from .registry import BlueprintRegistry

    importlib.import_module(module)
    try:
        return BlueprintRegistry.get(topology, name)
    except UnknownBlueprintError:
        return BlueprintSpec(name, topology, pkgutil.resolve_name(origin), param_estimate, description)


def _reason_not_to_travel(spec: BlueprintSpec) -> str:
    """Why no other process can find the factory of `spec`; empty if it can."""
    module, _, name = spec.origin.partition(":")
    if module == "__main__":
        return "its factory is defined in __main__; move it into a module that workers can import"
    if "<" in name:
        return "its factory is defined in a function; define it at module level"
    try:
        pkgutil.resolve_name(spec.origin)
    except (ImportError, AttributeError) as error:
        return f"its factory cannot be found ({error})"
    return ""
