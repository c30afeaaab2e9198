"""The house rules: what the repository promises about itself."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from registry_lint import __version__
from registry_lint.rules import RULES

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (ROOT / "src", ROOT / "lint_rules")
SOURCES = sorted(path for package in PACKAGES for path in package.rglob("*.py"))
REFUSED = {"utils", "util", "helpers", "helper", "common", "base", "core", "manager", "misc"}
CODE = re.compile(r"\bREG\d{3}\b")
INTERNAL = "REG000"


def _text(*names: str) -> str:
    return ROOT.joinpath(*names).read_text(encoding="utf-8")


def _tracked() -> list[Path]:
    """The files git knows; every file where the tests run from an sdist."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _page(code: str) -> Path:
    (rule,) = [rule for rule in RULES if rule.code == code]
    stem = f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
    return ROOT / "lint_rules/registry_lint/rules" / f"{stem}.md"


def test_codes_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_each_rule_has_a_page_and_a_line_in_the_changelog(code: str) -> None:
    assert CODE.findall(_page(code).read_text(encoding="utf-8").splitlines()[0]) == [code]
    assert code in CODE.findall(_text("CHANGELOG.md"))


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_documents_name_the_rules_that_exist_and_no_others(name: str) -> None:
    assert set(CODE.findall(_text(name))) - {INTERNAL} == {rule.code for rule in RULES}


def test_pages_without_a_rule_do_not_exist() -> None:
    pages = set((ROOT / "lint_rules/registry_lint/rules").glob("reg*.md"))
    assert pages == {_page(rule.code) for rule in RULES}


def test_changelog_begins_with_the_version() -> None:
    versions = re.findall(r"^## (\S+)", _text("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == __version__


def test_readme_shows_the_revision_of_this_version() -> None:
    assert re.findall(r"^\s*rev: (\S+)", _text("README.md"), re.MULTILINE) == [f"v{__version__}"]


@pytest.mark.parametrize("path", SOURCES, ids=_named)
def test_a_file_is_a_small_room_that_says_what_it_knows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert (ast.get_docstring(ast.parse(text)) or "").strip()


def test_half_of_the_files_are_short() -> None:
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES)
    assert lengths[len(lengths) // 2] <= 150


def test_no_room_is_called_by_a_name_that_says_nothing() -> None:
    rooms = {path.stem for path in SOURCES} | {path.parent.name for path in SOURCES}
    assert not rooms & REFUSED


# Put together from parts, so that this file does not hold what it looks for.
MACHINE = re.compile("/" + r"(?:work/|root\b|home/\w+/|tmp/\w)")
HOSTS = re.compile("|".join(["find" + "-links", "index" + "-url", "files." + "pythonhosted"]))


@pytest.mark.parametrize("pattern", [MACHINE, HOSTS], ids=["paths", "package indexes"])
def test_nothing_names_the_machine_it_was_written_on(pattern: re.Pattern[str]) -> None:
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in _tracked()}
    assert [_named(path) for path, text in texts.items() if pattern.search(text)] == []


def test_no_test_file_is_empty_of_tests() -> None:
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    empty = [path for path in files if "def test_" not in path.read_text(encoding="utf-8")]
    assert [_named(path) for path in empty] == []
