from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from registry_lint.check.baseline import load_baseline
from registry_lint.cli import main
from registry_lint.config import load_toml

REGISTRY = """\
class Formats:
    known = {}

    @classmethod
    def register(cls, name, writer):
        cls.known[name] = writer
"""


@pytest.fixture
def root(write_project, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_project({"src/app/__init__.py": "", "src/app/formats.py": REGISTRY, "old/[bad].py": "x = ("})
    monkeypatch.chdir(root)
    return root


def parts(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What `init` prints, by the file that it belongs in."""
    assert main(["init"]) == 0
    _, *texts = capsys.readouterr().out.split("# --- ")
    return {text.split()[0]: text.partition("\n")[2] for text in texts}


def test_the_table_holds_what_is_found(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = parts(capsys)["pyproject.toml"]
    table = load_toml(text)["tool"]["registry-lint"]
    assert table == {"src": ["src"], "exclude": ["old/[[]bad].py"]}
    assert "# 1 registries in 2 files" in text or "# 1 registry in 2 files" in text
    assert "# 1 finding" in text


def test_what_is_printed_works(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    table = parts(capsys)["pyproject.toml"]
    assert {path: path.read_bytes() for path in before} == before
    (root / "pyproject.toml").write_text(table)
    assert main(["check"]) == 1
    assert main(["check", "--write-baseline", "registry-lint-baseline.json"]) == 0
    assert len(load_baseline(root / "registry-lint-baseline.json")) == 1
    (root / "pyproject.toml").write_text(table + '\nbaseline = "registry-lint-baseline.json"\n')
    assert main(["check"]) == 0


def test_the_other_parts_are_valid(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = parts(capsys)
    schemas = {
        ".pre-commit-config.yaml": None,
        ".github/workflows/registry-lint.yml": "vendor.github-workflows",
    }
    for name, schema in schemas.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(printed[name])
        if schema is not None:
            command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
        else:
            command = [sys.executable, "-m", "pre_commit", "validate-config", str(file)]
        subprocess.run(command, check=True, capture_output=True)


def test_what_is_there_is_not_printed_again(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "pyproject.toml").write_text("[tool.registry-lint]\n")
    (root / ".pre-commit-config.yaml").write_text("repos:\n- hooks:\n  - id: registry-lint\n")
    (root / ".github/workflows").mkdir(parents=True)
    (root / ".github/workflows/ci.yml").write_text("run: registry-lint check\n")
    assert parts(capsys) == {}


def test_an_empty_project(tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_toml(parts(capsys)["pyproject.toml"]) == {"tool": {"registry-lint": {}}}
    assert {path.name for path in tmp_path.iterdir()} <= {".registry_lint_cache"}


def test_what_belongs_in_a_file_that_is_there_says_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / ".pre-commit-config.yaml").write_text("repos: []\n")
    (root / ".github/workflows").mkdir(parents=True)
    (root / ".github/workflows/ci.yml").write_text("run: pytest\n")
    assert main(["init", "src"]) == 0
    _, _, after = capsys.readouterr().out.partition("# --- .pre-commit-config.yaml")
    hook, _, workflow = after.partition("# --- .github/workflows/registry-lint.yml")
    assert hook.startswith(" (add to repos)\n")
    assert "repos:" not in hook
    assert workflow.startswith(" (new)\n")
