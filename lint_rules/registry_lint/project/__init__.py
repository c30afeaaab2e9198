"""The linked project: what rules may ask."""

from __future__ import annotations

from registry_lint.project.linking import link
from registry_lint.project.model import (
    ContainerRecord,
    Owner,
    Project,
    Registrar,
    Registration,
)
from registry_lint.project.program import ModuleFile

__all__ = ["ContainerRecord", "ModuleFile", "Owner", "Project", "Registrar", "Registration", "link"]
