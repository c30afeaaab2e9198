"""`registry-lint check`: findings, in one or several formats, against a baseline or a revision."""

from __future__ import annotations

import argparse
from pathlib import Path

from registry_lint.check import select
from registry_lint.check.baseline import Compared, compare, configured_baseline, dump_baseline, load_baseline
from registry_lint.check.changes import changes_since, touching
from registry_lint.cli.project import Analysed, MisuseError, analyse_project, say_unreadable
from registry_lint.cli.recording import keep
from registry_lint.cli.streams import Streams, is_terminal, say, wants_colour
from registry_lint.findings import Finding
from registry_lint.report.document import Document, shown_from
from registry_lint.report.machine import github_report, gitlab_report, json_report
from registry_lint.report.text import statistics, terminal_report, text_report
from registry_lint.report.writing import write_file, write_stream
from registry_lint.rules import RULES


def run(arguments: argparse.Namespace, streams: Streams) -> int:
    """Check the project; 1 when there are findings, 2 when a file could not be read."""
    analysed = analyse_project(arguments, streams)
    unreadable = say_unreadable(analysed, streams)
    if arguments.write_baseline is not None:
        _write_baseline(analysed, arguments.write_baseline, streams)
        return 2 if unreadable else 0
    findings = _findings(analysed, arguments, streams)
    root = analysed.analysis.root
    document = Document(root, findings, shown_from(root, Path.cwd()))
    for name, file in arguments.outputs:
        _report(document, name, file, streams)
    if arguments.statistics:
        write_stream(streams.err, statistics(findings))
    status = 2 if unreadable else int(bool(findings) and not arguments.exit_zero)
    keep(analysed.premises, analysed.analysis, streams, status)
    return status


def _findings(analysed: Analysed, arguments: argparse.Namespace, streams: Streams) -> tuple[Finding, ...]:
    findings = select(analysed.analysis, analysed.config, analysed.selection)
    compared = _compare(analysed, findings, arguments.baseline)
    for entry in compared.stale:
        say(
            streams,
            f"stale baseline entry, the finding is gone: {entry.path}: {entry.code} {entry.message}",
        )
    if arguments.changed_since is None:
        return compared.new
    try:
        return touching(compared.new, changes_since(analysed.analysis.root, arguments.changed_since))
    except ValueError as error:
        raise MisuseError(str(error)) from None


def _compare(analysed: Analysed, findings: tuple[Finding, ...], file: Path | None) -> Compared:
    analysis = analysed.analysis
    entries = configured_baseline(analysis.root, analysed.config) if file is None else load_baseline(file)
    unread = [entry.path for entry in analysis.unreadable]
    return compare(findings, analysis.findings, unread, entries)


def _write_baseline(analysed: Analysed, file: Path, streams: Streams) -> None:
    """Accept the findings of the whole project, whichever paths were asked for."""
    findings = select(analysed.analysis, analysed.config, analysed.selection._replace(paths=()))
    _write(file, dump_baseline(findings))
    say(streams, f"{file}: accepted {len(findings)} finding{'' if len(findings) == 1 else 's'}")


def _report(document: Document, name: str, file: Path | None, streams: Streams) -> None:
    if file is not None:
        _write(file, _render(document, name))
    elif name == "text" and is_terminal(streams.out):
        write_stream(streams.out, terminal_report(document, wants_colour(streams.out)))
    else:
        write_stream(streams.out, _render(document, name))


def _render(document: Document, name: str) -> str:
    if name == "sarif":
        from registry_lint.report.sarif import sarif_report

        return sarif_report(document, RULES)
    reports = {"text": text_report, "json": json_report, "github": github_report, "gitlab": gitlab_report}
    return reports[name](document)


def _write(file: Path, text: str) -> None:
    try:
        write_file(file, text)
    except OSError as error:
        raise MisuseError(f"{file}: cannot be written: {error.strerror}") from None
