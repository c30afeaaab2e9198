"""One project, one expected set of findings, and every door there is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from registry_lint import check
from registry_lint.cache import FOLDER

PAYMENTS = """\
class Payments:
    \"\"\"Looks up a payment method.\"\"\"

    _methods = {}

    @classmethod
    def register(cls, name):
        def decorate(method):
            cls._methods[name] = method
            return method

        return decorate

    @classmethod
    def get(cls, name):
        return cls._methods[name]
"""
SERVER = """\
from shop.payments import Payments


@Payments.register("card")
def pay_by_card(amount):
    return amount


def enable_vouchers():
    größe = "漢字"; Payments.register("voucher")(print)
    return größe


if __name__ == "__main__":
    Payments.register("demo")(print)
"""
QUIET = """\
from shop.payments import Payments


def enable_cash():
    Payments.register("cash")(print)  # noqa: REG201


def enable_barter():
    Payments.register("barter")(print)
"""
FILES = {
    "pyproject.toml": '[tool.registry-lint]\nexclude = ["left_out.py"]\n'
    'per-path-ignore = { "shop/quiet.py" = ["REG101"] }\n',
    "shop/__init__.py": "",
    "shop/payments.py": b"\xef\xbb\xbf" + PAYMENTS.encode(),
    "shop/server.py": SERVER.replace("\n", "\r\n"),
    "shop/quiet.py": QUIET,
    "left_out.py": "from shop.payments import Payments\n\n\ndef f():\n    Payments.register('x')(f)\n",
}
Finding = tuple[str, int, int, str]
EXPECTED: set[Finding] = {
    ("shop/payments.py", 4, 5, "REG101"),
    ("shop/server.py", 10, 19, "REG201"),
    ("shop/server.py", 15, 5, "REG202"),
    ("shop/quiet.py", 9, 5, "REG201"),
}
LINE = re.compile(r"(.+?):(\d+):(\d+): (REG\d{3}) ")
PYTHON_FILES = sorted(name for name in FILES if name.endswith(".py"))
START = """\
import multiprocessing, sys
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv.pop(1))
    from flake8.main.cli import main
    sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def root(write_project) -> Path:
    return write_project(FILES)


def run(
    root: Path,
    command: Sequence[str],
    folder: Path | None = None,
    text: str | bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> set[Finding]:
    """What a command prints, with paths relative to the project, each finding once."""
    stdin = text.encode() if isinstance(text, str) else text
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder or root,
        input=b"" if stdin is None else stdin,
        env={**os.environ, "PYTHONUTF8": "1", **(environment or {})},
        capture_output=True,
    )
    output, said = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in output + said, output + said
    found = [LINE.match(line) for line in output.splitlines()]
    assert all(found), output + said
    places = [
        ((folder or root) / match[1], int(match[2]), int(match[3]), match[4]) for match in found if match
    ]
    rows = [(os.path.relpath(os.path.normpath(path), root), *rest) for path, *rest in places]
    assert len(rows) == len(set(rows))
    assert done.returncode == bool(rows), said
    return set(rows)


def flake8(root: Path, *arguments: str, **how) -> set[Finding]:
    return run(root, ["-m", "flake8", "--isolated", "--select=REG", *arguments], **how)


def command(root: Path, *arguments: str, **how) -> set[Finding]:
    return run(root, ["-m", "registry_lint", "check", *arguments], **how)


def of(*paths: str) -> set[Finding]:
    return {finding for finding in EXPECTED if finding[0] in paths}


def test_the_command(root: Path) -> None:
    assert command(root) == EXPECTED
    assert command(root, "--no-cache", "--jobs", "1") == EXPECTED
    assert command(root, "--jobs", "2", "--no-cache") == EXPECTED


def test_the_command_from_elsewhere(root: Path) -> None:
    assert command(root, "..", folder=root / "shop") == EXPECTED
    assert command(root, folder=root / "shop") == EXPECTED
    assert command(root, str(root), folder=root.parent) == EXPECTED
    assert command(root, "--root", str(root), folder=root.parent.parent) == EXPECTED


def test_the_command_file_by_file(root: Path) -> None:
    for path in PYTHON_FILES:
        assert command(root, path) == of(path)
        assert command(root, str(root / path)) == of(path)
    assert command(root, "shop") == EXPECTED
    assert command(root, *PYTHON_FILES) == EXPECTED


def test_the_library(root: Path) -> None:
    findings = check([root]).findings
    places = {(f.location.path, f.location.span.line, f.location.span.column + 1, f.code) for f in findings}
    assert places == EXPECTED


def test_flake8(root: Path) -> None:
    assert flake8(root, "-j1") == EXPECTED
    assert flake8(root, "-j2") == EXPECTED


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_flake8_under_each_start_method(root: Path, tmp_path: Path, method: str) -> None:
    script = tmp_path / "start.py"
    script.write_text(START)
    assert run(root, [str(script), method, "--isolated", "--select=REG", "-j2", "."]) == EXPECTED


def test_flake8_file_by_file(root: Path) -> None:
    for path in PYTHON_FILES:
        assert flake8(root, path) == of(path)
    assert flake8(root, *(str(root / path) for path in PYTHON_FILES)) == EXPECTED


