"""Any Python at all: no crash, no internal error, the same answer twice."""

from __future__ import annotations

import sysconfig
import tempfile
from pathlib import Path

import hypothesmith
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_lint import check
from registry_lint.check import Analysis
from registry_lint.report.document import Document
from registry_lint.report.text import terminal_report

SLOW = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
STATEMENTS = [
    "class {a}({b}):\n    {c} = {{}}\n    def {a}(cls, x): cls.{c}[x] = x\n",
    "class {a}:\n    {c} = []\n    @classmethod\n    def {b}(cls, x): cls.{c}.append(x); return x\n",
    "{a} = {{}}\n",
    "{a} = {b}\n",
    "{a}.{b} = {c}\n",
    "{a}[{b!r}] = {c}\n",
    "def {a}({b}, c={c}):\n    {b}[c] = {a}\n    return {c}\n",
    "@{a}.{b}({c!r})\ndef {c}(): return {a}\n",
    "@{a}.{b}\nclass {c}({b}): pass\n",
    "if __name__ == '__main__':\n    {a}.{b}({c})\n",
    "from {a} import {b} as {c}\n",
    "from {a} import *\n",
    "import {a}\n",
    "{a} = lambda {b}: {b}.{c}({a})\n",
    "for {a} in {b}: {a}.{c}({b})\n",
    "{a} = property({b})\n",
    "{a}, {b} = {b}, {a}\n",
    "with {a} as {b}: {b}.update({c})\n",
    "global {a}\n{a} = {a}.{b}\n",
    "{a} = type({b!r}, ({c},), {{}})\n",
]
NAMES = st.sampled_from(["a", "b", "c", "d"])
LINES = st.builds(
    lambda s, a, b, c: s.format(a=a, b=b, c=c), st.sampled_from(STATEMENTS), NAMES, NAMES, NAMES
)
MODULES = st.lists(LINES, max_size=12).map("".join)


def analysis_of(files: dict[str, str]) -> Analysis:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "setup.py").touch()
        for name, text in files.items():
            (root / name).write_text(text, encoding="utf-8", errors="surrogatepass")
        analysis = check([root], cache=False)
        terminal_report(Document(root, analysis.findings), colour=True)
        return analysis


def assert_sound(analysis: Analysis) -> None:
    assert [finding.message for finding in analysis.findings if finding.code == "REG000"] == []


@SLOW
@given(hypothesmith.from_grammar())
def test_generated_programs(text: str) -> None:
    assert_sound(analysis_of({"a.py": text}))


@SLOW
@given(a=MODULES, b=MODULES, c=MODULES)
def test_programs_that_tie_knots(a: str, b: str, c: str) -> None:
    files = {"a.py": a, "b.py": b, "c.py": c}
    first, second = analysis_of(files), analysis_of(files)
    assert_sound(first)
    assert (first.findings, first.project) == (second.findings, second.project)


@SLOW
@given(st.text())
def test_text_that_is_no_program(text: str) -> None:
    assert_sound(analysis_of({"a.py": text}))


@pytest.mark.parametrize(
    "package", ["asyncio", "concurrent", "email", "importlib", "logging", "test/support"]
)
def test_the_standard_library(package: str) -> None:
    folder = Path(sysconfig.get_path("stdlib"), package)
    if not folder.is_dir():
        pytest.skip(f"this interpreter came without {package}")
    analysis = check([folder], root=folder, cache=False)
    assert_sound(analysis)
    assert analysis.project.files + len(analysis.unreadable) >= 1
