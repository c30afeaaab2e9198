"""What `verify` says of a wrong option, a file that cannot be read, a parent that fails, and a long list."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import pytest
from worlds import Program

from registry_lint.verify import command

ZOO = """
MODELS = {}


def register(name, model):
    MODELS[name] = model


register("net", int)
"""
MANY = """
import zoo


def go():
    for number in range(27):
        zoo.register(f"late{number}", int)
"""
RAISING = """
import zoo

zoo.register("other", int)
raise RuntimeError("no such device")
"""
FILES = {"pyproject.toml": "", "zoo.py": ZOO, "many.py": MANY, "raising.py": RAISING}


@pytest.fixture
def folder(program: Program, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = program(FILES)
    monkeypatch.chdir(root)
    return root


def verify(*arguments: str) -> tuple[int, str, str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out, err = io.StringIO(), io.StringIO()
    status = command.run(parser.parse_args(["--method", "spawn", *arguments]), out, err)
    return status, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "90000"])
def test_a_time_that_is_none_is_misuse(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        verify("zoo", f"--timeout={seconds}")
    assert ended.value.code == 2
    assert "expected a number of seconds above 0" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_named_and_stops_nothing(folder: Path) -> None:
    (folder / "broken.py").write_text("def\n", "utf-8")
    status, out, err = verify("zoo")
    assert status == 0
    assert "same" in out
    assert "broken.py:1: " in err


def test_a_long_list_is_cut_and_says_where_the_rest_is(folder: Path) -> None:
    status, out, _ = verify("zoo", "--run", "many:go")
    assert status == 1
    assert "and 2 more; --format json lists all" in out


def test_a_parent_that_fails_cannot_reload_anything(folder: Path) -> None:
    _, out, _ = verify("raising", "--reload")
    assert "reload: the parent failed" in out
    assert "no such device" in out


def test_the_document_says_why_nothing_was_reloaded(folder: Path) -> None:
    _, out, _ = verify("raising", "--reload", "--format", "json")
    assert "no such device" in "".join(json.loads(out)["reload"]["lines"])
