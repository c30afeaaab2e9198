"""Findings for programs: our own JSON, GitHub annotations, GitLab code quality."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from registry_lint.findings import Finding
from registry_lint.report.document import Document
from registry_lint.report.escaping import annotation_message, annotation_property, printable, well_formed

SCHEMA = 1


def json_report(document: Document) -> str:
    """Return the findings in our own schema, which grows only by addition."""
    entries = [_entry(finding) for finding in document.findings]
    return json.dumps({"schema": SCHEMA, "findings": entries}, indent=2) + "\n"


def _entry(finding: Finding) -> dict[str, Any]:
    span = finding.location.span
    return {
        "code": finding.code,
        "name": finding.name,
        "path": finding.location.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": finding.message,
        "registry": finding.registry,
        "fixable": finding.fixable,
        "trace": [step._asdict() for step in finding.trace],
    }


def github_report(document: Document) -> str:
    """Return workflow commands that annotate the lines of a pull request."""
    return "".join(f"{_annotation(document, finding)}\n" for finding in document.findings)


def _annotation(document: Document, finding: Finding) -> str:
    span = finding.location.span
    properties: dict[str, object] = {
        "file": printable(document.show(finding.location.path)),
        "line": span.line,
        "endLine": span.end_line,
        "col": span.column + 1,
    }
    if span.line == span.end_line:  # GitHub rejects a column in another line
        properties["endColumn"] = max(span.end_column, span.column + 1)
    properties["title"] = f"{finding.code} {finding.name}"
    written = ",".join(f"{key}={annotation_property(str(value))}" for key, value in properties.items())
    return f"::error {written}::{annotation_message(printable(finding.message))}"


def gitlab_report(document: Document) -> str:
    """Return a GitLab code quality report."""
    return json.dumps([_issue(document, finding) for finding in document.findings], indent=2) + "\n"


def _issue(document: Document, finding: Finding) -> dict[str, Any]:
    span = finding.location.span
    name = hashlib.sha256(finding.fingerprint.encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "description": f"{finding.code} {printable(finding.message)}",
        "check_name": finding.name,
        "fingerprint": name,
        "severity": "major",
        "location": {
            "path": well_formed(document.show(finding.location.path)),
            "lines": {"begin": span.line, "end": span.end_line},
        },
    }
