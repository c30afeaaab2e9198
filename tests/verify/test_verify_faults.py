"""Whatever the observed program does, it is reported, the others still run, and nothing is left running."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds import Program, observe, record, target

import registry_lint
from registry_lint.verify.interpreter import Interpreter
from registry_lint.verify.proving import prove, question
from registry_lint.verify.showing import render

IN_A_WORKER = "import multiprocessing\nREG = {'a': 1}\nif multiprocessing.parent_process():\n    "
KNOWN = target(record("zoo:REG"))

forks = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")


@pytest.mark.parametrize(
    ("what", "reason", "line"),
    [
        ("import os; os._exit(3)", "exited with status 3", None),
        ("import sys; print('last words', flush=True); sys.exit(4)", "SystemExit: 4", "last words"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGABRT)", "killed by signal 6", None),
        ("raise ImportError('optional dependency missing')", "optional dependency missing", "Traceback"),
        ("input('Name? ')", "EOFError", "Name? "),
        ("import time; print('waiting', flush=True); time.sleep(60)", "still running after 2 s", "waiting"),
        ("print('x' * 10_000_000)\n    raise ValueError('flood')", "ValueError: flood", "flood"),
    ],
    ids=["exits at once", "sys.exit", "crashes", "cannot import", "prompts", "hangs", "floods"],
)
def test_a_worker_that_fails_is_reported_with_its_last_lines(
    program: Program, what: str, reason: str, line: str | None
) -> None:
    folder = program({"zoo.py": IN_A_WORKER + what + "\n"})
    proof = observe(folder, KNOWN, modules=["zoo"], methods=["spawn"], timeout=2)
    assert not proof.holds
    assert reason in proof.failures["spawn"].reason
    assert line is None or any(line in text for text in proof.failures["spawn"].lines)


@forks
def test_the_other_methods_still_run(program: Program) -> None:
    folder = program({"zoo.py": IN_A_WORKER + "raise ValueError('spawned')\n"})
    proof = observe(folder, KNOWN, modules=["zoo"])
    assert proof.rows[0].differences["fork"].word == "same"
    assert set(proof.failures) == {"spawn", "forkserver"}


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("raise KeyError('broken')", "KeyError: 'broken'"),
        ("import time; time.sleep(60)", "limit 1 s"),
        ("import os; os._exit(0)", "before it could be asked"),
        ("import no_such_module_anywhere", "No module named"),
    ],
)
def test_a_parent_that_fails_is_reported(program: Program, what: str, reason: str) -> None:
    proof = observe(program({"zoo.py": what}), KNOWN, modules=["zoo"], methods=["spawn"], timeout=1)
    assert reason in proof.failures["spawn"].reason
    assert proof.failures["spawn"].of_parent
    assert proof.rows == ()


def test_a_script_that_exits_is_still_compared(program: Program) -> None:
    script = "import sys, zoo\nif __name__ == '__main__':\n    sys.exit(3)\n"
    folder = program({"zoo.py": "REG = {'a': 1}", "script.py": script})
    proof = observe(folder, KNOWN, script="script.py", methods=["spawn"])
    assert proof.rows[0].differences["spawn"].word == "same"
    assert proof.notes == {"spawn": "the script exited with status 3"}


def test_a_script_that_raises_is_compared_as_well_as_reported(program: Program) -> None:
    script = """
    import zoo
    if __name__ == "__main__":
        zoo.REG["guarded"] = 2
        raise OSError("worker died")
    """
    folder = program({"zoo.py": "REG = {'a': 1}", "script.py": script})
    proof = observe(folder, KNOWN, script="script.py", methods=["spawn"])
    assert proof.rows[0].differences["spawn"].word == "missing 1: guarded"
    assert proof.failures["spawn"].reason == "the script raised OSError: worker died"
    assert proof.failures["spawn"].lines[-1] == "OSError: worker died"


@forks
@pytest.mark.parametrize(
    "what", ["sys.stdout.close(); sys.stderr.close()", "sys.stdout = sys.stderr = None", "os.fork()"]
)
def test_what_a_script_does_to_its_own_process_is_no_matter(program: Program, what: str) -> None:
    script = f"import os, sys, zoo\nif __name__ == '__main__':\n    {what}\n"
    folder = program({"zoo.py": "REG = {'a': 1}", "script.py": script})
    proof = observe(folder, KNOWN, script="script.py")
    assert {found.word for found in proof.rows[0].differences.values()} == {"same"}
    assert proof.holds


def test_a_method_that_the_platform_lacks_is_skipped(program: Program) -> None:
    folder = program({"zoo.py": "REG = {'a': 1}"})
    asked = question(KNOWN, sys.executable, [str(folder)], modules=["zoo"], timeout=30)
    proof = prove(asked, KNOWN, Interpreter("3.12", ("spawn",), ()), ["fork", "spawn"])
    assert proof.skipped == ("fork",)
    assert proof.holds
    assert "fork: not available on this platform, skipped" in render(proof)


@pytest.mark.parametrize("default", ["fork", "spawn", "forkserver"])
def test_the_default_of_the_platform_is_the_one_that_is_marked(program: Program, default: str) -> None:
    folder = program({"zoo.py": "REG = {'a': 1}"})
    asked = question(KNOWN, sys.executable, [str(folder)], modules=["zoo"], timeout=30)
    known_methods = (default, *(method for method in ("spawn", "fork") if method != default))
    heading = render(prove(asked, KNOWN, Interpreter("3.14", known_methods, ()), ["spawn"])).splitlines()[0]
    assert ("spawn (default)" in heading) == (default == "spawn")


def test_without_any_asked_method_nothing_was_compared(program: Program) -> None:
    asked = question(KNOWN, sys.executable, [str(program({"zoo.py": "REG = {}"}))], modules=["zoo"])
    proof = prove(asked, KNOWN, Interpreter("3.12", ("spawn",), ()), ["fork", "forkserver"])
    assert not proof.holds
    assert proof.nothing_compared.startswith("fork and forkserver not available on this platform")


HANGING = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
REG = {}
def note(pid):
    with open(os.path.join(os.path.dirname(__file__), "pids"), "a") as file:
        print(pid, file=file)
note(os.getpid())
away = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
note(away.pid)
import multiprocessing
if multiprocessing.parent_process():
    time.sleep(60)
"""
ASKING = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from worlds import observe, record, target
observe(Path({folder!r}), target(record("zoo:REG")), modules=["zoo"], methods=[{method!r}])
"""


def running(pids: list[int]) -> list[int]:
    """Return those of the processes that still run (a zombie does not)."""
    found = []
    for pid in pids:
        status = Path(f"/proc/{pid}/stat")
        try:
            state = status.read_text("utf-8").rpartition(")")[2].split()[0]
        except OSError:
            continue
        found += [pid] if state != "Z" else []
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_no_process_outlives_a_killed_verify(program: Program, tmp_path: Path, method: str) -> None:
    folder = program({"zoo.py": HANGING})
    asking = ASKING.format(tests=str(Path(__file__).parent), folder=str(folder), method=method)
    verify = subprocess.Popen([sys.executable, "-c", asking])
    pids = wait_for_pids(tmp_path / "pids", 2 if method == "fork" else 4)
    os.kill(verify.pid, signal.SIGKILL)
    verify.wait()
    deadline = time.monotonic() + 10
    while running(pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running(pids) == []


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What a shell starts in the background ignores interruptions, and so does all that comes of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=["KILL", "TERM", "INT"])
@pytest.mark.usefixtures("interruptible")
def test_nothing_outlives_the_command_itself(program: Program, tmp_path: Path, end: signal.Signals) -> None:
    folder = program({"pyproject.toml": "", "zoo.py": HANGING + "REG['a'] = 1\n"})
    command = [sys.executable, "-m", "registry_lint", "verify", "zoo", "--method", "spawn"]
    environment = {**with_us_on_the_path(), "TMPDIR": str(tmp_path)}
    verify = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    pids = wait_for_pids(tmp_path / "pids", 4)
    verify.send_signal(end)
    verify.wait(timeout=20)
    deadline = time.monotonic() + 10
    while (running(pids) or left_in(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running(pids) == []
    assert left_in(tmp_path) == []


def left_in(folder: Path) -> list[Path]:
    return list(folder.glob("registry-lint-*"))


def with_us_on_the_path() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(registry_lint.__file__).parents[1])}


def wait_for_pids(file: Path, number: int) -> list[int]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        pids = [int(line) for line in file.read_text("utf-8").split()] if file.exists() else []
        if len(pids) >= number:
            return pids
        time.sleep(0.05)
    raise AssertionError(f"the observed program has not started: {textwrap.shorten(str(file), 200)}")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_no_process_is_left_after_an_ordinary_end(program: Program, tmp_path: Path) -> None:
    folder = program({"zoo.py": HANGING.replace("    time.sleep(60)", "    pass")})
    observe(folder, KNOWN, modules=["zoo"], methods=["spawn"])
    assert running(wait_for_pids(tmp_path / "pids", 4)) == []
