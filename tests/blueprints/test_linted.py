"""The linter guards the library: it is silent on it, and speaks up when the library breaks its word."""

from __future__ import annotations

import pathlib
import re
import shutil
import textwrap

import pytest

from registry_lint.check import analyse
from registry_lint.config import load

SOURCES = pathlib.Path(__file__).parents[2] / "src"


@pytest.fixture
def library(tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of the library that may be spoilt."""
    (tmp_path / "pyproject.toml").touch()
    shutil.copytree(SOURCES, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def findings(root: pathlib.Path) -> list[tuple[str, str]]:
    """Code and file of what the linter finds."""
    analysis = analyse(root, load(root), cache=False)
    assert analysis.unreadable == ()
    return [(finding.code, pathlib.PurePath(finding.location.path).name) for finding in analysis.findings]


def rewrite(path: pathlib.Path, pattern: str, replacement: str) -> None:
    text = path.read_text(encoding="utf-8")
    changed, count = re.subn(pattern, replacement, text, flags=re.DOTALL)
    assert count == 1
    path.write_text(changed, encoding="utf-8")


def test_the_linter_knows_the_registry_and_has_nothing_to_say(library: pathlib.Path) -> None:
    project = analyse(library, load(library), cache=False).project
    assert [record.id for record in project.registries] == [
        "kasmina.blueprints.registry:BlueprintRegistry._blueprints"
    ]
    assert len([entry for entry in project.registries[0].registrations if entry.phase == "import"]) >= 16
    assert findings(library) == []


def test_without_the_contract_the_registry_is_undocumented(library: pathlib.Path) -> None:
    rewrite(
        library / "src/kasmina/blueprints/registry.py",
        r"    Each process has one registry.*?half-way.*?\n\n",
        "",
    )
    assert findings(library) == [("REG101", "registry.py")]


def test_a_registration_moved_into_a_function_is_late(library: pathlib.Path) -> None:
    path = library / "src/kasmina/blueprints/cnn/norm.py"
    head, _, body = path.read_text(encoding="utf-8").partition("@BlueprintRegistry")
    moved = textwrap.indent("@BlueprintRegistry" + body, "    ")
    path.write_text(f"{head}def install() -> None:\n{moved}", encoding="utf-8")
    assert findings(library) == [("REG201", "norm.py")]


def test_a_registration_moved_under_the_main_guard_is_found(library: pathlib.Path) -> None:
    path = library / "src/kasmina/blueprints/cnn/norm.py"
    head, _, body = path.read_text(encoding="utf-8").partition("@BlueprintRegistry")
    moved = textwrap.indent("@BlueprintRegistry" + body, "    ")
    path.write_text(f'{head}if __name__ == "__main__":\n{moved}', encoding="utf-8")
    assert findings(library) == [("REG202", "norm.py")]
