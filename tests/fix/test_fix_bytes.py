"""Nothing but the docstring changes: line ends, encoding, byte order mark, and every byte around it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import READERS, fixed, run_fix

BLANK = READERS.replace('    """Readers by format."""\n\n', "")


@pytest.mark.parametrize("source", [READERS, BLANK], ids=["with docstring", "without"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_line_ends_are_kept(tmp_path: Path, source: str, newline: str) -> None:
    after = fixed(tmp_path, source.replace("\n", newline).encode()).decode()
    assert after.replace(newline, "\n") == fixed(tmp_path, source.encode()).decode()
    assert set("\r\n") & set(after) == set(newline)


def test_a_line_end_of_another_kind_elsewhere_is_kept(tmp_path: Path) -> None:
    after = fixed(tmp_path, b"x = 1\n" + READERS.replace("\n", "\r\n").encode() + b"y = 2\n")
    assert after.startswith(b"x = 1\nclass Readers:\r\n")
    assert after.endswith(b"reader\r\ny = 2\n")
    assert b"old one.\r\n" in after


def test_a_docstring_of_two_kinds_of_line_ends_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "readers.py"
    before = b'class R:\n    """Readers.\r\n\r\n    By format.\n    """\n\n    items = {}\n'
    file.write_bytes(before)
    run = run_fix(tmp_path)
    assert (run.status, file.read_bytes()) == (2, before)
    assert "mixes kinds of line ends" in run.err


@pytest.mark.parametrize("source", [READERS, "class Readers: items = {}\n"], ids=["block", "one line"])
def test_a_missing_final_newline_stays_missing(tmp_path: Path, source: str) -> None:
    after = fixed(tmp_path, source.rstrip().encode())
    assert after == fixed(tmp_path, source.encode()).rstrip()


def test_a_byte_order_mark_is_kept(tmp_path: Path) -> None:
    after = fixed(tmp_path, b"\xef\xbb\xbf" + READERS.encode())
    assert after == b"\xef\xbb\xbf" + fixed(tmp_path, READERS.encode())


@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "shift_jis", "utf-8"])
def test_the_encoding_is_kept(tmp_path: Path, encoding: str) -> None:
    word = {"latin-1": "café", "cp1251": "кафе", "shift_jis": "喫茶", "utf-8": "☕"}[encoding]
    source = f"# -*- coding: {encoding} -*-\n" + READERS.replace("Readers by", f"{word}: readers by")
    after = fixed(tmp_path, source.encode(encoding)).decode(encoding)
    assert f'"""{word}: readers by format.\n\n    ``items``' in after


def test_wide_characters_before_the_class_do_not_mislead(tmp_path: Path) -> None:
    after = fixed(tmp_path, b"if '\xc3\xa9\xe2\x98\x95':\n    class R: items = {}\n").decode()
    assert '    class R:\n        """Holds' in after


def test_a_form_feed_and_odd_whitespace_are_kept(tmp_path: Path) -> None:
    before = b"x  =  1 ;\n\x0c\n\n\nclass R (  object ) :   \n    items={}   \n  # low\n\n    \n\ny=( 2,\n)\n"
    after = fixed(tmp_path, before)
    head, tail = before.split(b"    items")
    assert after.startswith(head + b'    """Holds')
    assert after.endswith(b"    items" + tail)


def test_what_libcst_would_lose_is_kept(tmp_path: Path) -> None:
    odd = b"try:\n    pass\nexcept (ValueError, TypeError) :\n    pass\n\n\n"
    assert fixed(tmp_path, odd + READERS.encode() + odd).count(odd) == 2


names = st.sampled_from(["Readers", "Écrivains", "R"])
docstrings = st.sampled_from(
    [
        "",
        '"""One line."""',
        "'one line'",
        '"""\nBelow.\n"""',
        'r"""Raw \\d.\n\nMore.\n"""',
        '"""Déjà vu"""; y = "é"',
    ]
)
comments = st.sampled_from(["", "# comment", "# é", "\n# after a blank line", "#: about it"])
endings = st.sampled_from(["", "\n", "\n\n", "\n# end", "\nz = '''\n'''\n"])


@given(
    st.lists(st.tuples(names, docstrings, comments), min_size=1, max_size=4, unique_by=lambda case: case[0]),
    st.sampled_from(["    ", "  ", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    endings,
)
def test_any_file_is_the_same_program_with_the_same_other_lines(
    tmp_path_factory: pytest.TempPathFactory,
    classes: list[tuple[str, str, str]],
    indent: str,
    newline: str,
    ending: str,
) -> None:
    lines = ["import os  # é", ""]
    for name, docstring, comment in classes:
        body = [*docstring.splitlines(), *comment.splitlines(), "items = {}"]
        lines += [f"class {name}:  # here", *(f"{indent}{line}" if line else "" for line in body)]
    before = (newline.join(lines) + ending.replace("\n", newline)).encode()
    root = tmp_path_factory.mktemp("any")
    after = fixed(root, before)
    assert without_docstrings(after) == without_docstrings(before)
    assert kept_lines(before) <= kept_lines(after)
    assert run_fix(root).status == 0


def without_docstrings(content: bytes) -> str:
    tree = ast.parse(content)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and ast.get_docstring(node) is not None:
            del node.body[0]
    return ast.dump(tree)


def kept_lines(content: bytes) -> set[bytes]:
    return {line for line in content.split(b"\n") if b"items" in line or b"#" in line or b"class" in line}
