"""Facts kept on disk: named by what they were made from, and signed, so that nobody else can write them.

A checkout may carry a cache folder of its own. Each entry therefore ends in a keyed hash under a secret
that lies in the user's own cache directory, never in the checkout; an entry that does not verify is a
miss, and without a secret there is no cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = ".registry_lint_cache"
LARGEST_ENTRY = 64 * 2**20
SECONDS_KEPT = 14 * 24 * 3600
SECONDS_BETWEEN_SWEEPS = 24 * 3600

_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# A cache of registry-lint; see https://bford.info/cachedir/\n"
)
_OPEN_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


class Cache(NamedTuple):
    """A cache folder and the secret that its entries are signed with."""

    folder: Path
    secret: bytes


def open_cache(root: Path) -> Cache | None:
    """Return the project's cache; None where the user has no place for a secret outside the project."""
    folder, secret = root / FOLDER, _secret(root)
    if secret is None or folder.is_symlink():
        return None
    return Cache(folder, secret)


def entry_name(kind: str, content: str) -> str:
    """Return the name of what this version of our code, on this Python, makes of some content."""
    version = f"{sys.implementation.cache_tag}-{sys.version_info[0]}.{sys.version_info[1]}"
    return hashlib.blake2b("\n".join((kind, version, content)).encode(), digest_size=20).hexdigest()


def get(cache: Cache, name: str) -> str | None:
    """Return what was stored under a name; None for anything that is absent, broken or not ours."""
    signature, _, payload = _content(_file(cache, name)).partition(b"\n")
    if not hmac.compare_digest(signature, _sign(cache, name, payload)):
        return None
    return payload.decode()


def put(cache: Cache, name: str, text: str) -> None:
    """Store a text under a name, atomically; a folder that cannot be written to is left alone."""
    payload = text.encode()
    file = _file(cache, name)
    with contextlib.suppress(OSError):
        if _make_folder(cache.folder) and _make_plain_folder(file.parent):
            _write(file, _sign(cache, name, payload) + b"\n" + payload)


def sweep(cache: Cache) -> None:
    """Drop entries that were not read for two weeks; looks at most once a day."""
    now, marker = time.time(), cache.folder / "swept"
    with contextlib.suppress(OSError):
        if cache.folder.is_symlink() or _age(marker, now) < SECONDS_BETWEEN_SWEEPS:
            return
        _write(marker, b"")
        for file in _entries(cache.folder):
            with contextlib.suppress(OSError):
                if _age(file, now) > SECONDS_KEPT:
                    file.unlink()


def own_code(*parts: str) -> str:
    """Return a hash of our own source files, so that a new version never reads what an old one wrote."""
    here, code = Path(__file__).parent, hashlib.blake2b(digest_size=16)
    for part in parts:
        place = here / part
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            with contextlib.suppress(OSError):  # installed as an archive: the version must do
                code.update(file.read_bytes())
    return code.hexdigest()


def _file(cache: Cache, name: str) -> Path:
    return cache.folder / name[:2] / name[2:]


def _sign(cache: Cache, name: str, payload: bytes) -> bytes:
    signature = hashlib.blake2b(name.encode() + b"\n", key=cache.secret, digest_size=32)
    signature.update(payload)
    return signature.hexdigest().encode()


def _content(file: Path) -> bytes:
    """Return a regular file's content, nothing for what is none; a pipe or a device would hang us."""
    try:
        descriptor = os.open(file, _OPEN_FLAGS)
    except OSError:
        return b""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_ENTRY:
            return b""
        _keep(descriptor, status.st_mtime)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read()
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _keep(descriptor: int, modified: float) -> None:
    """Note that an entry was read, so that the sweep leaves it."""
    if time.time() - modified > SECONDS_BETWEEN_SWEEPS:
        with contextlib.suppress(OSError, NotImplementedError, TypeError):
            os.utime(descriptor)


def _make_folder(folder: Path) -> bool:
    if folder.is_dir():
        return not folder.is_symlink()
    folder.mkdir(exist_ok=True)
    _write(folder / "CACHEDIR.TAG", _TAG.encode())
    _write(folder / ".gitignore", b"*\n")
    return True


def _make_plain_folder(folder: Path) -> bool:
    """Make a folder; False where a link stands in its place, which could lead anywhere."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
    return stat.S_ISDIR(folder.lstat().st_mode)


def _write(file: Path, data: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink()
        raise


def _age(file: Path, now: float) -> float:
    try:
        return now - file.lstat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _entries(folder: Path) -> Iterator[Path]:
    for below in folder.iterdir():
        if re.fullmatch("[0-9a-f]{2}", below.name) and stat.S_ISDIR(below.lstat().st_mode):
            yield from (
                file for file in below.iterdir() if re.fullmatch(r"[0-9a-f]{38}|\.new-\w+", file.name)
            )


def _secret(root: Path) -> bytes | None:
    """Return the user's secret, made on first use; None where it cannot be kept outside the project."""
    try:
        folder = _user_folder()
        if folder.resolve().is_relative_to(root.resolve()):
            return None
        file = folder / "secret"
        if not file.exists():
            _make_secret(file)
        secret = file.read_bytes()
    except (OSError, RuntimeError):
        return None
    return secret if len(secret) == 32 else None


def _user_folder() -> Path:
    """Return our folder in the user's cache directory; raises RuntimeError where there is no home."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "registry-lint"
    named = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(named) if named.startswith("/") else Path.home() / ".cache") / "registry-lint"


def _make_secret(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(file, os.urandom(32))
