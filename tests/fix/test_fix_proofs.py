"""Every proof can fail, and a file that fails one stays as it was, byte for byte."""

from __future__ import annotations

import ast
import io
from collections.abc import Mapping
from pathlib import Path

import judge
import pytest
from places import READERS, run_fix

from registry_lint.codemod import fix
from registry_lint.codemod.outcomes import RefusalError
from registry_lint.codemod.proofs import prove_findings, prove_same_annotated, prove_same_program
from registry_lint.config import Config
from registry_lint.findings import Finding
from registry_lint.places import Location, Span

BEFORE = 'import os\n\n\nclass R:\n    """Doc."""\n    items = {}  # here\n'
BARE = BEFORE.replace('    """Doc."""\n', "")


def prove(before: str, after: str) -> None:
    edit = judge.edit_of("r.py", "R", judge.find(before, "R"), {"items": "dict"})
    prove_same_program(before, after, [edit])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BEFORE, BEFORE.replace("Doc.", "Doc.\n\n    More.\n    ")),
        (BARE, BARE.replace("class R:\n", 'class R:\n    """Doc."""\n\n')),
        ("class R: items = {}", 'class R:\n    """Doc."""\n\n    items = {}'),
    ],
)
def test_a_longer_docstring_is_the_same_program(before: str, after: str) -> None:
    prove(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BEFORE, BEFORE.replace("{}", "{1: 2}")),
        (BEFORE, BEFORE.replace("# here", "# there")),
        (BEFORE, BEFORE.replace("import os\n", "import os \n")),
        (BEFORE, BEFORE.replace("import os\n", "\nimport os\n")),
        (BEFORE, BEFORE.replace("items", "other")),
        (BEFORE, BEFORE.replace("# here\n", "# here\n\n\nclass S:\n    pass\n")),
        (BEFORE, BEFORE.replace("# here\n", "# here")),
        (BEFORE, BARE),
        (BEFORE, BEFORE.replace('"""Doc."""', '"""Doc.')),
        (BARE, BARE.replace("class R:\n", 'class R:\n    # new\n    """Doc."""\n')),
        (BARE, BARE.replace("class R:\n    items", 'class R:\n    """Doc."""\n    pass; items')),
    ],
)
def test_anything_else_is_not(before: str, after: str) -> None:
    assert before != after
    with pytest.raises(RefusalError):
        prove(before, after)


def finding(code: str, about: str) -> Finding:
    return Finding(code, "name", Location("r.py", Span(1, 0, 1, 0)), "…", about, about)


def test_reg101_must_be_gone_and_nothing_may_be_new() -> None:
    before = [finding("REG101", "r:R.items"), finding("REG201", "r:R.items")]
    prove_findings(before, before[1:], ["r:R.items"])
    with pytest.raises(RefusalError, match=r"would not satisfy REG101 for r:R\.items"):
        prove_findings(before, before, ["r:R.items"])
    with pytest.raises(RefusalError, match=r"another finding, REG201 about s:S\.items"):
        prove_findings(before, [finding("REG201", "s:S.items")], ["r:R.items"])
    with pytest.raises(RefusalError, match="REG201"):
        prove_findings(before, before[1:] * 2, ["r:R.items"])


@pytest.mark.parametrize("trouble", ["stubborn", "new"])
def test_a_file_that_fails_in_the_project_stays_and_the_others_are_fixed(
    tmp_path: Path, trouble: str
) -> None:
    for name in ("bad.py", "good.py"):
        (tmp_path / name).write_text(READERS, encoding="utf-8")

    def analyse(root: Path, config: Config, *, overlay: Mapping[str, str] | None = None) -> judge.Judged:
        judged = judge.analyse(root, config, overlay=overlay)
        before = judge.analyse(root, config).findings
        if "bad.py" not in (overlay or {}):
            return judged
        more = before[:1] if trouble == "stubborn" else (finding("REG401", "bad"),)
        return judge.Judged(root, judged.findings + more)

    err = io.StringIO()
    findings = judge.analyse(tmp_path, Config())
    status = fix(findings, config=Config(), out=io.StringIO(), err=err, analyse=analyse)
    assert status == 2
    assert err.getvalue().startswith("bad.py:1: left alone: the ")
    assert err.getvalue().count("\n") == 1
    assert (tmp_path / "bad.py").read_text(encoding="utf-8") == READERS
    assert "forkserver" in (tmp_path / "good.py").read_text(encoding="utf-8")


def test_the_annotation_proof_knows_the_program() -> None:
    before, after = "class R:\n    x: dict = {}\n", "class R:\n    x: ClassVar[dict] = {}\n"
    prove_same_annotated(before, f"from typing import ClassVar\n{after}", "ClassVar", 1)
    for wrong in (before, after.replace("dict", "list"), f"import os\n{after}", after.replace("{}", "[]")):
        with pytest.raises(RefusalError):
            prove_same_annotated(before, wrong, "ClassVar", 1)


def test_a_file_that_libcst_cannot_read_is_left_alone(tmp_path: Path) -> None:
    deep = f"{READERS}\n    x = {' + '.join(['a'] * 900)}\n"
    ast.parse(deep)
    (tmp_path / "readers.py").write_text(deep, encoding="utf-8")
    run = run_fix(tmp_path)
    assert (run.status, run.err) == (2, "readers.py:1: left alone: it is nested too deeply for LibCST\n")


def test_a_file_that_changed_since_the_analysis_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "readers.py"
    file.write_text(READERS, encoding="utf-8")
    analysis, err = judge.analyse(tmp_path, Config()), io.StringIO()
    file.write_text("x = 1\n\n" + READERS, encoding="utf-8")
    assert fix(analysis, config=Config(), out=io.StringIO(), err=err, analyse=judge.analyse) == 2
    assert "the file has changed since it was analysed" in err.getvalue()
