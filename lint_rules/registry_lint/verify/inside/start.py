"""Where a process of ours begins: it reads what is asked and does it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from registry_lint.verify.inside.reloading import reload_each
from registry_lint.verify.inside.stage import play
from registry_lint.verify.inside.warden import die_with_parent


def begin(folder: str) -> None:
    """Answer the request that lies in the folder; the last argument is our parent's process id."""
    die_with_parent(int(sys.argv.pop()))
    request = json.loads(Path(folder, "request.json").read_text("utf-8"))
    request["pid"] = os.getpid()
    text = Path(folder, "probe.py").read_text("utf-8")
    if sys.path[:1] == [""]:
        del sys.path[0]
    sys.path[:0] = request["path"]
    sys.modules["__main__"].__dict__.pop("__file__", None)
    if request["reload"]:
        reload_each(request)
    else:
        play(text, request)
