"""Who sees to it that no process outlives its question: it stands between us and the observed program.

It runs one command with a closed standard input and, when the command ends or its own standard
input is closed (we are gone, or have had enough), kills every process that came of the command. If
we are gone, it removes the folder with the question too: who has had enough says so before. The parent's
number does not tell, as the kernel closes a dying process's files before it gives its children away.
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
    become_subreaper()
    child = subprocess.Popen(
        [*command, str(os.getpid())], stdin=subprocess.DEVNULL, start_new_session=os.name == "posix"
    )
    closed = threading.Event()
    watcher = threading.Thread(target=end_with_input, args=(child, Path(folder), closed), daemon=True)
    watcher.start()
    status = child.wait()
    end(child)
    if closed.is_set():
        watcher.join()  # which ends this process when it has tidied up
    return status


def end_with_input(child: subprocess.Popen[bytes], folder: Path, closed: threading.Event) -> None:
    """Wait until standard input is closed, then kill the command's processes and this one."""
    said = False
    while os.read(0, 4096):
        said = True
    closed.set()
    end(child)
    if not said:
        clear(folder)
    os._exit(1)


def clear(folder: Path) -> None:
    """Remove the folder with the question, and the answers that nobody will read."""
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
