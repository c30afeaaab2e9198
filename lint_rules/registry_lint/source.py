"""Which files a project has, what their modules are called, and their text as flake8 reads it."""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import re
import stat
import tokenize
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from registry_lint.config import Config
from registry_lint.folders import is_skipped, root_above

SOURCE_ROOTS = ("src", "lib", "python")

Naming = Callable[[str], "tuple[str, bool]"]

# Codecs that are no encoding of a program and cost quadratic time on a long file.
_REFUSED_ENCODINGS = frozenset({"punycode", "idna"})


class SourceFile(NamedTuple):
    """A file's module name and text; `path` is relative to the root, with forward slashes."""

    path: str
    module: str
    is_package: bool
    text: str
    digest: str


class Unreadable(NamedTuple):
    """A file that could not be read, decoded or parsed, and why, in one line; line 0 is unknown."""

    path: str
    line: int
    reason: str


def find_root(paths: Sequence[Path], override: Path | None = None) -> Path:
    """Return the project root, resolved: `override`, else the nearest marked folder upward.

    The search starts at the first path; without any marker above it the root is that path, or
    the folder of that file.
    """
    if override is not None:
        return override.resolve()
    return Path(root_above(str(paths[0] if paths else Path())))


def discover(root: Path, config: Config) -> list[Path]:
    """Return the project's Python files, relative to the root and sorted.

    Links to folders are not followed, and links to files only when they stay in the root.
    """
    return [Path(path) for path in sorted(_walk(str(root), "", config.exclude))]


def _walk(root: str, below: str, exclude: Sequence[str]) -> Iterator[str]:
    try:
        entries = list(os.scandir(f"{root}/{below}"))
    except OSError:
        return
    for entry in entries:
        path = f"{below}{entry.name}"
        if matches(path, exclude):
            continue
        if entry.is_dir(follow_symlinks=False):
            if not is_skipped(entry.name):
                yield from _walk(root, f"{path}/", exclude)
        elif entry.name.endswith(".py") and _is_inside(root, entry):
            yield path


def _is_inside(root: str, entry: os.DirEntry[str]) -> bool:
    if not entry.is_symlink():
        return True
    target = Path(os.path.realpath(entry.path))
    return target.is_file() and target.is_relative_to(root)


def is_excluded(path: str, config: Config) -> bool:
    """Return whether a path relative to the root lies in a folder or file that is left out."""
    return any(is_skipped(part) for part in PurePosixPath(path).parent.parts) or any(
        covers(pattern, path) for pattern in config.exclude
    )


def is_script(root: Path, path: str) -> bool:
    """Return whether a file is Python although its name does not end in `.py`: `.pyw`, or a `#!` line."""
    file = root / path
    if path.endswith((".py", ".pyw")):
        return file.is_file()
    if "." in file.name or not file.is_file():
        return False
    try:
        with file.open("rb") as stream:
            return re.match(rb"#!.*\bpython", stream.readline(200)) is not None
    except OSError:
        return False


def covers(pattern: str, path: str) -> bool:
    """Return whether a pattern matches a path or one of the folders that it lies in."""
    parts = path.split("/")
    return any(matches("/".join(parts[:end]), [pattern]) for end in range(1, len(parts) + 1))


def matches(path: str, patterns: Sequence[str]) -> bool:
    """Return whether a relative path matches one of the patterns.

    A pattern without a slash is the name of a file or folder at any depth; one with a slash
    counts from the root. `*` matches everything, slashes included.
    """
    name = path.rpartition("/")[2]
    return any(_matches(path, name, pattern.removesuffix("/")) for pattern in patterns)


def _matches(path: str, name: str, pattern: str) -> bool:
    pattern = pattern.removeprefix("./")
    if "/" not in pattern:
        return fnmatchcase(name, pattern)
    return fnmatchcase(path, pattern) or fnmatchcase(path, pattern.removeprefix("**/"))


