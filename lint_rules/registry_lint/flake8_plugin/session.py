"""What all files of one flake8 process share: the analysis of their project, and answers from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from registry_lint.check.baseline import Entry, compare, configured_baseline
from registry_lint.check.failures import CODE, internal_error, is_about_its_file
from registry_lint.check.leaving import memory_left_to_the_system
from registry_lint.check.pipeline import Analysis, analyse
from registry_lint.check.selection import check_codes, code_filter, relative
from registry_lint.config import Config, ConfigError, load
from registry_lint.findings import Finding
from registry_lint.report.escaping import printable
from registry_lint.source import decode_leniently, digest, find_root, is_excluded, is_script, read_bytes

Answer = tuple[int, int, str]


class Settings(NamedTuple):
    """What flake8's options say: the paths (stdin under its display name), and the project."""

    names: Sequence[str]
    stdin: bool
    root: str | None
    config: str | None


class Index(NamedTuple):
    """The analysis of the project at one root, as it is on disk."""

    config: Config
    accepted: tuple[Entry, ...]
    analysis: Analysis


class Session:
    """The answers for all files of one process; a project is analysed when it is first asked for."""

    def __init__(self, settings: Settings, first_file: Callable[[], str | None]) -> None:
        self._settings = settings
        self._first_file = first_file
        self._indexes: dict[Path, Index] = {}
        self._failure: Finding | None = None

    def begin(self) -> None:
        """Analyse the project of the first path; raises `ConfigError` for a mistake in its settings."""
        try:
            self._index(self._root())
        except ConfigError:
            raise
        except Exception as error:
            self._failure = internal_error(error, ".", "analysing the project")

    def reports(self, filename: str, text: str) -> list[Answer]:
        """Return the findings in one file with this text; an error of ours is one finding."""
        try:
            findings = [] if self._failure else self._findings(filename, text)
        except ConfigError:
            raise
        except Exception as error:
            findings = [internal_error(error, filename, "answering flake8")]
        if self._failure and self._is_first(filename):
            findings = [self._failure]
        return [_answer(finding) for finding in findings]

    def _findings(self, filename: str, text: str) -> list[Finding]:
        index, path = self._place(filename, text)
        if is_excluded(path, index.config):
            return []
        analysis = self._analysis(index, path, text)
        if analysis is None:
            return []
        here = tuple(finding for finding in analysis.findings if finding.location.path == path)
        chosen = code_filter(index.config)
        shown = compare(tuple(filter(chosen, here)), (), (), index.accepted).new
        return [*self._internal(analysis, filename, path), *shown]

    def _place(self, filename: str, text: str) -> tuple[Index, str]:
        """Return the project of a file and its path there; nameless input may be a file that we know."""
        root = self._root()
        try:
            path = relative(root, Path(filename))
        except ValueError:  # a file of another project
            root = find_root([Path(filename)])
            path = relative(root, Path(filename))
        index = self._index(root)
        if self._settings.stdin and filename == "stdin":
            same = [name for name, known in index.analysis.digests.items() if known == digest(text)]
            path = same[0] if len(same) == 1 else path
        return index, path

    def _analysis(self, index: Index, path: str, text: str) -> Analysis | None:
        """Return the analysis in which this file has this text, None where it is not for us to judge."""
        known = index.analysis.digests.get(path)
        if known == digest(text):
            return index.analysis
        root = index.analysis.root
        if known is None and (_is_unreadable(root, path, text) or not _is_ours(root, path)):
            return None
        return analyse(root, index.config, overlay={path: text})

    def _internal(self, analysis: Analysis, filename: str, path: str) -> list[Finding]:
        """Return errors of ours: those about this file, and at the first file those about the project."""
        failures = [finding for finding in analysis.findings if finding.code == CODE]
        if not failures:
            return []
        first = self._is_first(filename)
        return [
            failure
            for failure in failures
            if (failure.location.path == path if is_about_its_file(failure) else first)
        ]

    def _is_first(self, filename: str) -> bool:
        return self._first_file() in (filename, "-", None)

    def _root(self) -> Path:
        named = self._settings.root
        return find_root([Path(name) for name in self._settings.names], Path(named) if named else None)

    def _index(self, root: Path) -> Index:
        if root not in self._indexes:
            named = self._settings.config
            config = load(root, Path(named) if named else None)
            check_codes(config)
            accepted = configured_baseline(root, config)
            with memory_left_to_the_system():
                self._indexes[root] = Index(config, accepted, analyse(root, config, jobs=0))
        return self._indexes[root]


def start(settings: Settings, first_file: Callable[[], str | None]) -> Session:
    """Return a session that has analysed the project; raises `ConfigError` for a mistake in its settings."""
    session = Session(settings, first_file)
    session.begin()
    return session


def _answer(finding: Finding) -> Answer:
    span = finding.location.span
    return span.line, span.column, f"{finding.code} {printable(finding.message)}"


def _is_unreadable(root: Path, path: str, text: str) -> bool:
    """Return whether this is the file on disk that we could not decode, as flake8 decodes it all the same."""
    try:
        return decode_leniently(read_bytes(root / path)) == text
    except OSError:
        return False


def _is_ours(root: Path, path: str) -> bool:
    """Return whether a file that was not found in the project belongs to it: new, or a script."""
    return not (root / path).exists() or is_script(root, path)
