"""Which findings are shown: by code, by path, by `noqa`; what is asked for never changes the analysis."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from registry_lint.config import Config, ConfigError, near
from registry_lint.findings import Finding
from registry_lint.noqa import Silence, find_silence, is_silenced
from registry_lint.rules import RULES
from registry_lint.source import SourceFile, covers, read

INTERNAL = "REG000"
CODES = (INTERNAL, *(rule.code for rule in RULES))


class Judged(Protocol):
    """A project root with the findings in it."""

    @property
    def root(self) -> Path:
        """The folder that the findings' paths are relative to."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every rule."""


class Selection(NamedTuple):
    """What was asked for: paths (none: all), and codes in place of the configured ones (None: those)."""

    paths: Sequence[Path] = ()
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None


EVERYTHING = Selection()


def select(judged: Judged, config: Config, selection: Selection = EVERYTHING) -> tuple[Finding, ...]:
    """Return the findings that are to be shown.

    Raises `ConfigError` for codes that no rule has, and ValueError for a path outside the project. An
    error of our own is always shown.
    """
    chosen, wanted = code_filter(config, selection), path_filter(judged.root, selection.paths)
    shown = [finding for finding in judged.findings if chosen(finding) and wanted(finding.location.path)]
    internal = [finding for finding in judged.findings if finding.code == INTERNAL]
    return (*internal, *without_silenced(judged.root, config, shown))


def code_filter(config: Config, selection: Selection = EVERYTHING) -> Callable[[Finding], bool]:
    """Return the judgement whether a finding's code is selected; the longest matching prefix decides."""
    selected = config.select if selection.select is None else selection.select
    ignored = config.ignore if selection.ignore is None else selection.ignore
    check_codes(config)

    def chosen(finding: Finding) -> bool:
        code, path = finding.code, finding.location.path
        if code == INTERNAL or (selected and not code.startswith(selected)):
            return False
        if any(code.startswith(codes) and covers(glob, path) for glob, codes in config.per_path_ignore):
            return False
        return not code.startswith(ignored) or _longest(code, selected) > _longest(code, ignored)

    return chosen


def _longest(code: str, prefixes: Iterable[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=0)


def check_codes(config: Config) -> None:
    """Raise `ConfigError` for a configured code that no rule has."""
    per_path = [code for _, codes in config.per_path_ignore for code in codes]
    for key, codes in (("select", config.select), ("ignore", config.ignore), ("per-path-ignore", per_path)):
        for code in codes:
            if not is_known(code):
                hint = near(code, CODES)
                raise ConfigError(f"{config.file}: [tool.registry-lint] {key}: {code!r}: no such rule{hint}")


def is_known(code: str) -> bool:
    """Return whether a code, or the beginning of one, belongs to a rule."""
    return any(known.startswith(code) for known in CODES)


def path_filter(root: Path, paths: Sequence[Path]) -> Callable[[str], bool]:
    """Return the judgement whether a path (relative to the root) is one of these, or below one.

    Raises ValueError for a path that lies outside the root.
    """
    asked = [relative(root, path) for path in paths]
    if not asked or "." in asked:
        return lambda path: True
    exact, folders = frozenset(asked), tuple(f"{path}/" for path in asked)
    return lambda path: path in exact or path.startswith(folders)


def relative(root: Path, path: Path) -> str:
    """Return a path relative to the root, with forward slashes; links in its folders are resolved.

    Raises ValueError when it lies outside.
    """
    whole = Path(os.path.normpath(Path.cwd() / path))
    for place in (whole, whole.parent.resolve() / whole.name, whole.resolve()):
        if place.is_relative_to(root):
            return place.relative_to(root).as_posix()
    raise ValueError(f"{path}: outside the project {root}; --root names a folder that holds both")


def without_silenced(root: Path, config: Config, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings whose line carries no `noqa` for them; reads only files that have findings."""
    comments: dict[str, Silence] = {}
    for path in {finding.location.path for finding in findings}:
        source = read(root, Path(path), config)
        if isinstance(source, SourceFile):
            comments[path] = find_silence(source.text)
    return [finding for finding in findings if not _silenced(finding, comments)]


def _silenced(finding: Finding, comments: dict[str, Silence]) -> bool:
    silence = comments.get(finding.location.path)
    return silence is not None and is_silenced(silence, finding.location.span.line, finding.code)
