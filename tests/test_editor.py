"""A real python-lsp-server: what an editor shows of a file, saved and unsaved."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
OTHERS = ("mccabe", "pycodestyle", "pyflakes", "pylint", "pydocstyle")
LATE = '\n\ndef enable_late() -> None:\n    Formats.register("late")(as_text)\n'


class Editor:
    """As much of an editor as it takes: opens and edits one document, and waits for what is said about it."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.server = subprocess.Popen(
            [sys.executable, "-m", "pylsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def send(self, method: str, params: object, **request: int) -> None:
        """Send one message; `id=` makes it a request."""
        assert self.server.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **request}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.server.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """The next message of the server; raises EOFError when it has gone."""
        assert self.server.stdout is not None
        length = 0
        while line := self.server.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        if not length:
            raise EOFError("the server has gone")
        return dict(json.loads(self.server.stdout.read(length)))

    def start(self) -> None:
        """Introduce ourselves, and ask for flake8 alone."""
        self.send(
            "initialize", {"processId": None, "rootUri": self.project.as_uri(), "capabilities": {}}, id=1
        )
        while self.receive().get("id") != 1:
            pass
        flake8 = str(Path(sys.executable).with_name("flake8"))
        plugins: dict[str, object] = {name: {"enabled": False} for name in OTHERS}
        plugins["flake8"] = {"enabled": True, "executable": flake8, "maxLineLength": 110}
        self.send("initialized", {})
        self.send("workspace/didChangeConfiguration", {"settings": {"pylsp": {"plugins": plugins}}})

    def uri(self, name: str) -> str:
        """The address of a file of the project."""
        return (self.project / name).as_uri()

    def open(self, name: str) -> list[tuple[str, int]]:
        """Open a file as it lies on disk."""
        text = (self.project / name).read_text(encoding="utf-8")
        document = {"uri": self.uri(name), "languageId": "python", "version": 1, "text": text}
        self.send("textDocument/didOpen", {"textDocument": document})
        return self.diagnostics(name)

    def edit(self, name: str, text: str) -> list[tuple[str, int]]:
        """Replace the text of an open file without saving it."""
        document = {"uri": self.uri(name), "version": 2}
        self.send("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})
        return self.diagnostics(name)

    def diagnostics(self, name: str) -> list[tuple[str, int]]:
        """Codes and lines (from 1) of the next report on a file."""
        while (message := self.receive()).get("method") != "textDocument/publishDiagnostics" or (
            message["params"]["uri"] != self.uri(name)
        ):
            pass
        return [
            (said["code"], said["range"]["start"]["line"] + 1) for said in message["params"]["diagnostics"]
        ]


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    """An editor with a copy of the wrong example."""
    editor = Editor(Path(shutil.copytree(EXAMPLES / "wrong", tmp_path / "wrong")))
    editor.start()
    yield editor
    editor.server.kill()
    editor.server.communicate()


def test_an_opened_file_shows_its_findings(editor: Editor) -> None:
    registration = _line(editor.project / "reports" / "html.py", 'Formats.register("html")')
    assert editor.open("reports/html.py") == [("REG201", registration)]


def test_an_unsaved_edit_shows_its_findings(editor: Editor) -> None:
    assert editor.open("reports/text.py") == []
    text = (editor.project / "reports" / "text.py").read_text(encoding="utf-8") + LATE
    assert editor.edit("reports/text.py", text) == [("REG201", len(text.splitlines()))]


def _line(path: Path, piece: str) -> int:
    """The line, counted from 1, on which the piece stands."""
    lines = path.read_text(encoding="utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if piece in line]
    return number
