"""Facts kept on disk: named by what they were made from, and sealed, so that nobody else can write them.

An entry that was not sealed with the user's secret is a miss, and without a secret there is no cache.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from registry_lint.seals import (
    FOLDER,
    SECRET_LENGTH,
    entry_file,
    entry_name,
    is_outside,
    read_secret,
    seal,
    secret_file,
    unseal,
)

__all__ = ["FOLDER", "Cache", "entry_name", "get", "open_cache", "own_code", "put", "sweep"]

SECONDS_KEPT = 14 * 24 * 3600
SECONDS_BETWEEN_SWEEPS = 24 * 3600

_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# A cache of registry-lint; see https://bford.info/cachedir/\n"
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


def get(cache: Cache, name: str) -> str | None:
    """Return what was stored under a name; None for anything that is absent, broken or not ours."""
    payload = unseal(cache.secret, name, str(cache.folder))
    return None if payload is None else payload.decode()


def put(cache: Cache, name: str, text: str) -> None:
    """Store a text under a name, atomically; a folder that cannot be written to is left alone."""
    file = Path(entry_file(str(cache.folder), name))
    with contextlib.suppress(OSError):
        if _make_folder(cache.folder) and _make_plain_folder(file.parent):
            _write(file, seal(cache.secret, name, text.encode()))


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
    file = secret_file()
    if file is None or not is_outside(file, str(root)):
        return None
    with contextlib.suppress(OSError):
        if not Path(file).exists():
            _make_secret(Path(file))
    return read_secret(file)


def _make_secret(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(file, os.urandom(SECRET_LENGTH))
