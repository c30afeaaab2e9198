"""A file as it stands on disk: its bytes, and the text with what must survive beside it."""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from registry_lint.codemod.outcomes import RefusalError
from registry_lint.source import decode, one_line, read_bytes

UTF8_MARK = b"\xef\xbb\xbf"
NEIGHBOURS = 20
LINE_END = re.compile(r"\r\n|\r|\n")


class Original(NamedTuple):
    """A file's content; `text` keeps its line ends and lacks the byte order mark.

    `newline` is the line end that most lines have.
    """

    target: Path
    data: bytes
    encoding: str
    mark: bytes
    text: str
    newline: str

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text in this file's encoding; raises RefusalError if it has none for it."""
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeError:
            reason = f"the new docstring cannot be written in the file's encoding {self.encoding}"
            raise RefusalError(reason) from None


def read_original(target: Path) -> Original:
    """Return a file's content as PEP 263 decodes it.

    Raises RefusalError when it cannot be read, or would not come back byte for byte.
    """
    try:
        data = read_bytes(target)
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        mark = UTF8_MARK if data.startswith(UTF8_MARK) else b""
        encoding = "utf-8" if mark else encoding
        text = data[len(mark) :].decode(encoding)
    except OSError as error:
        raise RefusalError(f"cannot be read: {error.strerror or error}") from None
    except (SyntaxError, UnicodeError, LookupError) as error:
        raise RefusalError(f"cannot be decoded: {one_line(error)}") from None
    original = Original(target, data, encoding, mark, text, dominant_newline(text))
    if original.encode(text) != data:
        raise RefusalError(f"its encoding {encoding} does not give the same bytes back")
    return original


def read_neighbours(target: Path) -> list[str]:
    """Return the texts of the other modules in a file's folder: the first ones, if there are many."""
    texts = []
    for file in sorted(target.parent.glob("*.py"))[:NEIGHBOURS]:
        try:
            texts += [universal(decode(read_bytes(file)))] if file != target else []
        except (OSError, SyntaxError, UnicodeError, LookupError):
            continue
    return texts


def dominant_newline(text: str) -> str:
    """Return the line end that most lines of a text have; `\\n` for a text without any."""
    counted = Counter(LINE_END.findall(text))
    return counted.most_common(1)[0][0] if counted else "\n"


def universal(text: str) -> str:
    """Return a text with `\\n` as its only line end, as the analysis reads it."""
    return LINE_END.sub("\n", text)
