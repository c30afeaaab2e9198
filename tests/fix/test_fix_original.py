"""Reading what is to be fixed: byte for byte, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry_lint.codemod.original import read_neighbours, read_original
from registry_lint.codemod.outcomes import RefusalError


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\n",
        b"\xef\xbb\xbfx = 1\r\n",
        "# coding: latin-1\nx = 'é'\n".encode("latin-1"),
        "x = 'é'\r".encode(),
        b"",
    ],
)
def test_what_is_read_is_given_back(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.py").write_bytes(data)
    original = read_original(tmp_path / "a.py")
    assert original.encode(original.text) == data == original.data
    assert not original.text.startswith("\ufeff")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x = '\xff'\n", "cannot be decoded: "),
        (b"# coding: no-such\n", "cannot be decoded: unknown encoding: no-such"),
        (b"# coding: utf-7\nx = '+AGE-'\n", "its encoding utf-7 does not give the same bytes back"),
    ],
)
def test_what_would_not_come_back_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.py").write_bytes(data)
    with pytest.raises(RefusalError) as refused:
        read_original(tmp_path / "a.py")
    assert str(refused.value).startswith(reason)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusalError, match="cannot be read: No such file"):
        read_original(tmp_path / "gone.py")


def test_a_docstring_that_the_encoding_lacks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"# coding: latin-1\n")
    with pytest.raises(RefusalError, match="cannot be written in the file's encoding"):
        read_original(tmp_path / "a.py").encode("漢字")


def test_neighbours_that_cannot_be_read_are_passed_by(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = 1\n")
    (tmp_path / "b.py").write_bytes(b"y = 1\r\n")
    (tmp_path / "c.py").write_bytes(b"\xff\n")
    (tmp_path / "d.py").mkdir()
    assert read_neighbours(tmp_path / "a.py") == ["y = 1\n"]
