"""Where a report goes: to a stream, or to a file that is complete or untouched."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TextIO


def write_stream(stream: TextIO, text: str) -> None:
    """Write text to a stream; characters that its encoding lacks become escapes."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def write_file(file: Path, text: str) -> None:
    """Write a file atomically, in UTF-8; raises OSError. A link's target is written, not the link."""
    target = file.resolve()
    if target.exists() and not target.is_file():  # a pipe or a device, such as /dev/stdout
        target.write_text(text, encoding="utf-8", errors="backslashreplace")
        return
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text)
        Path(temporary).chmod(_mode(target))
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """Return the mode of the file that is replaced, or the one that a new file would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
