"""`registry-lint fix`: hands the analysis to the codemod."""

from __future__ import annotations

import argparse
import gc
from dataclasses import replace

from registry_lint.check import select
from registry_lint.cli.project import analyse_project, say_failures, say_unreadable
from registry_lint.cli.recording import Copied, keep
from registry_lint.cli.streams import Streams


def run(arguments: argparse.Namespace, streams: Streams) -> int:
    """Mend what can be mended; 1 when there was something to mend, 2 when a file could not be judged."""
    from registry_lint.codemod import fix

    analysed = analyse_project(arguments, streams)
    unreadable = say_unreadable(analysed, streams) | say_failures(analysed, streams)
    findings = select(analysed.analysis, analysed.config, analysed.selection)
    if findings:
        gc.enable()  # what is mended is analysed again, which needs the memory of the first time
    status = fix(
        replace(analysed.analysis, findings=findings),
        analysed.selection.paths,
        diff=arguments.diff,
        annotate=arguments.annotate,
        config=analysed.config,
        out=streams.out,
        err=streams.err,
        analyse=analysed.analyse,
    )
    if not status and not unreadable:
        keep(analysed.premises, analysed.analysis, [Copied(stream) for stream in streams], status)
    return 2 if unreadable else status
