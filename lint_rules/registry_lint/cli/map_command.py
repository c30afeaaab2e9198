"""`registry-lint map`: the registries of a project."""

from __future__ import annotations

import argparse
from pathlib import Path

from registry_lint.check.selection import path_filter
from registry_lint.cli.project import MisuseError, analyse_project, say_failures, say_unreadable
from registry_lint.cli.recording import keep
from registry_lint.cli.streams import Streams
from registry_lint.report.document import shown_from
from registry_lint.report.registry_map import RegistryMap, map_json, map_text
from registry_lint.report.writing import write_file, write_stream


def run(arguments: argparse.Namespace, streams: Streams) -> int:
    """List registries; 2 when a file could not be read, or the analysis itself failed."""
    analysed = analyse_project(arguments, streams)
    analysis = analysed.analysis
    wanted = path_filter(analysis.root, analysed.selection.paths)
    containers = [record for record in analysis.project.containers if wanted(record.location.path)]
    others = tuple(record for record in containers if record.role != "registry")
    shown = RegistryMap(
        files=analysis.project.files,
        unreadable=tuple(entry for entry in analysis.unreadable if wanted(entry.path)),
        registries=tuple(record for record in containers if record.role == "registry"),
        others=others if arguments.all else None,
        show=shown_from(analysis.root, Path.cwd()),
    )
    for name, file in arguments.outputs:
        _write(map_json(shown) if name == "json" else map_text(shown), file, streams)
    status = 2 if say_unreadable(analysed, streams) | say_failures(analysed, streams) else 0
    keep(analysed.premises, analysis, streams, status)
    return status


def _write(text: str, file: Path | None, streams: Streams) -> None:
    if file is None:
        write_stream(streams.out, text)
        return
    try:
        write_file(file, text)
    except OSError as error:
        raise MisuseError(f"{file}: cannot be written: {error.strerror}") from None
