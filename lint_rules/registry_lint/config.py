"""What a project may configure: the `[tool.registry-lint]` table, its defaults, and its errors."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

# How hooks are written: `name` a function of that name, `Class.name` a method of a class that
# derives from Class, `name(first, ...)` a function with these first parameters, `@a.b` a function
# decorated so. In WORKER_HOOKS a plain `name` is a keyword argument that takes the function.
STARTUP_HOOKS = (
    "AppConfig.ready",  # Django
    "setup(app)",  # Sphinx extensions
    "includeme(config)",  # Pyramid
    "lifespan(app)",  # ASGI
    "create_app",  # Flask's application factories, called by name
    "make_app",
    "load_ipython_extension",
    "load_jupyter_server_extension",
    "pytest_addhooks",
    "pytest_addoption",
    "pytest_configure",
    "pytest_load_initial_conftests",
    "pytest_plugin_registered",
    "pytest_sessionstart",
)
WORKER_HOOKS = (
    "initializer",  # concurrent.futures, multiprocessing.Pool, joblib
    "worker_init_fn",  # torch DataLoader
    "worker_process_setup_hook",  # Ray
    "after_in_child",  # os.register_at_fork
    "post_fork(server, worker)",  # gunicorn
    "post_worker_init(worker)",
    "dask_setup(worker)",
    "WorkerPlugin.setup",
    "@worker_process_init.connect",  # Celery
    "@worker_init.connect",
    "@postfork",  # uWSGI
)


class ContractWords(NamedTuple):
    """Words (lower case) of which a contract needs one of each group; `-` also matches a space."""

    state: tuple[str, ...] = (
        "singleton",
        "process-wide",
        "per process",
        "per-process",
        "each process",
        "every process",
        "own process",
        "process-local",
        "class-level",
        "class level",
        "class-wide",
        "module-level",
        "module level",
        "global",
        "globally",
        "shared",
    )
    boundary: tuple[str, ...] = (
        "fork",
        "forks",
        "forked",
        "forking",
        "forkserver",
        "spawn",
        "spawns",
        "spawned",
        "worker",
        "workers",
        "subprocess",
        "subprocesses",
        "multiprocessing",
        "child process",
        "child processes",
        "process boundary",
        "process boundaries",
        "reload",
        "reloads",
        "reloaded",
        "reloading",
    )


CONTRACT_WORDS = ContractWords()


@dataclass(frozen=True)
class Config:
    """The settings of one project; the hooks and words hold the defaults and the project's own.

    `file` is where they were read, for messages about them.
    """

    src: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_path_ignore: tuple[tuple[str, tuple[str, ...]], ...] = ()
    startup_hooks: tuple[str, ...] = STARTUP_HOOKS
    worker_hooks: tuple[str, ...] = WORKER_HOOKS
    registries: tuple[str, ...] = ()
    not_registries: tuple[str, ...] = ()
    contract_words: ContractWords = CONTRACT_WORDS
    baseline: str | None = None
    template: str | None = None
    file: str = "pyproject.toml"


class ConfigError(Exception):
    """A mistake in the configuration: one line that names the file, the key and what was expected."""


def load(root: Path, file: Path | None = None) -> Config:
    """Return the project's configuration, from `file` or else from `pyproject.toml` at the root.

    Raises `ConfigError` when the file cannot be read or parsed, and for unknown keys and wrong
    types. A root without `pyproject.toml`, or one without our table, has the defaults.
    """
    path = file or root / "pyproject.toml"
    if file is None and not path.exists():
        return Config()
    table = _table(_read_toml(path), path, required=file is not None)
    return _build(table, str(path.name if file is None else path))


def load_toml(text: str) -> dict[str, Any]:
    """Return the parsed TOML document; raises ValueError, with the line, when it is not one."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        if path.exists() and not path.is_file() and not path.is_dir():  # a pipe or a device would hang us
            raise OSError(22, "Not a regular file")
        return load_toml(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot read the configuration: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8; a TOML file must be") from None
    except ValueError as error:
        raise ConfigError(f"{path}: not valid TOML: {' '.join(str(error).split())}") from None


def _table(document: Mapping[str, Any], path: Path, required: bool) -> Mapping[str, Any]:
    tool = document.get("tool", {})
    if not isinstance(tool, dict):
        raise ConfigError(f"{path}: tool: expected a table")
    table = tool.get("registry-lint")
    if table is None and required:
        raise ConfigError(f"{path}: no [tool.registry-lint] table")
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{path}: [tool.registry-lint]: expected a table")
    return table or {}


def _build(table: Mapping[str, Any], file: str) -> Config:
    values: dict[str, Any] = {}
    for key, value in table.items():
        reader = _READERS.get(key)
        if reader is None:
            raise ConfigError(f"{file}: [tool.registry-lint] {key}: unknown key{near(key, _READERS)}")
        try:
            values[key.replace("-", "_")] = reader(value)
        except ValueError as error:
            raise ConfigError(f"{file}: [tool.registry-lint] {key}: {error}") from None
    return replace(Config(file=file), **values)


def near(word: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    """Return `; did you mean 'x'?` for the nearest known word, or a list of all of them."""
    import difflib

    matches = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {matches[0]!r}?" if matches else f"; known are {', '.join(known)}"


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"expected a list of strings, got {shown(value)}")
    if not all(item.strip() for item in value):
        raise ValueError("expected a list of strings that are not empty")
    return tuple(value)


def _paths(value: object) -> tuple[str, ...]:
    entries = _strings(value)
    for entry in entries:
        if entry.startswith(("/", "../")) or entry == "..":
            raise ValueError(f"{entry!r}: expected a path below the project root")
    return entries


def _codes(value: object) -> tuple[str, ...]:
    for code in _strings(value):
        if not re.fullmatch(r"REG[0-9]{0,3}", code):
            raise ValueError(f"{code!r}: expected codes such as 'REG101', or 'REG2' for a group")
    return _strings(value)


def _string(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected a string, got {shown(value)}")
    return value


def _per_path(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise ValueError(f"expected a table of pattern = [codes], got {shown(value)}")
    return tuple((pattern, _codes(codes)) for pattern, codes in value.items())


def _words(value: object) -> ContractWords:
    known = ContractWords()
    if not isinstance(value, dict):
        raise ValueError(f"expected a table with 'state' and 'boundary', got {shown(value)}")
    for key in value:
        if key not in known._fields:
            raise ValueError(f"{key!r}: unknown group{near(key, known._fields)}")
    return ContractWords(
        known.state + tuple(word.lower() for word in _strings(value.get("state", []))),
        known.boundary + tuple(word.lower() for word in _strings(value.get("boundary", []))),
    )


def shown(value: object) -> str:
    """Return a value from a TOML file as an error message shows it: short, and in one line."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


_READERS: Mapping[str, Callable[[object], object]] = {
    "src": _paths,
    "exclude": _paths,
    "select": _codes,
    "ignore": _codes,
    "per-path-ignore": _per_path,
    "startup-hooks": lambda value: STARTUP_HOOKS + _strings(value),
    "worker-hooks": lambda value: WORKER_HOOKS + _strings(value),
    "registries": _strings,
    "not-registries": _strings,
    "contract-words": _words,
    "baseline": _string,
    "template": _string,
}
