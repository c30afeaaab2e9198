"""What the corpus says about phases is true of the interpreter: import runs these lines, and not those.

Every project is imported, module by module, in a process of its own that notes which lines ran.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from test_pages import CORPUS_PAGES, PROJECTS, Claim, PageProject

TRACER = """\
import importlib, json, os, sys

root, (roots, modules) = sys.argv[1], json.load(sys.stdin)
sys.path[:0] = [os.path.join(root, folder) for folder in roots]
ran, failed = set(), []


def trace(frame, event, _):
    if frame.f_code.co_filename.startswith(root):
        ran.add((os.path.relpath(frame.f_code.co_filename, root), frame.f_lineno))
        return trace


sys.settrace(trace)
for module in modules:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        failed.append(error.name)
sys.settrace(None)
print("\\n" + json.dumps([sorted(ran), failed]))
"""

SOURCE_ROOTS = ("src", "code")
# Branches that this run does not take, and an import that needs what is not installed.
NOT_TAKEN = {
    ("import_phase-module-level-statements-of-every-kind", 14),
    ("import_phase-module-level-statements-of-every-kind", 20),
    ("import_phase-under-an-environment-if", 11),
    ("import_phase-a-name-that-ends-in-builtin-is-no-main-guard", 9),
    ("idioms-built-in-serialisers-registered-by-functions-at-the-end-of-the-module", 35),
}
ABSENT = {"celery", "django", "pydantic", "pytest", "ray", "six", "some_server", "sphinx", "torch"}


def module_name(path: str) -> str:
    parts = path.removesuffix(".py").split("/")
    parts = parts[1:] if parts[0] in SOURCE_ROOTS else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def lines_run(project: PageProject, root: Path) -> tuple[set[tuple[str, int]], list[str]]:
    """The lines that importing every module of the project runs, and the packages it lacks."""
    for name, text in project.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    modules = [module_name(name) for name in project.files if _is_importable(name)]
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", TRACER, str(root)],
        input=json.dumps([["", *SOURCE_ROOTS], modules]),
        capture_output=True,
        text=True,
        cwd=root,
    )
    assert run.returncode == 0, run.stderr
    ran, failed = json.loads(run.stdout.splitlines()[-1])
    return {(path.replace("\\", "/"), line) for path, line in ran}, failed


def _is_importable(name: str) -> bool:
    return name.endswith(".py") and not name.endswith("__main__.py")


def is_import(claim: Claim) -> bool:
    return claim.word == "phase" and claim.values == ("import",)


def is_later(claim: Claim) -> bool:
    if claim.word == "error":
        return bool({"REG201", "REG202"} & set(claim.values))
    return claim.word == "phase" and bool(claim.values) and "import" not in claim.values


def runs_for_another(claim: Claim, project: PageProject) -> bool:
    """True for a line that fills one object at import and another one later."""
    here = [one for one in project.claims if (one.path, one.line) == (claim.path, claim.line)]
    return any(one.word == "phase" and "import" in one.values for one in here)


SPOKEN = [
    project
    for project in PROJECTS
    if project.page in CORPUS_PAGES
    if any(is_import(claim) or is_later(claim) for claim in project.claims)
]


@pytest.mark.parametrize("project", SPOKEN, ids=[project.id for project in SPOKEN])
def test_import_runs_what_the_page_says(project: PageProject, tmp_path: Path) -> None:
    ran, lacking = lines_run(project, tmp_path.resolve())
    assert set(lacking) <= ABSENT
    for claim in project.claims:
        place = claim.path, claim.line
        if is_import(claim) and not lacking and (project.id, claim.line) not in NOT_TAKEN:
            assert place in ran
        if is_later(claim) and not runs_for_another(claim, project):
            assert place not in ran
