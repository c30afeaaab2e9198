from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from sarif_pydantic import Sarif

from registry_lint.findings import Finding
from registry_lint.places import Location, Span, Step
from registry_lint.report.document import Document, shown_from
from registry_lint.report.escaping import annotation_message, annotation_property, printable
from registry_lint.report.machine import github_report, gitlab_report, json_report
from registry_lint.report.pages import page
from registry_lint.report.sarif import sarif_report
from registry_lint.report.text import statistics, terminal_report, text_report
from registry_lint.rules import RULES

HERE = Span(3, 4, 3, 14)


def finding(
    path: str = "pkg/a.py",
    message: str = "'x' is added",
    span: Span = HERE,
    what: str = "call of f",
) -> Finding:
    trace = (Step("pkg/b.py", 9, what),)
    return Finding(
        "REG201", "late-registration", Location(path, span), message, "pkg.a:R._r", "REG201|x", trace
    )


def document(*findings: Finding, root: Path = Path("/nowhere")) -> Document:
    return Document(root, findings)


def test_text_is_flake8s_form() -> None:
    assert text_report(document(finding())) == "pkg/a.py:3:5: REG201 'x' is added\n"
    assert text_report(document()) == ""


def test_json_is_the_contract() -> None:
    assert json.loads(json_report(document(finding()))) == {
        "schema": 1,
        "findings": [
            {
                "code": "REG201",
                "name": "late-registration",
                "path": "pkg/a.py",
                "line": 3,
                "column": 4,
                "end_line": 3,
                "end_column": 14,
                "message": "'x' is added",
                "registry": "pkg.a:R._r",
                "fixable": False,
                "trace": [{"path": "pkg/b.py", "line": 9, "what": "call of f"}],
            }
        ],
    }


def test_github_annotations() -> None:
    assert github_report(document(finding(message="50% of\nit"))) == (
        "::error file=pkg/a.py,line=3,endLine=3,col=5,endColumn=14,title=REG201 late-registration"
        "::50%25 of\\x0ait\n"
    )


def test_github_refuses_columns_of_another_line() -> None:
    assert "endColumn" not in github_report(document(finding(span=Span(3, 4, 5, 1))))


def test_gitlab_code_quality() -> None:
    (issue,) = json.loads(gitlab_report(document(finding())))
    assert re.fullmatch("[0-9a-f]{64}", issue.pop("fingerprint"))
    assert issue == {
        "description": "REG201 'x' is added",
        "check_name": "late-registration",
        "severity": "major",
        "location": {"path": "pkg/a.py", "lines": {"begin": 3, "end": 3}},
    }


def unknown_fields(value: object) -> list[str]:
    """What an independent reader of SARIF does not know, at any depth."""
    if isinstance(value, list):
        return [name for item in value for name in unknown_fields(item)]
    if not isinstance(value, BaseModel):
        return []
    below = [name for field in type(value).model_fields for name in unknown_fields(getattr(value, field))]
    return [*(value.model_extra or {}), *below]


def test_an_independent_reader_knows_our_sarif() -> None:
    log = Sarif.model_validate_json(sarif_report(document(finding()), RULES))
    assert log.version == "2.1.0"
    # Properties of the published schema that this reader has no field for.
    assert set(unknown_fields(log)) <= {"$schema", "columnKind"}
    (result,) = log.runs[0].results or []
    assert result.rule_id == "REG201"
    assert result.partial_fingerprints


