from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from registry_lint.noqa import find_silence, is_silenced

# Every file has a finding of pycodestyle's (E225) or none of it, depending on its comments.
COMMENTS = [
    "",
    "  # noqa",
    "  # NOQA",
    "  #noqa",
    "  # noqa: E225",
    "  # noqa:E225",
    "  # noqa: e225",
    "  # noqa: E2",
    "  # noqa: E999",
    "  # noqa: E999,E225",
    "  # noqa: E999 E225",
    "  # noqa: E225: because",
    "  # noqa : E999",
    "  # noqa: because",
    "  # noqa because E999",
    "  # noqa:  E999",
    "  # why not  # noqa: E225",
    "  # flake8: noqa",
]
TEXTS = [f"x=1{comment}\n" for comment in COMMENTS] + [
    "# flake8: noqa\nx=1\n",
    "# flake8: noqa: E999\nx=1\n",
    "x=1\n\n# FLAKE8=NOQA\n",
    'x="""\n# noqa"""\n',
    'x="""\n"""  # noqa: E225\n',
    "x=[\n    1,  # noqa\n]\n",
    "x=[\n    1,\n]  # noqa\n",
    "x=1 + \\\n    2  # noqa\n",
    'x="# noqa"\n',
    "y = 1  # noqa\nx=1\n",
]


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[int]]:
    """What flake8 reports: the lines that have E225, by text."""
    folder = tmp_path_factory.mktemp("texts")
    for number, text in enumerate(TEXTS):
        (folder / f"t{number}.py").write_text(text)
    command = [
        sys.executable,
        "-m",
        "flake8",
        "--isolated",
        "--select=E225",
        "--format=%(path)s:%(row)d",
        ".",
    ]
    output = subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout
    found: dict[str, set[int]] = {text: set() for text in TEXTS}
    for line in output.splitlines():
        name, _, row = line.rpartition(":")
        found[TEXTS[int(Path(name).stem[1:])]].add(int(row))
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_a_comment_means_what_it_means_to_flake8(text: str, theirs: dict[str, set[int]]) -> None:
    silence = find_silence(text)
    with_finding = {number for number, line in enumerate(text.split("\n"), start=1) if line.startswith("x=")}
    assert {line for line in with_finding if not is_silenced(silence, line, "E225")} == theirs[text]


def test_some_of_them_are_silenced_and_some_not(theirs: dict[str, set[int]]) -> None:
    assert 5 < sum(not lines for lines in theirs.values()) < len(TEXTS) - 5


def test_text_that_cannot_be_tokenized_is_read_line_by_line() -> None:
    silence = find_silence("x = (\ny = 1  # noqa: REG101\n")
    assert is_silenced(silence, 2, "REG101")
    assert not is_silenced(silence, 1, "REG101")
