"""`registry-lint init`: a starting configuration, made from what the project looks like; writes nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from glob import escape
from pathlib import Path

from registry_lint import __version__
from registry_lint.check import Analysis, analyse, select
from registry_lint.cli.project import MisuseError
from registry_lint.cli.streams import Streams, progress_on
from registry_lint.config import Config, load
from registry_lint.report.writing import write_stream
from registry_lint.source import SOURCE_ROOTS, Unreadable, find_root

BASELINE = "registry-lint-baseline.json"

PRE_COMMIT = """\
  - repo: ADDRESS  # of the registry-lint repository
    rev: v{version}
    hooks:
      - id: registry-lint
"""
WORKFLOW = """\
name: registry-lint
on: [push, pull_request]
permissions:
  contents: read
jobs:
  registry-lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.x"
      - run: pip install registry-lint
      - run: registry-lint check --format github
"""


def run(arguments: argparse.Namespace, streams: Streams) -> int:
    """Print the parts of a configuration, each under the name of the file it belongs in."""
    for path in arguments.paths:
        if not path.exists():
            raise MisuseError(f"{path}: no such file or folder")
    root = find_root(arguments.paths)
    config = load(root)
    analysis = analyse(root, config, jobs=0, progress=progress_on(streams))
    parts = [*_table(analysis, config), "", *_pre_commit(root), "", *_workflow(root)]
    write_stream(streams.out, "\n".join(parts) + "\n")
    return 0


def _table(analysis: Analysis, config: Config) -> Iterator[str]:
    """The table for pyproject.toml: source roots, what cannot be read, and what is to be accepted."""
    if _has_table(analysis.root):
        yield "# pyproject.toml has a [tool.registry-lint] table; nothing to add"
    else:
        yield f"# --- pyproject.toml{_new(analysis.root / 'pyproject.toml')}"
        yield "[tool.registry-lint]"
        yield from _sources(analysis.root)
        yield from _excluded(analysis.unreadable)
        yield f"# {len(analysis.project.registries)} registries in {analysis.project.files} files"
    found = len(select(analysis, config))
    if found and config.baseline is None:
        yield f"# {found} findings today; to accept them and fail on new ones only, run"
        yield f"#     registry-lint check --write-baseline {BASELINE}"
        yield f"# and add: baseline = {json.dumps(BASELINE)}"


def _has_table(root: Path) -> bool:
    file = root / "pyproject.toml"
    return file.is_file() and "[tool.registry-lint]" in file.read_text(encoding="utf-8", errors="replace")


def _sources(root: Path) -> Iterator[str]:
    roots = [name for name in SOURCE_ROOTS if _holds_packages(root / name)]
    if roots:
        yield f"src = {json.dumps(roots)}"


def _holds_packages(folder: Path) -> bool:
    return folder.is_dir() and not (folder / "__init__.py").exists() and any(folder.glob("*/*.py"))


def _excluded(unreadable: Sequence[Unreadable]) -> Iterator[str]:
    if unreadable:
        yield "# these cannot be parsed, and would make every run exit with status 2"
        yield f"exclude = {json.dumps([escape(entry.path) for entry in unreadable])}"


def _pre_commit(root: Path) -> Iterator[str]:
    file = root / ".pre-commit-config.yaml"
    if file.is_file() and "id: registry-lint" in file.read_text(encoding="utf-8", errors="replace"):
        yield "# .pre-commit-config.yaml runs registry-lint; nothing to add"
        return
    yield f"# --- {file.name}{_new(file, 'add to repos')}"
    if not file.is_file():
        yield "repos:"
    yield PRE_COMMIT.format(version=__version__).rstrip()


def _workflow(root: Path) -> Iterator[str]:
    folder = root / ".github" / "workflows"
    for file in sorted(folder.glob("*.y*ml")) if folder.is_dir() else ():
        if "registry-lint" in file.read_text(encoding="utf-8", errors="replace"):
            yield f"# .github/workflows/{file.name} runs registry-lint; nothing to add"
            return
    yield "# --- .github/workflows/registry-lint.yml (new)"
    yield WORKFLOW.rstrip()


def _new(file: Path, otherwise: str = "add") -> str:
    return f" ({otherwise})" if file.is_file() else " (new)"
