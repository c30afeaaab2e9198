"""What is kept on disk is sealed: only who knows the user's secret can write an entry that is read.

A checkout may carry a cache folder of its own. Each entry therefore begins with a keyed hash under a secret
that lies in the user's own cache directory, never in the checkout. What starts on every run comes through
here, so nothing but `os` is imported.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from _operator import _compare_digest as compare_digest  # the one of hmac

try:
    from _blake2 import blake2b  # the one of hashlib, without the OpenSSL that comes with it
except ImportError:
    from hashlib import blake2b

__all__ = [
    "FOLDER",
    "SECRET_LENGTH",
    "blake2b",
    "entry_file",
    "entry_name",
    "is_outside",
    "read_secret",
    "seal",
    "secret_file",
    "unseal",
]

FOLDER = ".registry_lint_cache"
LARGEST_ENTRY = 64 * 2**20
SECONDS_UNTIL_READ_AGAIN = 24 * 3600
SECRET_LENGTH = 32

_OPEN_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


def entry_name(kind: str, content: str) -> str:
    """Return the name of what this version of our code, on this Python, makes of some content."""
    version = f"{sys.implementation.cache_tag}-{sys.version_info[0]}.{sys.version_info[1]}"
    named = "\n".join((kind, version, content)).encode("utf-8", "surrogatepass")
    return blake2b(named, digest_size=20).hexdigest()


def entry_file(folder: str, name: str) -> str:
    """Return where the entry of a name lies in a cache folder."""
    return f"{folder}/{name[:2]}/{name[2:]}"


def seal(secret: bytes, name: str, payload: bytes) -> bytes:
    """Return the entry that has this payload under this name."""
    return _signature(secret, name, payload) + b"\n" + payload


def unseal(secret: bytes, name: str, folder: str) -> bytes | None:
    """Return the payload of an entry; None for anything that is absent, broken or not ours."""
    signature, _, payload = _content(entry_file(folder, name)).partition(b"\n")
    return payload if compare_digest(signature, _signature(secret, name, payload)) else None


def secret_file() -> str | None:
    """Return where the user's secret lies, None where there is no home for it."""
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local")
    else:
        named = os.environ.get("XDG_CACHE_HOME", "")
        home = named if named.startswith("/") else os.path.expanduser("~/.cache")
    return None if home.startswith("~") else f"{home}/registry-lint/secret"


def is_outside(file: str, root: str) -> bool:
    """Return whether the secret lies outside the project, as it must: a checkout would bring its own."""
    whole, project = os.path.realpath(os.path.dirname(file)), os.path.realpath(root)
    return whole != project and not whole.startswith(project.rstrip(os.sep) + os.sep)


def read_secret(file: str) -> bytes | None:
    """Return the user's secret, None where there is none."""
    try:
        with open(file, "rb") as stream:
            secret = stream.read()
    except OSError:
        return None
    return secret if len(secret) == SECRET_LENGTH else None


def _signature(secret: bytes, name: str, payload: bytes) -> bytes:
    signature = blake2b(name.encode() + b"\n", key=secret, digest_size=32)
    signature.update(payload)
    return signature.hexdigest().encode()


def _content(file: str) -> bytes:
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
    if time.time() - modified > SECONDS_UNTIL_READ_AGAIN:
        try:
            os.utime(descriptor)
        except (OSError, NotImplementedError, TypeError):
            return
