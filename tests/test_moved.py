"""What only moves lines is not linked again, and is judged where it stands now."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry_lint.check import analyse, judging
from registry_lint.config import Config

FILES = {
    "formats.py": """\
import sys


class Formats:
    known = {}

    @classmethod
    def register(cls, name, writer):
        cls.known[name] = writer


def look_up(name):
    return Formats.known[name]
""",
    "plain.py": """\
from formats import Formats

Formats.register("plain", print)


def later():
    Formats.register(
        "later",
        repr,
    )


if __name__ == "__main__":
    later()
""",
}


def linked(root: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how often an analysis links, which is to find what one without any memory finds."""
    calls: list[None] = []
    with monkeypatch.context() as patched:
        link = judging.link
        patched.setattr(judging, "link", lambda *given: calls.append(None) or link(*given))
        kept = analyse(root, Config())
        count = len(calls)
        anew = analyse(root, Config(), cache=False)
    assert (kept.findings, kept.project) == (anew.findings, anew.project)
    return count


def edit(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))


@pytest.fixture
def project(write_project, monkeypatch: pytest.MonkeyPatch) -> Path:
    root: Path = write_project(FILES)
    assert linked(root, monkeypatch) == 1
    return root


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("formats.py", "class Formats", "# Said above.\n\nclass Formats"),
        ("formats.py", "    @classmethod", "\n\n    # Said inside.\n    @classmethod"),
        ("plain.py", "def later", "# Said\n# twice.\ndef later"),
        ("plain.py", '"later",\n        repr', '"later",\n\n        # Said in a call.\n        repr'),
        ("plain.py", '"later",\n        repr', '"later", repr'),
        ("plain.py", "\n\n\nif", "\nif"),
    ],
)
def test_what_moves_lines_is_not_linked(
    name: str, old: str, new: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(project, name, old, new)
    assert linked(project, monkeypatch) == 0
    edit(project, name, new, old)
    assert linked(project, monkeypatch) == 0


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("plain.py", '"plain"', '"other"'),
        ("formats.py", "known = {}", "known = {}  #: Each process has its own; reloading starts anew."),
        ("plain.py", "    later()", "        later()"),
        ("plain.py", "from formats", "# Said before the first line, where the module starts.\nfrom formats"),
    ],
)
def test_all_else_is_linked(
    name: str, old: str, new: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(project, name, old, new)
    assert linked(project, monkeypatch) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(gaps=st.lists(st.sampled_from(["", "\n", "# Said.\n"]), min_size=40, max_size=40))
def test_wherever_lines_are_added(gaps: list[str], project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = iter(gaps)
    for name, text in FILES.items():
        (project / name).write_text("".join(next(left) + line for line in text.splitlines(keepends=True)))
    linked(project, monkeypatch)
