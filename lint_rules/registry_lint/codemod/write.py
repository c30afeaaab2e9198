"""How a rewritten file gets onto the disk: whole or not at all, as the same file with the same rights."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from registry_lint.codemod.outcomes import RefusalError

_WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write(target: Path, before: bytes, after: bytes) -> None:
    """Replace a file's content in one step; a kill at any moment leaves the old or the new file.

    Raises RefusalError for a file that is read-only, that no longer holds `before`, or whose folder cannot be
    written.
    """
    try:
        status = target.stat()
        # Root may write to everything, and still means a file without any write bit to be read-only.
        if not status.st_mode & _WRITE_BITS or not os.access(target, os.W_OK):
            raise RefusalError("is read-only; make it writable first")
        temporary = _write_beside(target, after, status)
        try:
            if target.read_bytes() != before:
                raise RefusalError("was changed by somebody else meanwhile; run again")
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        _persist(target.parent)
    except OSError as error:
        raise RefusalError(f"cannot be written: {error.strerror or error}") from None


def _write_beside(target: Path, content: bytes, status: os.stat_result) -> Path:
    """Return a complete copy in the same folder, on disk, with the mode and owner of the file."""
    # A name that no tool takes for Python, in case a kill leaves it behind.
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".registry-lint", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        _give_owner(name, status)
        Path(name).chmod(stat.S_IMODE(status.st_mode))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _give_owner(name: str, status: os.stat_result) -> None:
    if hasattr(os, "chown"):
        # Only root may give files away; for others the file stays theirs, as with an editor.
        with contextlib.suppress(PermissionError):
            os.chown(name, status.st_uid, status.st_gid)


def _persist(folder: Path) -> None:
    """Make the renaming survive a power cut, where the system can sync a folder."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
