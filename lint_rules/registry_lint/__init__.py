"""registry-lint: what worker processes will see of a project's registries."""

__version__ = "0.1.0"
