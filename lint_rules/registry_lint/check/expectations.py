"""Settings that match nothing: a typing error in them would otherwise go unnoticed for ever."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from registry_lint.config import Config, ConfigError
from registry_lint.project import Project
from registry_lint.source import covers, is_skipped, matches


def expect_matches(root: Path, config: Config, paths: Sequence[str], project: Project) -> None:
    """Raise `ConfigError` for the first setting that matches no file, folder or container."""
    for entry in config.src:
        if not (root / entry).is_dir():
            raise _unmatched(config, "src", entry, "a folder below the project root")
    for pattern in config.exclude:
        if not _exists(root, pattern):
            raise _unmatched(config, "exclude", pattern, "files or folders of the project")
    for pattern, _ in config.per_path_ignore:
        if not any(covers(pattern, path) for path in paths):
            raise _unmatched(config, "per-path-ignore", pattern, "Python files of the project")
    names = [record.id for record in project.containers]
    for key, patterns in (("registries", config.registries), ("not-registries", config.not_registries)):
        for pattern in patterns:
            if not any(names_container(pattern, name) for name in names):
                raise _unmatched(config, key, pattern, "a container, such as 'pkg.mod:Owner._attr'")


def names_container(pattern: str, name: str) -> bool:
    """Return whether an entry of `registries` or `not-registries` names this container.

    Entries are ids as `map` prints them, `pkg.mod.Owner._attr` with a dot instead of the colon, or
    either with `*`.
    """
    return fnmatchcase(name, pattern) or fnmatchcase(name.replace(":", "."), pattern)


def _unmatched(config: Config, key: str, entry: str, expected: str) -> ConfigError:
    return ConfigError(
        f"{config.file}: [tool.registry-lint] {key}: {entry!r} matches nothing; expected {expected}"
    )


def _exists(root: Path, pattern: str) -> bool:
    """Return whether a pattern names anything; what builds and tools come and go with is never missed."""
    parts = pattern.strip("/").split("/")
    if any(is_skipped(part) for part in parts) or (root / pattern).exists():
        return True
    return any(matches(path, [pattern]) for path in _everything(root))


def _everything(root: Path) -> Iterable[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not is_skipped(name)]
        below = Path(folder).relative_to(root)
        yield from ((below / name).as_posix() for name in (*folders, *files))
