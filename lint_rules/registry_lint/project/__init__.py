"""The linked project: what rules may ask."""

from __future__ import annotations

from importlib import import_module

from registry_lint.project.model import (
    ContainerRecord,
    Owner,
    Project,
    Registrar,
    Registration,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from registry_lint.project.linking import link
    from registry_lint.project.program import ModuleFile

__all__ = ["ContainerRecord", "ModuleFile", "Owner", "Project", "Registrar", "Registration", "link"]


def __getattr__(name: str) -> object:
    """Return what makes a project; a run in which nothing has changed makes none, and loads none of it."""
    rooms = {"link": "linking", "ModuleFile": "program"}
    if name in rooms:
        return getattr(import_module(f"{__name__}.{rooms[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
