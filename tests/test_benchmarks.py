"""The benchmark runs and says what it should; how fast anything is, is never asserted."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
QUANTITIES = {"wall", "cpu", "memory"}
PACKAGE = {
    "small/__init__.py": "",
    "small/formats.py": (
        "class Formats:\n    known = {}\n\n    @classmethod\n    def register(cls, name):\n"
        "        cls.known[name] = name\n"
    ),
    "small/text.py": "from small.formats import Formats\n\nFormats.register('text')\n",
}

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the benchmark asks POSIX what a process costs"
)


def benchmark(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def measured(file: Path, *arguments: str) -> tuple[str, dict[str, Any]]:
    done = benchmark(*arguments, "--rounds", "1", "--json", str(file))
    assert done.returncode == 0, done.stderr
    (document,) = json.loads(file.read_text(encoding="utf-8"))
    return done.stdout, document


def rows(markdown: str) -> list[list[str]]:
    lines = [line for line in markdown.splitlines() if line.startswith("|") and "| --- |" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in PACKAGE.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return measured(folder / "out.json", "compare", str(folder / "small"))


def test_every_promise_has_a_row_with_a_ratio_or_the_reason_why_there_is_none(
    compared: tuple[str, dict[str, Any]],
) -> None:
    markdown, document = compared
    shown = {row[0]: row for row in rows(markdown) if len(row) == 6}
    assert len(document["targets"]) == 9
    for target in document["targets"]:
        assert (target["ratio"] is None) == bool(target["reason"]) == (target["holds"] is None)
        *_, ratio, holds = shown[target["what"]]
        assert holds == {True: "yes", False: "no", None: "?"}[target["holds"]]
        assert ratio == target["reason"] or re.fullmatch(r"[\d.]+ \([\d.]+–[\d.]+\)", ratio)


def test_every_run_has_its_costs(compared: tuple[str, dict[str, Any]]) -> None:
    markdown, document = compared
    assert {"check, cold", "check, warm", "fix, nothing to do", "flake8", "ast.parse"} <= set(
        document["runs"]
    )
    assert [row[0] for row in rows(markdown) if len(row) == 4][1:] == list(document["runs"])
    for costs in document["runs"].values():
        assert [set(cost) for cost in costs] == [QUANTITIES]
        assert all(cost[quantity] > 0 for cost in costs for quantity in QUANTITIES)


def test_the_document_says_when_and_on_what(compared: tuple[str, dict[str, Any]]) -> None:
    _, document = compared
    assert document["corpus"] == {"name": "small", "files": 3, "lines": 9}
    assert {"date", "python", "processor", "load", "versions"} <= set(document)


@pytest.mark.parametrize("what", ["registries", "registrations", "a corpus"])
def test_growth_has_a_point_for_each_size(
    what: str, write_project: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    corpus = str(write_project(PACKAGE) / "small") if what == "a corpus" else what
    markdown, document = measured(tmp_path / "out.json", "grow", corpus, "1", "3")
    assert [row[0] for row in rows(markdown)[1:]] == ["1", "3"]
    first, second = document["points"]
    assert (first["size"], second["size"]) == (1, 3)
    assert second["lines"] > first["lines"] > 0


def test_what_takes_too_long_is_said_and_does_not_end_the_rest(
    write_project: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    corpus = str(write_project(PACKAGE) / "small")
    options = ("--only", "cold", "--limit", "0.001")
    markdown, document = measured(tmp_path / "out.json", "compare", corpus, *options)
    assert document["runs"]["check, cold"] == [None]
    assert {row[1] for row in rows(markdown) if row[0] == "check, cold"} == {"did not finish"}


def test_a_corpus_that_does_not_exist_is_one_line() -> None:
    done = benchmark("compare", "no_such_corpus")
    assert done.returncode == 2
    assert re.fullmatch(r"benchmarks: no_such_corpus: .*\n", done.stderr)
