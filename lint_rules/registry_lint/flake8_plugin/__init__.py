"""The flake8 door: flake8 asks file by file, the answers come from one analysis of the whole project."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from registry_lint import __version__

if TYPE_CHECKING:
    from registry_lint.flake8_plugin.session import Session

Report = tuple[int, int, str, type]


class Plugin:
    """What flake8 makes one of for each file.

    `session` is what `parse_options` found out for all files of this process: forked workers inherit it,
    spawned ones are given the options again and make their own, from the cache. None: nothing to do.
    """

    name = "registry-lint"
    version = __version__
    session: ClassVar[Session | None] = None

    def __init__(self, tree: ast.AST, lines: Sequence[str], filename: str) -> None:
        self._lines = lines
        self._filename = filename

    @classmethod
    def add_options(cls, option_manager: Any) -> None:
        """Add our options; everything else is configured in pyproject.toml, for all doors alike."""
        option_manager.add_option(
            "--registry-lint-root",
            metavar="DIR",
            parse_from_config=True,
            normalize_paths=True,
            help="The project that registry-lint analyses (default: found from the first path).",
        )
        option_manager.add_option(
            "--registry-lint-config",
            metavar="FILE",
            parse_from_config=True,
            normalize_paths=True,
            help="A TOML file with [tool.registry-lint] (default: the project's pyproject.toml).",
        )

    @classmethod
    def parse_options(cls, option_manager: Any, options: argparse.Namespace, paths: Sequence[str]) -> None:
        """Analyse the project, unless no code of ours can be reported; stdin waits for its text."""
        cls.session = None
        if options.bug_report or not _is_wanted(options):
            return
        from registry_lint.flake8_plugin.session import Settings, start

        names = [options.stdin_display_name if path == "-" else path for path in options.filenames]
        settings = Settings(
            names, "-" in options.filenames, options.registry_lint_root, options.registry_lint_config
        )
        with _Kindly():
            cls.session = start(settings, cache(lambda: _first_file(options)))

    def run(self) -> Iterator[Report]:
        """Yield the findings in this file: line, column from 0, text, and who says so."""
        if self.session is None:
            return
        with _Kindly():
            reports = self.session.reports(self._filename, "".join(self._lines))
        for line, column, text in reports:
            yield line, column, text, type(self)


class _Kindly:
    """A mistake in the configuration ends flake8 as its own do: with one line instead of a traceback."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        from registry_lint.config import ConfigError

        if isinstance(error, ConfigError):
            from flake8.exceptions import ExecutionError

            raise ExecutionError(f"registry-lint: {error}") from None


def _is_wanted(options: argparse.Namespace) -> bool:
    """Return whether flake8 would report any of our codes."""
    from flake8.style_guide import Decision, DecisionEngine

    engine = DecisionEngine(options)
    if not any(prefix.startswith("REG") or "REG".startswith(prefix) for prefix in engine.selected):
        return False
    from registry_lint.check.selection import CODES

    return any(engine.decision_for(code) is Decision.Selected for code in CODES)


def _first_file(options: argparse.Namespace) -> str | None:
    """Return the first of the files that flake8 is about to check."""
    from flake8.discover_files import expand_paths

    files = expand_paths(
        paths=options.filenames,
        stdin_display_name=options.stdin_display_name,
        filename_patterns=options.filename,
        exclude=(*options.exclude, *options.extend_exclude),
    )
    return min(files, default=None)
