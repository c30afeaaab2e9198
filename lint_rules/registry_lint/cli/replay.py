"""What a run printed, printed again while nothing that it was made from has changed.

This is the fast path of `check` and `map`, whole, and of a `fix` that has nothing to do. A record is named by
what a run was started with: our own code, Python, the arguments, the folder, the terminal. In it stand the
marks (see `folders.stand`) of all that the run read: every Python file and folder of the project, its
settings, its baseline. Where one mark differs the record is passed over, and the run is made again from the
texts themselves.

Records are made by `cli.recording`, which knows when a run depends on nothing else. They lie in the project's
cache, sealed like every entry there. Imports are what costs most here, so there are nearly none.
"""

from __future__ import annotations

import os
import sys

from registry_lint.folders import mark, root_above, stand
from registry_lint.seals import FOLDER, blake2b, entry_name, is_outside, read_secret, secret_file, unseal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

COMMANDS = ("check", "fix", "map")


def replay(words: Sequence[str], out: TextIO, err: TextIO) -> int | None:
    """Print what the same command printed last time and return its status; None where it must be run."""
    if os.name != "posix" or not words or words[0] not in COMMANDS:
        return None  # elsewhere a file has no time that a program cannot set back
    try:
        kept = _kept(words, out, err)
    except (OSError, ValueError):
        return None
    if kept is None:
        return None
    out.write(kept[-2])
    err.write(kept[-1])
    return int(kept[0])


def record_name(words: Sequence[str], out: TextIO, err: TextIO) -> str:
    """Return the name of the record of a run that is started so; raises OSError where there is no folder."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    ours = digest(stand(here, lambda path: False))
    terminal = (
        [str(out.isatty()), os.environ.get("NO_COLOR", ""), os.environ.get("TERM", "")]
        if out.isatty()
        else [""]
    )
    encodings = [str(getattr(stream, "encoding", None)) for stream in (out, err)]
    started = [here, ours, sys.version, str(os.getuid()), os.getcwd(), *terminal, *encodings, *words]
    return entry_name("run", "\0".join(started))


def digest(found: Iterable[tuple[str, str, int]]) -> str:
    """Return one mark of all that `folders.stand` has found."""
    whole = blake2b(digest_size=20)
    for path, its_mark, _ in found:
        whole.update(f"{path}\0{its_mark}\0".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def pack(parts: Sequence[Sequence[str]]) -> str:
    """Return the parts of a record as one text; no item may be empty or hold a NUL."""
    return "\0\0".join("\0".join(part) for part in parts)


def _unpack(text: str) -> list[str]:
    return text.split("\0\0")


def _items(part: str) -> list[str]:
    return part.split("\0") if part else []


def _kept(words: Sequence[str], out: TextIO, err: TextIO) -> list[str] | None:
    file = secret_file()
    secret = None if file is None else read_secret(file)
    if file is None or secret is None:
        return None
    name = record_name(words, out, err)
    for root in _roots(words):
        folder = f"{root}/{FOLDER}"
        if is_outside(file, root) and not os.path.islink(folder):
            payload = unseal(secret, name, folder)
            parts = [] if payload is None else _unpack(payload.decode("utf-8", "surrogatepass"))
            if parts and _holds(root, parts):
                return parts
    return None


def _roots(words: Sequence[str]) -> Iterator[str]:
    """Yield the folders that may be the root: a record says itself what is, so these may be wrong."""
    seen = set()
    for word in (*words[1:], "."):
        path = word.partition("=")[2] if word.startswith("--") else word
        if path and os.path.exists(path):
            for root in (root_above(path), os.path.realpath(path)):
                if root not in seen and os.path.isdir(f"{root}/{FOLDER}"):
                    seen.add(root)
                    yield root


def _holds(root: str, parts: list[str]) -> bool:
    """Return whether all that a record was made from is as it was."""
    _, places, asked, marks, left_out, tree, _, _ = parts
    its_root, start = _items(places)[0], _items(places)[1:]
    marked = iter(_items(marks))
    folders = frozenset(_items(left_out))
    return (
        root == its_root
        and all(root_above(path) == root for path in start)
        and all(os.path.realpath(path) == path for path in _items(asked))
        and all(mark(path) == its_mark for path, its_mark in zip(marked, marked, strict=True))
        and digest(stand(root, folders.__contains__)) == tree
    )