def test_sarif_has_pages_places_and_the_trace() -> None:
    (run,) = json.loads(sarif_report(document(finding()), RULES))["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules["REG201"]["help"]["markdown"] == page("REG201")
    (result,) = run["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 15}
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    uris = [step["location"]["physicalLocation"]["artifactLocation"]["uri"] for step in steps]
    assert uris == ["pkg/b.py", "pkg/a.py"]
    assert [place["message"]["text"] for place in result["relatedLocations"]] == ["call of f"]


def test_fingerprints_survive_moved_lines() -> None:
    def names(moved: Finding) -> tuple[object, object]:
        (run,) = json.loads(sarif_report(document(moved), RULES))["runs"]
        (issue,) = json.loads(gitlab_report(document(moved)))
        return run["results"][0]["partialFingerprints"], issue["fingerprint"]

    assert names(finding()) == names(finding(span=Span(90, 0, 91, 3)))


HOSTILE = ["\x1b[2J", "a\nb", "::error::x", "%0A", "\r", "\u202e", "\udcff", "a,b:c", "`<script>`", "\x9b31m"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_cannot_steer_what_reads_them(name: str) -> None:
    hostile = document(finding(path=f"pkg/{name}.py", message=name, what=name))
    for text in (text_report(hostile), terminal_report(hostile, colour=False)):
        assert all(line.isprintable() for line in text.splitlines())
    assert len(text_report(hostile).splitlines()) == 1
    (annotation,) = github_report(hostile).splitlines()
    assert annotation.isprintable()
    assert annotation.count("::") == 2 + annotation_message(printable(name)).count("::")
    for report in (json_report(hostile), gitlab_report(hostile), sarif_report(hostile, RULES)):
        json.loads(report.encode("ascii"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("[click](https://evil.example)", r"\[click\](https://evil.example)"),
        ("[1](2) and [3]", r"\[1\](2) and \[3\]"),
        ("table[0]", "table[0]"),
    ],
)
def test_no_name_is_a_link_in_a_sarif_message(name: str, shown: str) -> None:
    (run,) = json.loads(sarif_report(document(finding(message=name, what=name)), RULES))["runs"]
    (result,) = run["results"]
    assert result["message"]["text"] == shown
    assert result["relatedLocations"][0]["message"]["text"] == shown


@given(st.text())
def test_a_workflow_command_gives_back_what_was_put_in(text: str) -> None:
    escaped = annotation_property(text)
    assert not set(escaped) & set("\r\n:,")
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        escaped = escaped.replace(code, character)
    assert escaped == text


@given(st.text())
def test_printable_text_is_printable(text: str) -> None:
    assert printable(text).isprintable()


SOURCE = "class R:\n\n    größe.register('x')\n\twide = '漢字'; r(x)\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/a.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def test_a_terminal_gets_source_caret_and_trace(root: Path) -> None:
    assert terminal_report(document(finding(span=Span(3, 4, 3, 23)), root=root), colour=False) == (
        "pkg/a.py:3:5: REG201 'x' is added\n"
        "3 |     größe.register('x')\n"
        "  |     ^^^^^^^^^^^^^^^^^^^\n"
        "    pkg/b.py:9 call of f\n"
        "\n"
    )


def test_the_caret_stands_under_wide_characters_and_tabs(root: Path) -> None:
    column = "\twide = '漢字'; r(x)".index("r(")
    lines = terminal_report(
        document(finding(span=Span(4, column, 4, column + 4)), root=root), False
    ).splitlines()
    assert lines[1] == "4 |     wide = '漢字'; r(x)"
    assert lines[2] == "  |                    ^^^^"  # two wide characters fill four cells


def test_a_span_of_several_lines_is_marked_to_the_end_of_the_first(root: Path) -> None:
    lines = terminal_report(document(finding(span=Span(1, 0, 4, 3)), root=root), False).splitlines()
    assert lines[2] == "  | ^^^^^^^^"


@pytest.mark.parametrize("span", [Span(99, 0, 99, 1), Span(2, 0, 2, 0)])
def test_a_line_that_is_gone_or_empty_has_no_excerpt(root: Path, span: Span) -> None:
    assert "^" not in terminal_report(document(finding(span=span), root=root), False)


def test_colour(root: Path) -> None:
    coloured = terminal_report(document(finding(), root=root), colour=True)
    plain = terminal_report(document(finding(), root=root), colour=False)
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain != coloured


def test_statistics_count_most_first() -> None:
    other = finding()._replace(code="REG101", name="undocumented-registry")
    assert statistics([other, finding(), finding()]) == (
        "     2 REG201 late-registration\n     1 REG101 undocumented-registry\n"
    )


@pytest.mark.parametrize(
    ("folder", "shown"),
    [("/p", "a.py"), ("/p/sub", "../a.py"), ("/", "p/a.py"), ("/other/x", "../../p/a.py")],
)
def test_paths_are_shown_from_where_the_reader_is(folder: str, shown: str) -> None:
    assert shown_from(Path("/p"), Path(folder))("a.py") == shown


def test_every_rule_has_a_page() -> None:
    assert all(f"({rule.code})" in page(rule.code).splitlines()[0] for rule in RULES)
    assert page("REG000") == ""
