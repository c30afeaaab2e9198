"""One run of a command, timed by a process that does nothing else, and so is small.

Linux counts the largest size of whoever starts a process into that process's own peak, so what measures must
not have read a corpus before. Called with a file for the answer, a limit in seconds, and the command.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time


def measure(command: list[str], limit: float) -> dict[str, float]:
    """Return the exit status and the cost of a run; it is killed, with what it started, at the limit."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    killer = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
    killer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    # Kibibytes on Linux, bytes on macOS: getrusage(2) of each.
    memory = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return {"status": process.returncode, "wall": time.perf_counter() - start, "cpu": cpu, "memory": memory}


if __name__ == "__main__":
    answer, seconds, *asked = sys.argv[1:]
    told = json.dumps(measure(asked, float(seconds)))
    with open(answer, "w", encoding="utf-8") as file:  # noqa: PTH123 - each import makes this process larger
        file.write(told)
