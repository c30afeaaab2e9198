"""Who sees to it that no process outlives its question: it stands between us and the observed program.

It runs one command with a closed standard input and, when the command ends or its own standard
input is closed (we are gone, or have had enough), kills every process that came of the command. If
we are gone, it removes the folder with the question too.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def guard(folder: str, command: list[str]) -> int:
    """Run the command and return its exit status, with everything that it started gone."""
    parent = os.getppid()
    become_subreaper()
    child = subprocess.Popen(
        [*command, str(os.getpid())], stdin=subprocess.DEVNULL, start_new_session=os.name == "posix"
    )
    threading.Thread(target=end_with_input, args=(child, Path(folder), parent), daemon=True).start()
    status = child.wait()
    end(child)
    clear(Path(folder), parent)
    return status


def end_with_input(child: subprocess.Popen[bytes], folder: Path, parent: int) -> None:
    """Wait until standard input is closed, then kill the command's processes and this one."""
    while os.read(0, 4096):
        pass
    end(child)
    clear(folder, parent)
    os._exit(1)


def clear(folder: Path, parent: int) -> None:
    """Remove the folder with the question if who asked is gone; else the answers are still to be read."""
    if os.getppid() == parent:
        return
    try:
        for file in folder.iterdir():
            file.unlink(missing_ok=True)
        folder.rmdir()
    except OSError:
        return


def end(child: subprocess.Popen[bytes]) -> None:
    """Kill the command's process group, and on Linux what has left the group as well."""
    if os.name != "posix":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(child.pid)], capture_output=True, check=False)
        return
    kill(-child.pid)
    for _ in range(100):
        rest = descendants(os.getpid())
        if not rest:
            return
        for pid in rest:
            kill(pid)


def kill(target: int) -> None:
    """Kill a process, or a group given by its negative number, if it is still there."""
    try:
        os.kill(target, signal.SIGKILL)
    except OSError:
        return


def descendants(pid: int) -> list[int]:
    """Return the live processes below one, from `/proc`; none where there is no `/proc`."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_bytes().rpartition(b")")[2].split()[:2]
        except OSError:
            continue
        if state != b"Z":
            parents[int(status.parent.name)] = int(parent)
    found = [pid]
    for ancestor in found:
        found.extend(child for child, parent in parents.items() if parent == ancestor)
    return found[1:]


def become_subreaper() -> None:
    """Have processes whose parent has died become ours instead of init's (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
