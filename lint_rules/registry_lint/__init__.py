"""registry-lint: what worker processes will see of a project's registries."""

from __future__ import annotations

__version__ = "0.1.0"

from registry_lint.check import check

__all__ = ["__version__", "check"]
