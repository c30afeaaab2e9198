"""Findings as SARIF 2.1.0, the format of code scanning services."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from registry_lint import __version__
from registry_lint.findings import Finding, Rule
from registry_lint.places import Location, Span, Step
from registry_lint.report.document import Document
from registry_lint.report.escaping import sarif_message
from registry_lint.report.pages import page

ROOT = "%SRCROOT%"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_report(document: Document, rules: Sequence[Rule]) -> str:
    """Return a log with one run: the rules with their pages, and the findings with their traces."""
    driver = {
        "name": "registry-lint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that the check ran in."}}},
        "results": [_result(document, finding) for finding in document.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    text = page(rule.code)
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": "warning"},
    }


def _result(document: Document, finding: Finding) -> dict[str, Any]:
    name = hashlib.sha256(finding.fingerprint.encode("utf-8", "surrogatepass")).hexdigest()
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": "warning",
        "message": {"text": sarif_message(finding.message)},
        "locations": [{"physicalLocation": _physical(document, finding.location)}],
        "partialFingerprints": {"registryLint/v1": name},
    }
    if finding.trace:
        steps = [_step(document, step) for step in finding.trace]
        result["relatedLocations"] = [{"id": number, **step} for number, step in enumerate(steps)]
        flow = [{"location": step} for step in [*steps, _here(document, finding)]]
        result["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    return result


def _here(document: Document, finding: Finding) -> dict[str, Any]:
    return {
        "physicalLocation": _physical(document, finding.location),
        "message": {"text": "the finding"},
    }


def _step(document: Document, step: Step) -> dict[str, Any]:
    place = Location(step.path, Span(step.line, 0, step.line, 0))
    return {"physicalLocation": _physical(document, place), "message": {"text": sarif_message(step.what)}}


def _physical(document: Document, location: Location) -> dict[str, Any]:
    """Return a place; an empty span stands for its whole line. SARIF counts columns from 1."""
    span = location.span
    region = {"startLine": span.line}
    if (span.line, span.column) != (span.end_line, span.end_column):
        columns = {"startColumn": span.column + 1, "endLine": span.end_line, "endColumn": span.end_column + 1}
        region.update(columns)
    uri = quote(document.show(location.path).encode("utf-8", "surrogateescape"))
    return {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}, "region": region}
