"""How an observed program is started, listened to and ended: one guarded process tree a question."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from registry_lint.verify.answers import Answer, Failure, Question, Seen, seen_from
from registry_lint.verify.shipping import probe_text, warden_text

TAIL_BYTES = 1 << 14
TAIL_LINES = 16
GRACE_SECONDS = 3.0


class Exchange(threading.Thread):
    """The output of one program: the last of what the parent printed, then of what the worker did."""

    def __init__(self, program: subprocess.Popen[bytes], marker: bytes) -> None:
        super().__init__(daemon=True)
        self.program = program
        self.marker = marker
        self.before = b""
        self.tail = b""
        self.start()

    def run(self) -> None:
        """Keep reading, so that the program never waits for us, and keep only the end."""
        assert self.program.stdout is not None
        while data := os.read(self.program.stdout.fileno(), 1 << 16):
            before, found, after = (self.tail + data).partition(self.marker)
            if found:
                self.before = before[-TAIL_BYTES:]
            self.tail = (after if found else before)[-TAIL_BYTES:]

    def lines(self, of_parent: bool) -> tuple[str, ...]:
        """Return the last lines that the parent or, after the marker, the worker printed."""
        data = self.before if of_parent and self.before else self.tail
        text = data.decode("utf-8", "replace")
        return tuple(line for line in text.splitlines() if line.strip())[-TAIL_LINES:]


def ask(question: Question, method: str) -> Answer:
    """Return what parent and worker hold under the start method; raises OSError if Python cannot run."""
    folder, exchange = _converse(question, {"method": method, "reload": []}, 2 * question.timeout)
    parent = _failure_with(folder.get("parent"), exchange.lines(True), "the parent", question.timeout)
    if isinstance(parent, Failure):
        return Answer(parent, Failure("not started"))
    return Answer(parent, _child(folder, exchange.lines(False), question.timeout))


def ask_reload(
    question: Question, modules: tuple[str, ...], lookups: dict[str, list[str]]
) -> dict[str, Any] | Failure:
    """Return, for each module, what reloading it did (see `inside.reloading`), or why the parent failed."""
    request = {"method": "", "reload": list(modules), "lookups": lookups}
    folder, exchange = _converse(question, request, question.timeout * (1 + len(modules)))
    parent = _failure_with(folder.get("parent"), exchange.lines(True), "the parent", question.timeout)
    if isinstance(parent, Failure):
        return parent
    missing = {"error": "no answer", "changes": {}}
    return {module: folder.get(f"reload-{number}", missing) for number, module in enumerate(modules)}


def _converse(question: Question, more: dict[str, Any], seconds: float) -> tuple[dict[str, Any], Exchange]:
    marker = f"\0{secrets.token_hex(8)}\0"
    with tempfile.TemporaryDirectory(prefix="registry-lint-") as folder:
        request = {**question._asdict(), "marker": marker, "folder": folder, **more}
        Path(folder, "request.json").write_text(json.dumps(request), "utf-8")
        Path(folder, "probe.py").write_text(probe_text(), "utf-8")
        exchange = _run(question, Path(folder), marker.encode(), time.monotonic() + seconds)
        return {
            path.stem: json.loads(path.read_text("utf-8")) for path in Path(folder).glob("*.json")
        }, exchange


def _run(question: Question, folder: Path, marker: bytes, deadline: float) -> Exchange:
    program = subprocess.Popen(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"{warden_text()}\nsys.exit(guard(sys.argv[1], sys.argv[2:]))",
            str(folder),
            *_command(question, folder),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    exchange = Exchange(program, marker)
    try:
        _wait(program, folder, time.monotonic() + question.timeout, deadline)
    finally:
        _say_enough(program)
        program.wait()
        exchange.join(GRACE_SECONDS)
        assert program.stdout is not None
        program.stdout.close()
    return exchange


def _say_enough(program: subprocess.Popen[bytes]) -> None:
    """Tell the warden that we end it ourselves: without a word, it takes us for gone."""
    assert program.stdin is not None
    with suppress(OSError):  # it has ended already
        program.stdin.write(b"enough")
        program.stdin.flush()
    with suppress(OSError):
        program.stdin.close()


def _command(question: Question, folder: Path) -> list[str]:
    namespace = {"__name__": "registry_lint_probe", "__probe__": True}
    begin = f"open({str(folder / 'probe.py')!r}, encoding='utf-8').read() + {f'begin({str(folder)!r})'!r}"
    return [question.python, "-c", f"exec({begin}, {namespace})"]


def _wait(program: subprocess.Popen[bytes], folder: Path, parent_deadline: float, deadline: float) -> None:
    """Wait for the program's end; a parent that is not ready in time is not waited for any longer."""
    done = None
    while program.poll() is None:
        now = time.monotonic()
        if now > deadline + GRACE_SECONDS or (done is not None and now > done + GRACE_SECONDS):
            return
        if now > parent_deadline and not (folder / "parent.json").exists():
            return
        if done is None and (folder / "worker.json").exists():
            done = now
        time.sleep(0.01)


def _failure_with(
    document: dict[str, Any] | None, lines: tuple[str, ...], who: str, seconds: float
) -> Seen | Failure:
    if document is None:
        return Failure(f"{who} ended or hung before it could be asked (limit {seconds:g} s)", lines)
    seen = seen_from(document)
    return seen._replace(lines=lines)


def _child(folder: dict[str, Any], lines: tuple[str, ...], seconds: float) -> Seen | Failure:
    worker, document = folder.get("worker", {}), folder.get("child")
    if document is not None:
        return _failure_with(document, lines, "the worker", seconds)
    if worker.get("hung"):
        return Failure(f"still running after {seconds:g} s, killed", lines)
    if "exit" in worker:
        return Failure(_exit(worker["exit"]), lines)
    return Failure(worker.get("error", "the parent ended while the worker ran"), lines)


def _exit(status: int) -> str:
    how = f"killed by signal {-status}" if status < 0 else f"exited with status {status}"
    return f"{how} before it could be asked"
