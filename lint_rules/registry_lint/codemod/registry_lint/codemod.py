"""The command under the name that LibCST's tool makes of a module in `.libcst.codemod.yaml` and a command."""

from __future__ import annotations

from registry_lint.codemod.command import AddRegistryContract

__all__ = ["AddRegistryContract"]
