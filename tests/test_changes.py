from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_lint.check.changes import Changes, changes_since, parse_patch, touching
from registry_lint.findings import Finding
from registry_lint.places import Location, Span, Step


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    for name in ("a.py", "b.py", "sub/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("".join(f"line{number}\n" for number in range(1, 11)))
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def lines_of(changes: Changes, path: str) -> set[int]:
    return {line for lines in changes.get(path, ()) for line in lines[:50]}


def replace(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def test_nothing_changed(repository: Path) -> None:
    assert changes_since(repository, "HEAD") == {}


def test_changed_added_and_removed_lines(repository: Path) -> None:
    replace(repository / "a.py", "line3\n", "changed\n")
    replace(repository / "a.py", "line7\n", "line7\nadded\nadded\n")
    replace(repository / "b.py", "line5\nline6\n", "")
    changes = changes_since(repository, "HEAD")
    assert lines_of(changes, "a.py") == {3, 8, 9}
    assert lines_of(changes, "b.py") == {4, 5}


def test_commits_staged_and_unstaged_changes_and_new_files_count(repository: Path) -> None:
    replace(repository / "a.py", "line1\n", "committed\n")
    git(repository, "commit", "-qam", "second")
    replace(repository / "a.py", "line2\n", "staged\n")
    git(repository, "add", ".")
    replace(repository / "a.py", "line3\n", "unstaged\n")
    (repository / "new.py").write_text("x\n")
    changes = changes_since(repository, "HEAD~1")
    assert lines_of(changes, "a.py") == {1, 2, 3}
    assert 1 in lines_of(changes, "new.py")


def test_what_happened_on_the_other_branch_does_not_count(repository: Path) -> None:
    git(repository, "checkout", "-qb", "work")
    replace(repository / "a.py", "line1\n", "mine\n")
    git(repository, "commit", "-qam", "mine")
    git(repository, "checkout", "-q", "main")
    replace(repository / "b.py", "line1\n", "theirs\n")
    git(repository, "commit", "-qam", "theirs")
    git(repository, "checkout", "-q", "work")
    assert set(changes_since(repository, "main")) == {"a.py"}


def test_paths_are_relative_to_the_project_even_below_the_repository(repository: Path) -> None:
    replace(repository / "a.py", "line1\n", "x\n")
    replace(repository / "sub/c.py", "line1\n", "x\n")
    assert set(changes_since(repository / "sub", "HEAD")) == {"c.py"}


@pytest.mark.parametrize(
    "name", ["ümlaut.py", "with space.py", 'quo"te.py', "new\nline.py", "tab\t.py", "b\\s.py"]
)
def test_unusual_names(repository: Path, name: str) -> None:
    (repository / name).write_text("line1\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "second")
    (repository / name).write_text("changed\n")
    assert lines_of(changes_since(repository, "HEAD"), name) == {1}


def test_content_that_looks_like_a_header_is_content(repository: Path) -> None:
    replace(repository / "a.py", "line3\n", "++ b/b.py\n@@ -1 +1 @@\n")
    replace(repository / "a.py", "line5\n", "")
    assert set(changes_since(repository, "HEAD")) == {"a.py"}
    assert lines_of(changes_since(repository, "HEAD"), "a.py") == {3, 4, 5, 6}


@pytest.mark.parametrize("revision", ["nothing", "--help", "", "HEAD..HEAD", "-O/dev/null"])
def test_what_is_no_revision_is_said_in_one_line(repository: Path, revision: str) -> None:
    with pytest.raises(ValueError, match=r"^--changed-since: .* is no revision"):
        changes_since(repository, revision)


def test_a_folder_without_git(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no revision of a git repository"):
        changes_since(tmp_path, "HEAD")


def test_a_finding_is_touched_at_its_place_or_on_its_trace() -> None:
    finding = Finding(
        "REG201", "n", Location("a.py", Span(5, 0, 7, 1)), "m", "r", "f", (Step("b.py", 3, "call"),)
    )
    for path, line, expected in [
        ("a.py", 4, False), ("a.py", 5, True), ("a.py", 7, True), ("a.py", 8, False),
        ("b.py", 3, True), ("b.py", 4, False), ("c.py", 5, False),
    ]:  # fmt: skip
        assert bool(touching([finding], {path: [range(line, line + 1)]})) is expected


PIECES = [
    b"+++ b/a.py\n",
    b"+++ /dev/null\n",
    b'+++ "b/',
    b"@@ -1 +1 @@\n",
    b"@@ -0,0 +1,2 @@\n",
    b"@@ -1 @@\n",
    b"+x\n",
    b"-x\n",
    b"\\",
]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8)))
def test_no_patch_is_an_error(pieces: list[bytes]) -> None:
    parse_patch(b"".join(pieces))
