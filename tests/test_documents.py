"""The documentation: the README's commands and table, and the site that is built from the repository."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from registry_lint.codemod.templates import check_template
from registry_lint.config import Config, load
from registry_lint.rules import RULES

ROOT = Path(__file__).resolve().parent.parent


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture
def assemble() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assemble", ROOT / "docs" / "assemble.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_in_the_readme_is_the_generated_one(assemble: ModuleType) -> None:
    assert assemble.rules_table() in _read("README.md"), "run python docs/assemble.py"


def test_a_link_to_a_file_that_is_no_page_keeps_only_its_text(assemble: ModuleType) -> None:
    text = "See [the design](docs/design.md#the-rooms), [one](examples/wrong) and [none](gone.md)."
    assert assemble.for_site("README.md", text) == (
        "See [the design](design.md#the-rooms), one and [none](gone.md)."
    )


def _build_site(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_site_builds_without_a_warning_and_has_every_page(tmp_path: Path) -> None:
    built = _build_site(tmp_path / "site")
    assert built.returncode == 0, built.stderr
    pages = {path.relative_to(tmp_path / "site").as_posix() for path in tmp_path.rglob("*.html")}
    assert {f"rules/{rule.code}/index.html" for rule in RULES} <= pages
    assert {"python-3.14-and-your-registries/index.html", "design/index.html", "index.html"} <= pages


def _write_example(folder: Path, *, mended: bool) -> None:
    """Write the files that the README shows, the later text of a file instead of the earlier or not."""
    for name, suffix, text in re.findall(
        r"^```python\n(?=# (\S+?\.py)(, mended)?\n)(.+?)^```$", _read("README.md"), re.MULTILINE | re.DOTALL
    ):
        if mended or not suffix:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def _check(folder: Path) -> tuple[int, str]:
    """Exit status and output of `registry-lint check`, on a terminal without colours."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    terminal, screen = pty.openpty()
    command = [sys.executable, "-m", "registry_lint", "check"]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=screen,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(screen)
    said = b""
    with contextlib.suppress(OSError):  # Linux's way to say that nobody can write any more
        while piece := os.read(terminal, 4096):
            said += piece
    os.close(terminal)
    return done.returncode, said.decode().replace("\r\n", "\n") + done.stderr.decode()


def test_the_example_of_the_readme_gives_what_the_readme_shows(tmp_path: Path) -> None:
    shown, _ = re.findall(r"^```text\n(.+?)^```$", _read("README.md"), re.MULTILINE | re.DOTALL)
    _write_example(tmp_path, mended=False)
    status, said = _check(tmp_path)
    assert (status, said.strip()) == (1, shown.strip())


def test_the_fix_of_the_readme_is_one(tmp_path: Path) -> None:
    _write_example(tmp_path, mended=True)
    assert _check(tmp_path) == (0, "")


def test_the_proof_of_the_readme_is_what_verify_says(tmp_path: Path) -> None:
    _write_example(tmp_path, mended=False)
    ((options, shown),) = re.findall(
        r"^registry-lint (verify [^\n]+)\n```\n\n```text\n(.+?)^```$",
        _read("README.md"),
        re.MULTILINE | re.DOTALL,
    )
    proved = subprocess.run(
        [sys.executable, "-m", "registry_lint", *options.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (proved.returncode, proved.stdout.rpartition("\n\n")[0]) == (1, shown.rstrip())


def test_the_codemod_of_the_readme_documents_the_registry(tmp_path: Path) -> None:
    text = _read("README.md")
    _write_example(tmp_path / "src", mended=False)
    payments = tmp_path / "src/shop/payments.py"
    payments.write_text(re.sub(r'    """.+"""\n', "", payments.read_text("utf-8")), "utf-8")
    (modules,) = re.findall(r"^```yaml\n(modules: .+)\n```$", text, re.MULTILINE)
    (tmp_path / ".libcst.codemod.yaml").write_text(modules, "utf-8")
    (tmp_path / "pyproject.toml").touch()
    (command,) = re.findall(r"^python -m (libcst.tool codemod .+)$", text, re.MULTILINE)
    subprocess.run([sys.executable, "-m", *command.split()], cwd=tmp_path, capture_output=True, check=True)
    assert "forkserver" in payments.read_text("utf-8")


def test_the_configuration_in_the_readme_has_every_key_and_is_sound(tmp_path: Path) -> None:
    (table,) = re.findall(r"^```toml\n(.+?)^```$", _read("README.md"), re.MULTILINE | re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(table, "utf-8")
    config = load(tmp_path)
    left_out = {field.name for field in fields(Config) if getattr(config, field.name) == field.default}
    assert left_out == {"ignore", "file"}  # the README shows `ignore` as it is by default
    check_template(config)


def test_the_readme_has_the_two_commands() -> None:
    commands = re.findall(r"<!-- command: (\w+) -->\n```sh\n(.+)\n```", _read("README.md"))
    assert [name for name, _ in commands] == ["run", "develop"]
    assert all("\n" not in command for _, command in commands)


def test_the_gate_runs_the_command_of_the_readme() -> None:
    assert "readme_command develop" in _read(".ci/run")


def test_the_workflow_fits_the_published_schema() -> None:
    workflow = str(ROOT / ".github/workflows/ci.yml")
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        workflow,
    ]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