def read(root: Path, path: Path, config: Config, naming: Naming | None = None) -> SourceFile | Unreadable:
    """Return the file's text as flake8 reads it, or why it cannot be read; never raises OSError.

    `naming` is for callers who read many files: what `naming_in` returns remembers folders.
    """
    name = (path.relative_to(root) if path.is_absolute() else path).as_posix()
    module, is_package = (naming or naming_in(root, config))(name)
    try:
        text = decode(read_bytes(root / path))
    except OSError as error:
        return Unreadable(name, 0, f"cannot be read: {error.strerror or error}")
    except (SyntaxError, UnicodeError, LookupError) as error:
        return Unreadable(name, 0, f"cannot be decoded: {one_line(error)}")
    return SourceFile(name, module, is_package, text, digest(text))


def overlaid(path: str, text: str, naming: Naming) -> SourceFile:
    """Return the file of this path with a text that stands in for what is on disk."""
    module, is_package = naming(path)
    return SourceFile(path, module, is_package, text, digest(text))


def read_bytes(path: Path) -> bytes:
    """Return a regular file's content; raises OSError for what is none (a pipe would hang)."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(21, "Is a directory")
    if not stat.S_ISREG(mode):
        raise OSError(22, "Not a regular file")
    return path.read_bytes()


def decode(data: bytes) -> str:
    """Return text as flake8 sees it: PEP 263, no byte order mark, `\\n` line ends.

    Raises SyntaxError, UnicodeError or LookupError for a wrong encoding.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    if codecs.lookup(encoding).name in _REFUSED_ENCODINGS:
        raise LookupError(f"{encoding} is no encoding for source")
    return without_mark(io.TextIOWrapper(io.BytesIO(data), encoding).read())


def decode_leniently(data: bytes) -> str:
    """Return the Latin-1 text that flake8 falls back to where `decode` fails."""
    return without_mark(io.TextIOWrapper(io.BytesIO(data), "latin-1").read())


def without_mark(text: str) -> str:
    """Return the text without the byte order mark that flake8 strips."""
    if text.startswith("\ufeff"):
        return text[1:]
    return text.removeprefix("\xef\xbb\xbf")


def digest(text: str) -> str:
    """Return the name of a text: 32 hexadecimal digits of its BLAKE2 hash."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def one_line(error: BaseException) -> str:
    """Return an exception's message in one printable line of bounded length."""
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return re.sub(r"\s+", " ", message or type(error).__name__)[:200]


def naming_in(root: Path, config: Config) -> Naming:
    """Return the function from a file's path to its dotted module name and whether it is a package.

    Below a configured source root the name is the path from there, and so below `src`, `lib` or
    `python` at the root when that folder is no package itself. Elsewhere it is counted up through
    the folders that have `__init__.py`, or from the root where there is none.
    """
    package_of = cache(partial(_package_of, root, config))

    def module_name(path: str) -> tuple[str, bool]:
        folder, _, name = path.rpartition("/")
        names = [*package_of(folder), name.removesuffix(".py")]
        if names[-1] == "__init__" and len(names) > 1:
            return ".".join(names[:-1]), True
        return ".".join(names), names[-1] == "__init__"

    return module_name


def module_name(root: Path, path: str, config: Config) -> tuple[str, bool]:
    """Return the dotted module name of one file, and whether it is a package; see `naming_in`."""
    return naming_in(root, config)(path)


def _package_of(root: Path, config: Config, folder: str) -> list[str]:
    folders = _parts(folder)
    configured = [_parts(entry) for entry in config.src]
    fitting = [parts for parts in configured if folders[: len(parts)] == parts]
    if fitting:
        return folders[len(max(fitting, key=len)) :]
    if folders and folders[0] in SOURCE_ROOTS and not _has_init(root / folders[0]):
        return folders[1:]
    return _up_through_packages(root, folders)


def _parts(entry: str) -> list[str]:
    return [part for part in entry.split("/") if part not in ("", ".")]


def _up_through_packages(root: Path, folders: list[str]) -> list[str]:
    end = len(folders)
    while end and not _has_init(root.joinpath(*folders[:end])):
        end -= 1
    start = end
    while start and _has_init(root.joinpath(*folders[:start])):
        start -= 1
    return folders[start:] if start else [*_above(root), *folders]


def _above(root: Path) -> list[str]:
    """Return the packages that the root itself lies in, for a root that is a package."""
    names: list[str] = []
    while _has_init(root) and root.name:
        names.insert(0, root.name)
        root = root.parent
    return names


def _has_init(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()
