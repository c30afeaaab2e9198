"""What is sent into observed processes: one text made of the modules of `inside`."""

from __future__ import annotations

from importlib import resources

# In the order in which they need each other.
MODULES = ("naming", "reading", "child", "stage", "reloading", "warden", "start")

_OWN = "from registry_lint.verify.inside."


def probe_text() -> str:
    """Return the modules of `inside` as one program, each under its own file name.

    What runs there is found in tracebacks, and counted as covered, where it stands.
    """
    parts = [_part(module) for module in MODULES]
    return f"for _name, _text in {parts!r}:\n    exec(compile(_text, _name, 'exec'), globals())\n"


def warden_text() -> str:
    """Return the source of the process that guards an observed program."""
    return _part("warden")[1]


def _part(module: str) -> tuple[str, str]:
    """Return a module's file name, and its source with empty lines for the imports of its neighbours."""
    file = resources.files("registry_lint.verify.inside").joinpath(f"{module}.py")
    lines = file.read_text("utf-8").splitlines(keepends=True)
    return str(file), "".join(line if _is_sent(line) else "\n" for line in lines)


def _is_sent(line: str) -> bool:
    if line.startswith(_OWN) and line.rstrip().endswith("("):
        raise ValueError(f"imports of inside are written on one line: {line.strip()}")
    return not line.startswith(_OWN)
