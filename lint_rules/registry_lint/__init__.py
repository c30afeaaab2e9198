"""registry-lint: what worker processes will see of a project's registries.

pytest and flake8 import this in every run, so what is offered here is imported on first use.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from registry_lint.check import Analysis, check
    from registry_lint.findings import Finding

__all__ = ["Analysis", "Finding", "__version__", "check"]


def __getattr__(name: str) -> object:
    """Return what the rooms offer under the package's own name.

    `check` is the room of that name, which can be called: whichever was imported first, `from registry_lint
    import check` and `import registry_lint.check` give the same thing.
    """
    from importlib import import_module

    if name == "check":
        return import_module("registry_lint.check")
    if name == "Analysis":
        return import_module("registry_lint.check").Analysis
    if name == "Finding":
        return import_module("registry_lint.findings").Finding
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
