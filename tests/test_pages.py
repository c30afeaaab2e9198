"""Every rule page and every corpus page is a test: headings are projects, comments in their files are claims.

The format: a heading that is followed by fenced code is one project. A paragraph like `` `app/train.py`: ``
just above a fence names its file; a single unnamed Python fence is `mod.py`, a TOML fence is
`pyproject.toml`. Claims stand at the end of a line and are taken off before the file is written:

    # error: [REG201]        exactly these findings, over the whole project
    # missed: [REG201]       a known limit: ought to be found here, is not
    # false alarm: [REG201]  a known limit: ought not to be found here, is
    # registry: [class]      a registry of one of these kinds is declared here; `[]`: none is
    # role: [cache, tracker] a container with one of these roles is declared here
    # phase: [import]        a registration of one of these phases stands here; `[]`: none does
    # key: ["resnet18"]      the registrations here have exactly these keys; `[null]`: none that is known
    # value: ["m:resnet18"]  the registrations here have exactly these values

A project with a `registry` or `role` claim has no registry but the claimed ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

import registry_lint
from registry_lint.check import Analysis, analyse
from registry_lint.config import load
from registry_lint.findings import Rule
from registry_lint.project import ContainerRecord, Registration
from registry_lint.rules import RULES

HERE = Path(__file__).parent
RULE_PAGES = sorted((Path(registry_lint.__file__).parent / "rules").glob("*.md"))
CORPUS_PAGES = sorted((HERE / "corpus").glob("*.md"))
SECTIONS = [
    "What it flags",
    "Why it bites",
    "Example",
    "Do this instead",
    "What it cannot see",
    "Options",
    "How to silence",
    "References",
]

WORDS = "error|missed|false alarm|registry|role|phase|key|value"
CLAIM = re.compile(rf"\s*# ({WORDS}): (\[.*?\])(?=\s*(?:#|$))")
FILE_NAME = re.compile(r"`([^`]+)`:")


class Claim(NamedTuple):
    """What a page says about one line: `word` is the kind of claim, `values` what is in the brackets."""

    path: str
    line: int
    word: str
    values: tuple[object, ...]


class PageProject(NamedTuple):
    """The project under one heading."""

    page: Path
    title: str
    files: dict[str, str]
    claims: list[Claim]

    @property
    def id(self) -> str:
        """A name that `pytest -k` accepts: page and heading, words joined by dashes."""
        return f"{self.page.stem}-{re.sub(r'[^a-z0-9_.]+', '-', self.title.lower()).strip('-')}"


def read_page(page: Path) -> list[PageProject]:
    """The projects of a page, in order. Raises ValueError for a fence that has no place."""
    projects: list[PageProject] = []
    title, above = "", ""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "inline":
            above = token.content
        elif token.type == "heading_close":
            title, above = above, ""
        elif token.type == "fence":
            if not projects or projects[-1].title != title:
                projects.append(PageProject(page, title, {}, []))
            add_file(projects[-1], token, FILE_NAME.fullmatch(above))
            above = ""
    return [project for project in projects if project.files]


def add_file(project: PageProject, fence: Token, name: re.Match[str] | None) -> None:
    """Put the text of a fence into the project, without its claims."""
    default = {"python": "mod.py", "toml": "pyproject.toml"}.get(fence.info.strip())
    path = name[1] if name else default
    if path is None:
        return
    if path in project.files:
        raise ValueError(f"{project.page.name}: two files {path} under {project.title!r}")
    lines = fence.content.splitlines()
    project.files[path] = "".join(CLAIM.sub("", line) + "\n" for line in lines)
    for number, line in enumerate(lines, 1):
        for word, values in CLAIM.findall(line):
            project.claims.append(Claim(path, number, word, claimed(word, values)))


def claimed(word: str, values: str) -> tuple[object, ...]:
    """The values in a claim's brackets: JSON for keys and values, bare words for the rest."""
    if word in ("key", "value"):
        return tuple(json.loads(values))
    return tuple(value.strip() for value in values[1:-1].split(",") if value.strip())


def analysis_of(project: PageProject, root: Path) -> Analysis:
    """Write the project below `root` and analyse it as every door does."""
    for name, text in project.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return analyse(root, load(root), cache=False)


def disagreements(project: PageProject, analysis: Analysis) -> Iterator[str]:
    """Every claim of the page that the analysis does not bear out, and every finding nobody claimed."""
    yield from (f"unreadable: {file}" for file in analysis.unreadable)
    yield from wrong_findings(project, analysis)
    yield from wrong_registries(project, analysis)
    for claim in project.claims:
        records = [r for r in analysis.project.containers if at(claim, r)]
        entries = [e for r in analysis.project.registries for e in r.registrations if at(claim, e)]
        found = CHECKS.get(claim.word, lambda *_: None)(claim, records, entries)
        if found is not None:
            yield f"{claim.path}:{claim.line}: {claim.word} {list(claim.values)}, but: {found or 'nothing'}"


def wrong_findings(project: PageProject, analysis: Analysis) -> Iterator[str]:
    """Findings that no claim expects, and expected ones that are not there."""
    expected = {
        (claim.path, claim.line, code)
        for claim in project.claims
        if claim.word in ("error", "false alarm")
        for code in claim.values
    }
    found = {(f.location.path, f.location.span.line, f.code): f.message for f in analysis.findings}
    for path, line, code in sorted(expected - found.keys()):
        yield f"{path}:{line}: no {code}"
    for path, line, code in sorted(found.keys() - expected):
        yield f"{path}:{line}: unexpected {code}: {found[path, line, code]}"


