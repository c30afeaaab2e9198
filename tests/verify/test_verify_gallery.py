"""The gallery of failures: predicted by the linter, proved by `verify`, and clean once cured."""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import multiprocessing
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from registry_lint.check import check
from registry_lint.verify import command

GALLERY = Path(__file__).parents[2] / "examples" / "failures"
CASES = sorted(path.parent.name for path in GALLERY.glob("*/README.md"))
FAILS = {
    "engine_process": "unknown model 'my-llama'",
    "launch": "dataset 'balloons' is not registered",
    "vector_env": "environment 'Maze-v0' does not exist",
    "data_loader": "KeyError: 'halve'",
    "notebook": "no filter 'double' in this process",
    "pool_initializer": "BrokenProcessPool",
}

torch_is_here = importlib.util.find_spec("torch") is not None
cases = pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case, marks=pytest.mark.skipif(case == "data_loader" and not torch_is_here, reason="needs torch")
        )
        for case in CASES
    ],
)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, side: str) -> Path:
    folder = tmp_path / side
    shutil.copytree(GALLERY / case / side, folder, ignore=shutil.ignore_patterns("__pycache__", ".registry*"))
    monkeypatch.chdir(folder)
    return folder


def commands(case: str) -> list[str]:
    text = (GALLERY / case / "README.md").read_text("utf-8")
    return re.findall(r"^    (\S.*)$", text, re.MULTILINE)


def run_program(case: str) -> subprocess.CompletedProcess[str]:
    arguments = shlex.split(commands(case)[0])[1:]
    if arguments[0] == "-c":
        arguments[1] = Path("cell.py").read_text("utf-8")
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def verify(case: str, *more: str) -> tuple[int, dict[str, Any]]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    line = shlex.split(commands(case)[2])
    assert line[:2] == ["registry-lint", "verify"]
    out = io.StringIO()
    status = command.run(parser.parse_args([*line[2:], "--format", "json", *more]), out, io.StringIO())
    return status, json.loads(out.getvalue())


def marked(folder: Path) -> set[tuple[str, int, str]]:
    """Return the findings that comments in the files claim: path, line, code."""
    return {
        (path.relative_to(folder).as_posix(), number, code)
        for path in folder.rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for code in re.findall(r"# (REG\d+)$", line)
    }


def test_every_case_is_told_in_the_gallery_s_readme() -> None:
    assert sorted(FAILS) == CASES
    listed = re.findall(r"^\| \[`(\w+)`\]", (GALLERY / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == CASES


@cases
@pytest.mark.parametrize("side", ["wrong"])
def test_the_wrong_program_fails_in_its_workers(copy: Path, case: str) -> None:
    if case == "pool_initializer" and sys.version_info >= (3, 14):
        pytest.skip("the program uses the default start method, which is fork up to Python 3.13")
    result = run_program(case)
    assert result.returncode != 0
    assert FAILS[case] in result.stderr


@cases
@pytest.mark.parametrize("side", ["right"])
def test_the_right_program_works(copy: Path, case: str) -> None:
    result = run_program(case)
    assert result.returncode == 0, result.stderr
    assert result.stdout


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("side", ["wrong", "right"])
def test_the_linter_predicts_it(copy: Path, case: str) -> None:
    found = check([copy], root=copy, cache=False).findings
    places = {(each.location.path, each.location.span.line, each.code) for each in found}
    assert places == marked(copy)


@cases
@pytest.mark.parametrize("side", ["wrong"])
def test_verify_proves_it(copy: Path, case: str) -> None:
    status, document = verify(case, "--method", "spawn")
    assert status == 1
    missing = [
        (entry["path"], entry["line"], entry["phase"])
        for registry in document["registries"]
        for entry in registry["methods"]["spawn"]["missing"]
    ]
    assert missing == [(path, line, "main-guard") for path, line, _ in marked(copy)]


@cases
@pytest.mark.parametrize("side", ["right"])
def test_the_right_program_is_proved_clean(copy: Path, case: str) -> None:
    status, document = verify(case)
    assert status == 0, document
    assert document["registries"]
    assert not [each for registry in document["registries"] for each in registry["disagreements"]]


@pytest.mark.parametrize("case", ["pool_initializer"])
@pytest.mark.parametrize("side", ["wrong"])
def test_the_initializer_fails_under_fork_and_its_last_words_are_shown(copy: Path, case: str) -> None:
    _, document = verify(case, "--method", "fork")
    if document["skipped"]:
        pytest.skip("no fork on this platform")
    assert "BrokenProcessPool" in document["failures"]["fork"]["reason"]


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
@pytest.mark.parametrize(("case", "side"), [("launch", "wrong")])
def test_the_page_on_verify_shows_what_it_prints(copy: Path) -> None:
    page = (GALLERY.parents[1] / "docs" / "verify.md").read_text("utf-8")
    (line,) = re.findall(r"^(registry-lint verify .*)\n```\n\n<!-- output:", page, re.MULTILINE)
    (shown,) = re.findall(r"<!-- output: .*-->\n```text\n(.*?)```", page, re.DOTALL)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = io.StringIO()
    command.run(parser.parse_args(shlex.split(line)[2:]), out, io.StringIO())
    assert words(out.getvalue())[: len(words(shown))] == words(shown)


def words(text: str) -> list[str]:
    """Return the words of a table, without the mark of the default method: platforms differ in it."""
    return text.replace("(default)", "").split()
