"""CPython's own wrong programs are survived, and the command that says so would say the opposite."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ECOSYSTEM = Path(__file__).resolve().parent / "ecosystem"
sys.path.insert(0, str(ECOSYSTEM))
from survive import REGISTRY, failures, snippets, survive, survive_snippets, unparsable  # noqa: E402

CPYTHON = Path(sysconfig.get_path("stdlib"), "test")
WRONG = ["syntax", "exceptions", "fstring", "grammar", "patma", "unparse", "tokenize", "type_comments"]


@pytest.mark.parametrize("name", WRONG)
def test_the_programs_in_cpythons_tests(name: str) -> None:
    file = CPYTHON / f"test_{name}.py"
    if not file.is_file():
        pytest.skip("this interpreter came without its own tests")
    outcome = survive_snippets([file], limit=60)
    assert outcome.broken == ()
    assert 0 < len(outcome.skipped) < outcome.files


def test_the_files_of_cpythons_tests_that_are_wrong_on_purpose(tmp_path: Path) -> None:
    files = [*CPYTHON.glob("bad*.py"), *CPYTHON.glob("tokenizedata/bad*.py")]
    if not files:
        pytest.skip("this interpreter came without its own tests")
    for file in files:
        shutil.copy(file, tmp_path)
    outcome = survive("bad", tmp_path, limit=60)
    assert outcome.broken == ()
    assert sorted(outcome.skipped) == unparsable(sys.executable, tmp_path) != []


def test_strings_and_doctests_are_snippets(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('"""Doc.\n\n>>> x = (\n"""\ny = "1 +"\n')
    assert list(snippets(tmp_path / "a.py")) == ["Doc.\n\n>>> x = (\n", "x = (\n", "1 +"]


def test_a_skipped_file_that_can_be_parsed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text('x = "y"\n')
    (tmp_path / "unparsable.py").write_text("print('s0.py')\n")
    monkeypatch.setattr("survive.__file__", str(tmp_path / "survive.py"))
    outcome = survive_snippets([tmp_path / "a.py"], limit=60)
    assert outcome.broken == ("s0.py: skipped and can be parsed, or the other way round",)


@pytest.mark.parametrize(
    ("status", "said", "late", "expected"),
    [
        (0, "", False, []),
        (1, "a.py:1:1: REG101 'x'\n", False, []),
        (-11, "", False, ["ended with status -11"]),
        (-9, "", True, ["did not end within the limit"]),
        (2, "registry-lint: internal error in 1.0\n", False, ["registry-lint: internal error in 1.0"]),
        (1, "a.py:1:1: REG000 internal\n", False, ["a.py:1:1: REG000 internal"]),
        (1, "Traceback (most recent call last):\n", False, ["Traceback (most recent call last):"]),
    ],
)
def test_what_is_no_survival(status: int, said: str, late: bool, expected: list[str]) -> None:
    assert list(failures(status, said, late)) == expected


def test_each_package_and_the_modules_beside_them_are_measured(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "a.py").write_text(REGISTRY)
    (tmp_path / "b.py").write_text("x = (\n")
    command = [sys.executable, str(ECOSYSTEM / "survive.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines()}
    assert (done.returncode, list(rows)[-1]) == (0, "all")
    assert {name: (row[1], row[-2]) for name, row in rows.items()} == {
        "pkg": ("1", "0"),
        "(modules)": ("1", "1"),
        "all": ("2", "1"),
    }


def test_a_run_that_takes_too_long_is_said_and_fails(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "a.py").write_text(REGISTRY)
    command = [sys.executable, str(ECOSYSTEM / "survive.py"), "--limit", "0.01", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "BROKEN: did not end within the limit" in done.stdout