def wrong_registries(project: PageProject, analysis: Analysis) -> Iterator[str]:
    """Registries that a project which speaks of roles does not claim."""
    roles = [claim for claim in project.claims if claim.word in ("registry", "role")]
    for record in analysis.project.registries if roles else ():
        if not any(claim.values and at(claim, record) for claim in roles):
            yield (
                f"{record.location.path}:{record.location.span.line}: {record.id} is taken for a registry:"
                f" {record.reason}"
            )


def at(claim: Claim, item: ContainerRecord | Registration) -> bool:
    return (item.location.path, item.location.span.line) == (claim.path, claim.line)


def check_registry(claim: Claim, records: list[ContainerRecord], _: list[Registration]) -> list[str] | None:
    kinds = {record.kind for record in records if record.role == "registry"}
    if bool(kinds) == bool(claim.values) and kinds <= set(claim.values):
        return None
    return [f"{record.kind} {record.role}: {record.reason}" for record in records]


def check_role(claim: Claim, records: list[ContainerRecord], _: list[Registration]) -> list[str] | None:
    if records and all(record.role in claim.values for record in records):
        return None
    return [f"{record.role}: {record.reason}" for record in records]


def check_phase(claim: Claim, _: list[ContainerRecord], entries: list[Registration]) -> list[str] | None:
    if bool(entries) == bool(claim.values) and all(entry.phase in claim.values for entry in entries):
        return None
    return [f"{entry.phase} {entry.key!r}" for entry in entries]


def check_key(claim: Claim, _: list[ContainerRecord], entries: list[Registration]) -> list[str] | None:
    return differing(claim, {entry.key for entry in entries})


def check_value(claim: Claim, _: list[ContainerRecord], entries: list[Registration]) -> list[str] | None:
    return differing(claim, {entry.value for entry in entries})


def differing(claim: Claim, found: set[str | None]) -> list[str] | None:
    """What was found, unless it is what is claimed; `null` is claimed only where nothing is known.

    One call may fill a dict and a list: the entry of the list has no key, and that is no contradiction.
    """
    known = found - {None}
    return None if found and (known or {None}) == set(claim.values) else sorted(map(repr, found))


CHECKS = {
    "registry": check_registry,
    "role": check_role,
    "phase": check_phase,
    "key": check_key,
    "value": check_value,
}


PROJECTS = [project for page in [*RULE_PAGES, *CORPUS_PAGES] for project in read_page(page)]


def known_limits() -> dict[str, str]:
    """Return the pages that are known to be wrong, with what is wrong; each fails when it passes."""
    lines = (HERE / "corpus" / "known_limits.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {name: what for name, _, what in pairs}


LIMITS = known_limits()


def _as_case(project: PageProject) -> object:
    reason = LIMITS.get(project.id)
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(project, id=project.id, marks=marks)


def test_every_known_limit_is_a_page() -> None:
    assert set(LIMITS) <= {project.id for project in PROJECTS}


@pytest.mark.parametrize("project", [_as_case(project) for project in PROJECTS])
def test_the_page_is_right(project: PageProject, tmp_path: Path) -> None:
    problems = list(disagreements(project, analysis_of(project, tmp_path)))
    if problems:
        pytest.fail("\n".join([f"{project.page}: {project.title}", *problems]), pytrace=False)


def test_every_project_has_a_name_of_its_own() -> None:
    ids = [project.id for project in PROJECTS]
    assert sorted(set(ids)) == sorted(ids)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len([project for project in PROJECTS if project.page in CORPUS_PAGES]) >= 150


@pytest.mark.parametrize("project", PROJECTS, ids=[project.id for project in PROJECTS])
def test_the_python_on_a_page_compiles(project: PageProject) -> None:
    for path, text in project.files.items():
        if path.endswith(".py"):
            compile(text, path, "exec", dont_inherit=True)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_each_rule_has_a_page_with_all_sections_in_order(rule: Rule) -> None:
    (page,) = [page for page in RULE_PAGES if page.stem.startswith(rule.code.lower())]
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {rule.name} ({rule.code})\n")
    assert f"Since {rule.since}" in text
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS
    assert len(text.splitlines()) <= 100


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_each_rule_page_shows_the_fault_and_its_cure(rule: Rule, tmp_path: Path) -> None:
    (page,) = [page for page in RULE_PAGES if page.stem.startswith(rule.code.lower())]
    by_title = {project.title: project for project in read_page(page)}
    assert rule.code in {v for c in by_title["Example"].claims if c.word == "error" for v in c.values}
    cured = analysis_of(by_title["Do this instead"], tmp_path)
    assert cured.project.registries
    assert not cured.findings


@pytest.mark.parametrize(
    ("line", "claims"),
    [
        ("x = {}  # registry: [class] # error: [REG101]", 2),
        ('add("a[0]", 1)  # key: ["a[0]"]', 1),
        ("x = {}  # registry of models", 0),
        ("x = {}  # noqa: REG101  # error: [REG101]", 1),
    ],
)
def test_claims_are_taken_off_the_line_that_is_analysed(line: str, claims: int) -> None:
    assert len(CLAIM.findall(line)) == claims
    assert not CLAIM.search(CLAIM.sub("", line))


def test_a_page_that_claims_the_wrong_thing_fails(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Wrong\n\n```python\nTABLE = {1: 2}  # registry: [module]\n"
        "NAMES = {}  # error: [REG101]\nx = 1  # phase: [import]\n```\n"
    )
    (project,) = read_page(page)
    (tmp_path / "root").mkdir()
    assert len(list(disagreements(project, analysis_of(project, tmp_path / "root")))) == 3
