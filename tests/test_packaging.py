"""The distribution: built, installed into an empty environment, and used there away from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from registry_lint import __version__
from registry_lint.rules import RULES

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.installs


class Environment(NamedTuple):
    """A virtual environment that holds the built distribution and what it depends on."""

    folder: Path
    elsewhere: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, in a folder that is not the checkout."""
        scripts = self.folder / ("Scripts" if os.name == "nt" else "bin")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.run(
            [str(scripts / words[0]), *words[1:]],
            cwd=self.elsewhere,
            env={**clean, "PATH": os.pathsep.join([str(scripts), os.environ["PATH"]])},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return {"wheel": next(folder.glob("*.whl")), "sdist": next(folder.glob("*.tar.gz"))}


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def environment(
    request: pytest.FixtureRequest, distributions: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """An environment that was empty before the distribution came in."""
    made = Environment(tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("elsewhere"))
    venv.create(made.folder, with_pip=True, symlinks=os.name != "nt")
    installed = made.run("python", "-m", "pip", "install", "--quiet", str(distributions[request.param]))
    assert installed.returncode == 0, installed.stderr
    shutil.copytree(ROOT / "examples" / "wrong", made.elsewhere / "wrong")
    return made


def test_the_wheel_holds_both_packages_their_pages_and_types_and_nothing_else(
    distributions: dict[str, Path],
) -> None:
    with zipfile.ZipFile(distributions["wheel"]) as wheel:
        names = wheel.namelist()
    assert {name.partition("/")[0] for name in names} == {
        "kasmina",
        "registry_lint",
        f"registry_lint-{__version__}.dist-info",
    }
    assert {"kasmina/py.typed", "registry_lint/py.typed"} <= set(names)
    pages = [name for name in names if name.startswith("registry_lint/rules/reg") and name.endswith(".md")]
    assert len(pages) == len(RULES)


def test_the_sdist_holds_what_its_own_tests_need(distributions: dict[str, Path]) -> None:
    with tarfile.open(distributions["sdist"]) as sdist:
        tops = {name.split("/")[1] for name in sdist.getnames() if name.count("/")}
    assert {"src", "lint_rules", "tests", "examples", "docs", "mkdocs.yml", ".ci"} <= tops


def test_each_command_says_its_version(environment: Environment) -> None:
    for command in (["registry-lint"], ["python", "-m", "registry_lint"]):
        assert __version__ in environment.run(*command, "--version").stdout
    assert "registry" in environment.run("flake8", "--version").stdout


def test_the_module_and_the_command_find_the_same(environment: Environment) -> None:
    command = environment.run("registry-lint", "check", "wrong")
    module = environment.run("python", "-m", "registry_lint", "check", "wrong")
    assert (command.returncode, command.stdout) == (module.returncode, module.stdout)
    assert (command.returncode, command.stderr) == (1, "")
    assert "REG201" in command.stdout


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_the_pages_of_the_rules_came_along(environment: Environment, code: str) -> None:
    explained = environment.run("registry-lint", "explain", code)
    assert (explained.returncode, code in explained.stdout) == (0, True)


def test_flake8_finds_it_by_itself(environment: Environment) -> None:
    found = environment.run("flake8", "--select", "REG", "wrong")
    assert found.returncode == 1, found.stderr
    assert "REG201" in found.stdout


def test_it_is_a_library_too(environment: Environment) -> None:
    code = "from registry_lint import check; print(len(check(['wrong']).findings))"
    used = environment.run("python", "-c", code)
    assert (used.returncode, int(used.stdout or 0) > 0) == (0, True), used.stderr


def test_the_library_without_torch_names_the_extra(environment: Environment) -> None:
    imported = environment.run("python", "-c", "import kasmina.blueprints")
    last = imported.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError")
    assert "registry-lint[blueprints]" in last
