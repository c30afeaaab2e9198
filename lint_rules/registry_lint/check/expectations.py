"""Settings that match nothing: a typing error in them would otherwise go unnoticed for ever."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from registry_lint.config import STARTUP_HOOKS, WORKER_HOOKS, Config, ConfigError
from registry_lint.folders import is_skipped
from registry_lint.project.model import Project
from registry_lint.source import SourceFile, Unreadable, covers, matches


def expect_paths(root: Path, config: Config, paths: Sequence[str]) -> None:
    """Raise `ConfigError` for the first setting that matches no file or folder."""
    for entry in config.src:
        if not (root / entry).is_dir():
            raise _unmatched(config, "src", entry, "a folder below the project root")
    for pattern in config.exclude:
        if not _exists(root, pattern):
            raise _unmatched(config, "exclude", pattern, "files or folders of the project")
    for pattern, _ in config.per_path_ignore:
        if not any(covers(pattern, path) for path in paths):
            raise _unmatched(config, "per-path-ignore", pattern, "Python files of the project")


def expect_names(
    config: Config,
    sources: Iterable[SourceFile],
    unreadable: Sequence[Unreadable],
    project: Callable[[], Project],
) -> None:
    """Raise `ConfigError` for the first setting that matches no container, or no word of the program.

    Nothing is missed while a file cannot be read: it may be there.
    """
    if unreadable:
        return
    named = config.registries or config.not_registries
    names = [record.id for record in project().containers] if named else []
    for key, patterns in (("registries", config.registries), ("not-registries", config.not_registries)):
        for pattern in patterns:
            if not any(names_container(pattern, name) for name in names):
                raise _unmatched(config, key, pattern, "a container, such as 'pkg.mod:Owner._attr'")
    texts = [source.text for source in sources]
    for key, hooks, ours in (
        ("startup-hooks", config.startup_hooks, STARTUP_HOOKS),
        ("worker-hooks", config.worker_hooks, WORKER_HOOKS),
    ):
        for hook in hooks:
            if hook not in ours and not _occurs(hook, texts):
                raise _unmatched(config, key, hook, "a function, decorator or argument of the project")


def _occurs(hook: str, texts: Iterable[str]) -> bool:
    """Return whether the name that a hook ends in stands anywhere."""
    words = re.findall(r"\w+", hook.partition("(")[0])
    name = re.compile(rf"\b{words[-1]}\b") if words else None
    return name is not None and any(words[-1] in text and name.search(text) for text in texts)


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
