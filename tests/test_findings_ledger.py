"""The ledger of findings in real projects: its lines are well-formed, and findings are matched as it says."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ECOSYSTEM = Path(__file__).parent / "ecosystem"
LEDGERS = sorted((ECOSYSTEM / "findings").glob("*.txt"))
FORMATS = """\
class Formats:
    known = {}

    @classmethod
    def register(cls, name, writer):
        cls.known[name] = writer


def enable():
    Formats.register("late", print)
"""


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.syspath_prepend(str(ECOSYSTEM))
    return runpy.run_path(str(ECOSYSTEM / "judge_findings.py"))


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.stem)
def test_every_line_of_a_ledger_can_be_read(judge, ledger: Path) -> None:
    judgements = judge["read"](ledger)
    written = [line for line in ledger.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [str(judgement) for judgement in judgements] == written


def test_a_line_of_another_form_is_named(judge, tmp_path: Path) -> None:
    ledger = tmp_path / "demo.txt"
    ledger.write_text("REG201 demo.py:3 demo:known  maybe  who knows\n", "utf-8")
    with pytest.raises(judge["LedgerError"], match=r"demo\.txt:1: not `CODE"):
        judge["read"](ledger)


@pytest.mark.parametrize(
    ("found", "judged", "matched"),
    [
        ([7], [7], [7]),
        ([7], [9], [9]),
        ([7], [13], []),
        ([7, 9], [8, 9], [8, 9]),
        ([7, 7], [7], [7]),
        ([20, 7], [8, 19, 30], [8, 19]),
    ],
)
def test_a_finding_has_the_nearest_judgement_and_none_is_given_twice(judge, found, judged, matched) -> None:
    def finding(line: int):
        return judge["Finding"]("REG201", "demo.py", line, "demo:known")

    judgements = [judge["Judgement"](finding(line), True, "why") for line in judged]
    result = judge["compare"]([finding(line) for line in found], judgements)
    assert sorted(each.finding.line for each in result.judged) == matched
    assert len(result.new) == len(found) - len(matched)
    assert len(result.gone) == len(judged) - len(matched)


@pytest.mark.parametrize(
    "other", [("REG202", "demo.py", 7, "demo:known"), ("REG201", "demo.py", 7, "demo:b")]
)
def test_another_rule_or_registry_is_another_finding(judge, other) -> None:
    line = judge["Judgement"](judge["Finding"]("REG201", "demo.py", 7, "demo:known"), True, "why")
    assert not judge["compare"]([judge["Finding"](*other)], [line]).judged


def test_the_command_tells_what_is_new_what_is_gone_and_the_precision(tmp_path: Path) -> None:
    (tmp_path / "tools" / "findings").mkdir(parents=True)
    for script in ("judge_findings.py", "mapped.py"):
        (tmp_path / "tools" / script).write_text((ECOSYSTEM / script).read_text("utf-8"), "utf-8")
    ledger = ["REG101 demo.py:2 demo:Formats.known  false alarm  a trial"]
    ledger += ["REG202 demo.py:99 demo:Formats.known  true  another trial"]
    (tmp_path / "tools" / "findings" / "demo.txt").write_text("\n".join(ledger), "utf-8")
    (tmp_path / "sources" / "demo").mkdir(parents=True)
    (tmp_path / "sources" / "demo" / "demo.py").write_text(FORMATS, "utf-8")
    command = [sys.executable, str(tmp_path / "tools" / "judge_findings.py"), str(tmp_path / "sources")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "demo: 1 judged, 1 new, 1 gone",
        "  new   REG201 demo.py:10 demo:Formats.known",
        "  gone  REG202 demo.py:99 demo:Formats.known  true  another trial",
        "REG101 true=0 false=1 precision=0.000",
        "REG201 true=0 false=0 precision=1.000",
        "REG202 true=0 false=0 precision=1.000",
    ]
    assert done.returncode == 1
