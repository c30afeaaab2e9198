"""How we behave as one plugin among others."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from flake8.main.cli import main

from registry_lint import __version__
from registry_lint.cache import FOLDER

REGISTRY = """\
class Formats:
    known = {}

    @classmethod
    def register(cls, name, writer):
        cls.known[name] = writer
"""


@pytest.fixture
def root(write_project, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_project({"formats.py": REGISTRY, "other.py": ""})
    monkeypatch.chdir(root)
    return root


def flake8(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flake8", "--isolated", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True)


def test_the_version_shows_us(root: Path) -> None:
    assert f"registry-lint: {__version__}" in " ".join(flake8("--version").stdout.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("--bug-report",),
        ("--select=E",),
        ("--extend-ignore=REG",),
        ("--ignore=R",),
    ],
)
def test_nothing_is_built_when_nothing_can_be_reported(root: Path, arguments: tuple[str, ...]) -> None:
    done = flake8(*arguments)
    assert "REG101" not in done.stdout
    assert not (root / FOLDER).exists()


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("--select=E",)])
def test_nothing_is_even_loaded_when_nothing_can_be_reported(root: Path, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "flake8", "--isolated", "-j1", *arguments]
    loaded = subprocess.run(command, capture_output=True, text=True).stderr
    rooms = set(re.findall(r"\| +(registry_lint\S*)", loaded))
    assert rooms <= {"registry_lint", "registry_lint.flake8_plugin"}


def test_a_warm_run_loads_nothing_of_the_engine(root: Path) -> None:
    flake8()
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "flake8", "--isolated", "-j1"],
        capture_output=True,
        text=True,
    ).stderr
    rooms = set(re.findall(r"\| +(registry_lint\S*)", loaded))
    assert "registry_lint.flake8_plugin.session" in rooms
    assert not {
        room for room in rooms if room.startswith(("registry_lint.extract", "registry_lint.project."))
    } - {"registry_lint.project.model"}


def test_something_is_built_otherwise(root: Path) -> None:
    assert "REG101" in flake8().stdout
    assert (root / FOLDER).exists()


def test_our_options(root: Path, tmp_path: Path) -> None:
    config = tmp_path / "other.toml"
    config.write_text('[tool.registry-lint]\nignore = ["REG101"]\n')
    assert "REG101" not in flake8(f"--registry-lint-config={config}").stdout
    (root / "sub").mkdir()
    (root / "sub/setup.py").write_text(
        "from formats import Formats\n\n\ndef f():\n    Formats.register('x', f)\n"
    )
    assert "REG201" not in flake8("--select=REG", "sub").stdout
    assert "REG201" in flake8("--select=REG", "sub", "--registry-lint-root=.").stdout


def test_a_mistake_in_our_configuration_is_one_kind_line(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.registry-lint]\nexclude = ["absent"]\n')
    for done in (flake8(), flake8("-", text="x = 1\n")):
        assert done.returncode == 1
        assert (
            "registry-lint: pyproject.toml: [tool.registry-lint] exclude: 'absent' matches nothing"
            in done.stdout
        )
        assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_an_error_of_ours_is_one_finding(root: Path, monkeypatch, capsys, jobs: str) -> None:
    def fail(*arguments: object, **keywords: object) -> None:
        raise RuntimeError("lost")

    monkeypatch.setattr("registry_lint.flake8_plugin.session.analyse", fail)
    assert main(["--isolated", "--extend-ignore=W", jobs, "."]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("./formats.py:1:1: REG000 internal error in registry-lint")
    assert "RuntimeError: lost" in line
    assert "please report" in line


def test_an_error_while_judging_is_one_finding(root: Path, monkeypatch, capsys) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("lost")

    monkeypatch.setattr(import_module("registry_lint.check.judging"), "link", fail)
    assert main(["--isolated", "."]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("./formats.py:1:1: REG000 ")


def test_an_error_while_reading_one_file_leaves_the_others(root: Path, monkeypatch, capsys) -> None:
    from registry_lint.extract import extract

    def fail(text: str) -> object:
        if not text:
            raise RuntimeError("lost")
        return extract(text)

    monkeypatch.setattr(import_module("registry_lint.check.extraction"), "extract", fail)
    assert main(["--isolated", "."]) == 1
    found = [line.split(": ")[0] + line.split()[1] for line in capsys.readouterr().out.splitlines()]
    assert found == ["./formats.py:2:5REG101", "./other.py:1:1REG000"]


def test_files_of_other_projects_are_judged_in_theirs(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "another"
    other.mkdir()
    (other / "setup.cfg").touch()
    (other / "formats.py").write_text(REGISTRY)
    lines = flake8("--select=REG", "formats.py", str(other / "formats.py")).stdout.splitlines()
    assert [re.sub(r".*/", "", line.split(": ")[0]) for line in lines] == ["formats.py:2:5"] * 2


def test_what_is_no_module_of_the_project_is_left_alone(root: Path) -> None:
    for name in ("stub.pyi", "notes.txt", "build/made.py", ".hidden/a.py"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(REGISTRY)
        assert flake8("--select=REG", "--filename=*", name).stdout == ""


def test_a_file_that_only_flake8_can_decode_gives_the_same_as_the_command(root: Path) -> None:
    (root / "formats.py").write_bytes(REGISTRY.encode() + b"x = '\xe9'\n")
    assert "REG" not in flake8("--extend-ignore=W").stdout
    done = subprocess.run([sys.executable, "-m", "registry_lint", "check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_syntax_error_elsewhere_is_flake8s_own(root: Path) -> None:
    (root / "broken.py").write_text("x = (\n")
    codes = re.findall(r": ([A-Z]+\d+)", flake8("--select=E9,REG").stdout)
    assert sorted(codes) == ["E999", "REG101"] or sorted(codes) == ["E902", "E999", "REG101"]


def test_the_plugin_can_be_imported_without_loading_flake8_or_the_analysis() -> None:
    code = (
        "import sys, registry_lint.flake8_plugin;"
        "print(sorted(m for m in sys.modules if m.startswith(('flake8', 'registry_lint', 'libcst'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ})
    assert done.stdout == "['registry_lint', 'registry_lint.flake8_plugin']\n"
