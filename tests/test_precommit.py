"""Real pre-commit, in a temporary git repository that uses the last commit of this checkout as its hooks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
CONFIG = """\
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
      - id: {hook}
"""

pytestmark = [
    pytest.mark.installs,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="pre-commit needs a git checkout to clone"),
]


class Repository(NamedTuple):
    """A git repository with a project in it, and the environment its commands run in."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it; the caller looks at the exit status."""
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def git(self, *words: str) -> None:
        """Run git in it; raises where git fails."""
        done = self.run("git", *words)
        assert done.returncode == 0, done.stderr

    def pre_commit(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `pre-commit run` in it."""
        return self.run(sys.executable, "-m", "pre_commit", "run", "--color=never", *words)

    def use(self, hook: str) -> None:
        """Configure one hook of this checkout, and commit all there is."""
        rev = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
        config = self.folder / ".pre-commit-config.yaml"
        config.write_text(CONFIG.format(repo=ROOT.as_posix(), rev=rev, hook=hook), encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "all")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One home for pre-commit, so that the hooks are installed once; git asks nobody who they are."""
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = {
        f"GIT_{role}_{what}": "test@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return {**foreign, **who, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit"))}


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str], request: pytest.FixtureRequest) -> Repository:
    """A repository with the example that the test's parameter names."""
    folder = Path(shutil.copytree(EXAMPLES / request.param, tmp_path / request.param))
    made = Repository(folder, environment)
    made.git("init", "--quiet")
    return made


def example(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("repository", [name], indirect=True)


def test_the_manifest_is_one() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command, check=False).returncode == 0


@example("wrong")
def test_the_hook_fails_on_the_wrong_example(repository: Repository) -> None:
    repository.use("registry-lint")
    ran = repository.pre_commit("--all-files")
    assert ran.returncode == 1
    assert [code for code in ("REG101", "REG201", "REG202") if code not in ran.stdout] == []


@example("right")
def test_the_hook_passes_on_the_right_example(repository: Repository) -> None:
    repository.use("registry-lint")
    ran = repository.pre_commit("--all-files")
    assert (ran.returncode, "Passed" in ran.stdout) == (0, True), ran.stdout


@example("wrong")
def test_a_staged_file_shows_what_the_whole_project_holds(repository: Repository) -> None:
    repository.use("registry-lint")
    (repository.folder / "reports" / "extra.py").write_text("SEPARATOR = '-'\n", encoding="utf-8")
    repository.git("add", "reports/extra.py")
    ran = repository.pre_commit()
    assert ran.returncode == 1
    assert "REG201" in ran.stdout


LATE = '\n\ndef enable() -> None:\n    Formats.register("late")(as_text)\n'


@example("right")
@pytest.mark.parametrize(("staged", "in_the_folder", "status"), [("", LATE, 0), (LATE, "", 1)])
def test_what_is_staged_is_judged_not_what_lies_in_the_folder(
    repository: Repository, staged: str, in_the_folder: str, status: int
) -> None:
    repository.use("registry-lint")
    text = repository.folder / "reports" / "text.py"
    before = text.read_text(encoding="utf-8")
    text.write_text(before + "\n# staged\n" + staged, encoding="utf-8")
    repository.git("add", "reports/text.py")
    text.write_text(before + "\n# staged\n" + in_the_folder, encoding="utf-8")
    ran = repository.pre_commit()
    assert ran.returncode == status, ran.stdout
    assert ("REG201" in ran.stdout) == bool(status)


@example("wrong")
def test_the_fixing_hook_writes_fails_and_is_then_content(repository: Repository) -> None:
    repository.use("registry-lint-fix")
    registry = repository.folder / "reports" / "registry.py"
    before = registry.read_text(encoding="utf-8")
    assert repository.pre_commit("--all-files").returncode == 1
    assert registry.read_text(encoding="utf-8") != before
    repository.git("add", "--all")
    assert repository.pre_commit("--all-files").returncode == 0
