"""A rewrite as a patch that `git apply` and `patch` accept, byte for byte."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import TextIO

# git quotes a name that has one of these, or anything beyond ASCII.
_ODD_NAME = re.compile(rb'[\x00-\x1f"\\\x7f-\xff]')
_NO_NEWLINE = b"\\ No newline at end of file\n"


def patch(path: str, before: bytes, after: bytes) -> bytes:
    """Return the unified diff of a file; `path` is relative to where the patch is to be applied.

    Lines end at `\\n` alone, as git and patch count them, so `\\r` is part of a line.
    """
    names = _name("a", path), _name("b", path)
    lines = difflib.diff_bytes(difflib.unified_diff, _lines(before), _lines(after), *names, lineterm=b"\n")
    return b"".join(_ended(lines))


def _lines(content: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+", content)


def _name(side: str, path: str) -> bytes:
    name = f"{side}/{path}".encode("utf-8", "surrogateescape")
    if _ODD_NAME.search(name):
        return b'"' + _ODD_NAME.sub(_escaped, name) + b'"'
    # A tab after a name with spaces tells patch where the name ends.
    return name + b"\t" if b" " in name else name


def _escaped(match: re.Match[bytes]) -> bytes:
    char = match.group()
    return b"\\" + char if char in b'"\\' else b"\\%03o" % ord(char)


def _ended(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line.endswith(b"\n"):
            yield line
        else:
            yield line + b"\n" + _NO_NEWLINE


def write_bytes(stream: TextIO, data: bytes) -> None:
    """Write bytes to a text stream past its encoding and line ends, where it has a buffer."""
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(data.decode("utf-8", "surrogateescape"))
        return
    stream.flush()
    buffer.write(data)
    buffer.flush()
