"""LibCST is imported for a file that is going to change, and for nothing else."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import judge
import pytest

from registry_lint.codemod import fix
from registry_lint.config import Config

READERS = """class Readers:
    items = {}

    @classmethod
    def add(cls, name, reader):
        cls.items[name] = reader
"""

PROGRAM = """
import io, sys
from pathlib import Path
import registry_lint.codemod
from registry_lint.check import analyse
from registry_lint.config import Config
root = Path(sys.argv[1])
analysis = analyse(root, Config())
status = registry_lint.codemod.fix(analysis, config=Config(), out=io.StringIO(), err=io.StringIO())
print(status, "libcst" in sys.modules)
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\n", "0 False"),
        (READERS.replace("    items", '    "Readers, " "process-wide"\n    items'), "2 False"),
        (READERS, "1 True"),
    ],
    ids=["nothing to do", "left alone", "changed"],
)
def test_libcst_is_imported_for_a_file_that_changes_only(tmp_path: Path, source: str, expected: str) -> None:
    (tmp_path / "readers.py").write_text(source, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == expected


def test_nothing_to_do_takes_no_second_analysis(tmp_path: Path) -> None:
    def analyse(*_: object, **__: object) -> judge.Judged:
        raise AssertionError("analysed again")

    (tmp_path / "readers.py").write_text("x = 1\n", encoding="utf-8")
    analysis, out = judge.analyse(tmp_path, Config()), io.StringIO()
    assert fix(analysis, config=Config(), out=out, err=out, analyse=analyse) == 0
    assert out.getvalue() == ""


def test_the_command_is_there_for_those_who_ask() -> None:
    from libcst.codemod import CodemodCommand

    import registry_lint.codemod

    assert issubclass(registry_lint.codemod.AddRegistryContract, CodemodCommand)
    with pytest.raises(AttributeError, match="Nothing"):
        registry_lint.codemod.Nothing  # noqa: B018
