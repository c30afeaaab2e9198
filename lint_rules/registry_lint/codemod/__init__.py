"""The codemod: writes the missing process contract into docstrings, and proves that nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.codemod.fixing import fix

if TYPE_CHECKING:
    from registry_lint.codemod.command import AddRegistryContract

__all__ = ["AddRegistryContract", "fix"]


def __getattr__(name: str) -> object:
    """Import LibCST only for those who ask for its command."""
    if name == "AddRegistryContract":
        from registry_lint.codemod.command import AddRegistryContract

        return AddRegistryContract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
