"""What a question is about: the projects of the named modules and files, and their registries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from registry_lint import config as settings
from registry_lint import source
from registry_lint.check import analyse
from registry_lint.folders import ROOT_MARKERS
from registry_lint.project import ContainerRecord

INSTALLED = ("site-packages", "dist-packages")


class Known(NamedTuple):
    """A registry that the analysis knows, and the module of every file that declares or fills it.

    `triggers` are the modules whose body begins what ends in a registration elsewhere, by file.
    """

    record: ContainerRecord
    modules: Mapping[str, str]
    triggers: Mapping[str, str] = MappingProxyType({})


class Target(NamedTuple):
    """The registries of the asked-for projects, and the names under which files run as `__main__`."""

    registries: tuple[Known, ...]
    aliases: Mapping[str, str]
    unreadable: tuple[source.Unreadable, ...]


def find_roots(places: Sequence[Path], root: Path | None) -> list[Path]:
    """Return the projects that the files lie in; an installed package is a project of its own."""
    return [root.resolve()] if root else sorted({_project_of(place.resolve()) for place in places})


def import_path(root: Path) -> tuple[str, ...]:
    """Return where a process started at the root finds the project: its source roots and itself."""
    candidates = [root / name for name in source.SOURCE_ROOTS]
    found = [folder for folder in candidates if folder.is_dir() and not (folder / "__init__.py").exists()]
    return tuple(str(folder) for folder in (*found, root))


def know(roots: Sequence[Path], main: Path | None, config: Path | None = None) -> Target:
    """Return what the analysis knows of the projects, with `main` as the file that runs as `__main__`.

    Raises `ConfigError` for a mistake in a project's configuration.
    """
    found = [_know(root, main, config) for root in roots]
    return Target(
        tuple(known for target in found for known in target.registries),
        {name: alias for target in found for name, alias in target.aliases.items()},
        tuple(reason for target in found for reason in target.unreadable),
    )


def _know(root: Path, main: Path | None, config: Path | None) -> Target:
    own = settings.load(root, config)
    script = _relative(main, root)
    analysis = analyse(root, own, also=[script] if script else [], cache=not _is_installed(root))
    aliases = {source.module_name(root, script, own)[0]: "__main__"} if script else {}
    known = tuple(
        Known(_as_loaded(record, aliases), _modules_of(record, root, own), _triggers_of(record, root, own))
        for record in analysis.project.registries
    )
    return Target(known, aliases, analysis.unreadable)


def _as_loaded(record: ContainerRecord, aliases: Mapping[str, str]) -> ContainerRecord:
    """Return the record with its values named after the modules that they are loaded as."""
    places = (place._replace(value=_renamed(place.value, aliases)) for place in record.registrations)
    return record._replace(registrations=tuple(places))


def _renamed(value: str | None, aliases: Mapping[str, str]) -> str | None:
    module, colon, name = (value or "").partition(":")
    return f"{aliases.get(module, module)}:{name}" if colon else value


def _modules_of(record: ContainerRecord, root: Path, own: settings.Config) -> dict[str, str]:
    files = {record.location.path, *(place.location.path for place in record.registrations)}
    return {file: source.module_name(root, file, own)[0] for file in files}


def _triggers_of(record: ContainerRecord, root: Path, own: settings.Config) -> dict[str, str]:
    files = {place.trace[0].path for place in record.registrations if place.trace}
    return {file: source.module_name(root, file, own)[0] for file in files}


def _relative(main: Path | None, root: Path) -> str:
    if main is None or main.suffix != ".py" or not main.resolve().is_relative_to(root):
        return ""
    return main.resolve().relative_to(root).as_posix()


def _project_of(place: Path) -> Path:
    """Return the project of a file; where nothing marks one, the folder that the command runs in."""
    folder, here = place if place.is_dir() else place.parent, Path.cwd()
    if _is_installed(folder):
        return folder
    root = source.find_root([folder])
    marked = any((root / marker).exists() for marker in ROOT_MARKERS)
    return here if not marked and folder.is_relative_to(here) else root


def _is_installed(folder: Path) -> bool:
    return any(part in INSTALLED for part in folder.parts)