def test_flake8_from_elsewhere(root: Path) -> None:
    assert flake8(root, "..", folder=root / "shop") == EXPECTED
    assert flake8(root, folder=root / "shop") == EXPECTED
    assert flake8(root, str(root), folder=root.parent) == EXPECTED


def test_flake8_on_stdin(root: Path) -> None:
    for path in PYTHON_FILES:
        text = (root / path).read_bytes()
        assert flake8(root, "-", f"--stdin-display-name={path}", text=text) == of(path)
        assert flake8(root, "-", f"--stdin-display-name={root / path}", folder=root.parent, text=text) == of(
            path
        )
        if path != "left_out.py":  # without its name nobody can know that it is left out
            assert flake8(root, "-", text=text) == {("stdin", *rest) for _, *rest in of(path)}


def test_an_unsaved_edit_that_adds_a_finding(root: Path) -> None:
    text = SERVER + '\n\ndef more():\n    Payments.register("more")(print)\n'
    found = flake8(root, "-", "--stdin-display-name=shop/server.py", text=text)
    assert found == of("shop/server.py") | {("shop/server.py", 19, 5, "REG201")}
    unknown = flake8(root, "-", "--stdin-display-name=shop/new.py", text=SERVER)
    assert unknown == {("shop/new.py", *rest) for _, *rest in of("shop/server.py")}


def test_an_unsaved_edit_that_removes_a_finding(root: Path) -> None:
    text = SERVER.replace("def enable_vouchers():\n    ", "if True:\n    ").replace("    return größe\n", "")
    found = flake8(root, "-", "--stdin-display-name=shop/server.py", text=text)
    assert {code for *_, code in found} == {"REG202"}


def test_saved_and_unsaved_edits_agree(root: Path) -> None:
    text = SERVER.replace("enable_vouchers():", "enable_vouchers(a=Payments.register('late')(print)):")
    unsaved = flake8(root, "-", "--stdin-display-name=shop/server.py", text=text)
    (root / "shop/server.py").write_text(text)
    assert flake8(root, "shop/server.py") == command(root, "shop/server.py") == unsaved


@pytest.mark.parametrize("seed", ["0", "1"])
def test_hash_seeds(root: Path, seed: str) -> None:
    assert command(root, environment={"PYTHONHASHSEED": seed}) == EXPECTED
    assert flake8(root, environment={"PYTHONHASHSEED": seed}) == EXPECTED


def test_the_cache_changes_nothing(root: Path) -> None:
    folder = root / FOLDER
    assert command(root) == command(root) == flake8(root) == EXPECTED
    assert folder.is_dir()
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[:-3] + b"xyz")
    assert command(root) == flake8(root) == EXPECTED
    shutil.rmtree(folder)
    folder.write_text("a file in its place cannot be written to, not even by root")
    assert command(root) == flake8(root) == EXPECTED
    folder.unlink()
    folder.mkdir(mode=0o500)
    assert command(root) == flake8(root) == EXPECTED


def test_a_forged_cache_changes_nothing(root: Path, tmp_path: Path) -> None:
    """Another user's entries, right in every way but the signature."""
    theirs = {"XDG_CACHE_HOME": str(tmp_path / "their-home")}
    (root / "shop/server.py").write_text("")
    command(root, environment=theirs)
    (root / "shop/server.py").write_text(SERVER)
    assert command(root) == EXPECTED


def test_flake8s_own_selection_works_on_our_codes(root: Path) -> None:
    def select(*arguments: str) -> set[Finding]:
        return run(root, ["-m", "flake8", "--isolated", *arguments])

    late = {finding for finding in EXPECTED if finding[3] == "REG201"}
    others = "--extend-ignore=E,W,F,C"
    assert select(others) == EXPECTED
    assert select(others, "--extend-ignore=E,W,F,C,REG1,REG202") == late
    assert select("--select=REG201") == late
    assert select("--select=E999", "--extend-select=REG201") == late
    assert select("--select=REG", "--per-file-ignores=shop/server.py:REG2") == EXPECTED - of("shop/server.py")
    assert select("--select=E999") == set()
    silenced = ("shop/quiet.py", 5, 5, "REG201")
    assert select("--select=REG", "--disable-noqa") == EXPECTED | {silenced}


def test_our_configuration_holds_in_both_doors(root: Path) -> None:
    table = (root / "pyproject.toml").read_text()
    (root / "pyproject.toml").write_text(table + 'select = ["REG2"]\nignore = ["REG202"]\n')
    late = {finding for finding in EXPECTED if finding[3] == "REG201"}
    assert command(root) == flake8(root) == late


def test_a_baseline_holds_in_both_doors(root: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "registry_lint", "check", "--write-baseline", "accepted.json"],
        cwd=root,
        check=True,
    )
    table = (root / "pyproject.toml").read_text()
    (root / "pyproject.toml").write_text(table + 'baseline = "accepted.json"\n')
    assert command(root) == flake8(root) == set()
    (root / "shop/server.py").write_text("# moved\n\n" + SERVER + '    Payments.register("new")(print)\n')
    assert command(root) == flake8(root) == {("shop/server.py", 18, 5, "REG202")}


def test_json_counts_columns_in_code_points_from_zero(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "registry_lint", "check", "--format", "json"], cwd=root, capture_output=True
    )
    rows = json.loads(done.stdout)["findings"]
    assert {(row["path"], row["line"], row["column"] + 1, row["code"]) for row in rows} == EXPECTED
