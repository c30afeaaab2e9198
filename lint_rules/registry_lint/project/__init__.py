"""The linked project: what rules may ask."""

from registry_lint.project.model import (
    ContainerRecord,
    Owner,
    Project,
    Registrar,
    Registration,
)

__all__ = ["ContainerRecord", "Owner", "Project", "Registrar", "Registration"]
