"""Which modules make up a topology: those that ship here, and those that entry points name."""

from __future__ import annotations

import importlib
import warnings
from importlib.metadata import EntryPoint, entry_points

from .errors import BrokenEntryPointWarning

GROUP = "kasmina.blueprints"

BUILT_IN = (("cnn", "kasmina.blueprints.cnn"), ("transformer", "kasmina.blueprints.transformer"))


def known_topologies() -> set[str]:
    """The topologies that ship here or that an installed package adds; nothing is imported."""
    return {topology for topology, _ in BUILT_IN} | {point.name for point in entry_points(group=GROUP)}


def load_built_in(topology: str) -> tuple[str, ...]:
    """Import what ships here for `topology`; returns the names of the modules."""
    names = tuple(module for shipped, module in BUILT_IN if shipped == topology)
    for name in names:
        importlib.import_module(name)
    return names


def load(topology: str) -> tuple[str, ...]:
    """Import every module of `topology`; returns their names.

    No lock is held meanwhile: the import system already lets one thread import and the others wait,
    and a second lock around it could deadlock with a thread that is importing and registers.
    An entry point that fails is a BrokenEntryPointWarning, so that one package never hides the others.
    """
    names = load_built_in(topology)
    points = entry_points(group=GROUP, name=topology)
    return names + tuple(point.module for point in points if _load_entry_point(point))


def _load_entry_point(point: EntryPoint) -> bool:
    try:
        point.load()
    except Exception as error:  # whatever a third party's import raises
        owner = f" of {point.dist.name} {point.dist.version}" if point.dist else ""
        warnings.warn(
            f"entry point '{point.name} = {point.value}'{owner} in group {GROUP} is broken, its blueprints "
            f"are missing: {type(error).__name__}: {error}",
            BrokenEntryPointWarning,
            stacklevel=5,
        )
        return False
    return True
