from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

# How long one example takes says how busy the machine is, and nothing about us.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

WriteProject = Callable[[Mapping[str, "str | bytes"]], Path]


@pytest.fixture(autouse=True)
def own_cache_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache's secret never comes from, or goes to, the home of whoever runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache-home"))


@pytest.fixture
def write_project(tmp_path: Path) -> WriteProject:
    """Write files below a new root, which always has a `pyproject.toml`, and return it."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "project"
        for name, content in {"pyproject.toml": "", **files}.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return write
