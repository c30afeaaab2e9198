"""What is sent into observed processes: one text made of the modules of `inside`."""

from __future__ import annotations

from importlib import resources

# In the order in which they need each other.
MODULES = ("naming", "reading", "child", "stage", "reloading", "warden", "start")

_FUTURE = "from __future__ import annotations\n"
_OWN = "from registry_lint.verify.inside."


def probe_text() -> str:
    """Return the source of every module of `inside` as one program, without its imports of itself."""
    return _FUTURE + "\n".join(_body(module) for module in MODULES)


def warden_text() -> str:
    """Return the source of the process that guards an observed program."""
    return _FUTURE + _body("warden")


def _body(module: str) -> str:
    text = resources.files("registry_lint.verify.inside").joinpath(f"{module}.py").read_text("utf-8")
    return "".join(line for line in text.replace(_FUTURE, "").splitlines(keepends=True) if _is_sent(line))


def _is_sent(line: str) -> bool:
    if line.startswith(_OWN) and line.rstrip().endswith("("):
        raise ValueError(f"imports of inside are written on one line: {line.strip()}")
    return not line.startswith(_OWN)
