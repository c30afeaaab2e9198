"""Where a project begins, which of its folders are looked into, and a mark by which a change to them shows.

What starts on every run comes through here, so nothing but `os` is imported.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT_MARKERS = ("pyproject.toml", "setup.cfg", "setup.py", ".git")
SKIPPED_FOLDERS = frozenset({"node_modules", "build", "dist", "__pycache__", "site-packages"})
ABSENT = "absent"


def root_above(path: str) -> str:
    """Return the project root of a path, resolved: the nearest marked folder upward.

    Without any marker it is that path, or the folder of that file.
    """
    first = os.path.realpath(path)
    start = folder = first if os.path.isdir(first) else os.path.dirname(first)
    while True:
        if any(os.path.exists(os.path.join(folder, marker)) for marker in ROOT_MARKERS):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return start
        folder = above


def is_skipped(name: str) -> bool:
    """Return whether folders of this name are never part of a project."""
    return name.startswith(".") or name in SKIPPED_FOLDERS


def mark(path: str) -> str:
    """Return what tells a file from what it was before: another one after any write to it, see `stand`."""
    try:
        return _mark(os.stat(path))
    except OSError:
        return ABSENT


def stand(root: str, left_out: Callable[[str], bool]) -> Iterator[tuple[str, str, int]]:
    """Yield the Python files and the folders below a root, in a fixed order, each with its mark and age.

    The mark is the size, both times, the inode and the mode, as git's index has them; the age is the later
    of the times, in nanoseconds since 1970. A file that is written to has another mark, unless both writes
    fall into one tick of the clock: who relies on marks takes them of files older than that only. Files
    that are no regular ones are of no age (`NEVER`), as they may change without a sign. Folders for which
    `left_out` is true are named and not looked into.
    """
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(f"{root}/{below}") as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            yield below, "closed", 0
            continue
        for entry in entries:
            path = f"{below}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if not is_skipped(entry.name):
                    yield f"{path}/", "", 0
                    if not left_out(path):
                        waiting.append(f"{path}/")
            elif entry.name.endswith(".py"):
                status = entry.stat(follow_symlinks=False)
                regular = stat.S_ISREG(status.st_mode)
                age = max(status.st_mtime_ns, status.st_ctime_ns) if regular else NEVER
                yield path, _mark(status), age


NEVER = 2**63


def _mark(status: os.stat_result) -> str:
    return (
        f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} {status.st_dev}"
        f" {status.st_mode}"
    )
