"""The files that are measured on: copied from a folder or an installed package, or fetched with pip."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.timing import FailedError

PINNED = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+")


class Corpus(NamedTuple):
    """What a corpus is called, and the text of each of its Python files under its relative path.

    Only Python files are kept, so that every tool sees the same and no project's own settings.
    """

    name: str
    files: dict[str, bytes]


def find(name: str, scratch: Path) -> Corpus:
    """Return the corpus that is named: a folder, a pinned distribution (`timm==1.0.31`), or a package.

    Raises `FailedError` when there is no such corpus or no Python file in it.
    """
    if Path(name).is_dir():
        folder = Path(name).resolve()
        corpus = Corpus(folder.name, dict(_from_folder(folder)))
    elif PINNED.fullmatch(name):
        corpus = Corpus(name.replace("==", " "), dict(_from_wheel(_download(name, scratch))))
    else:
        corpus = _installed(name)
    if not corpus.files:
        raise FailedError(f"{name}: no Python file in it")
    return corpus


def write(corpus: Corpus, root: Path) -> Path:
    """Write a copy of a corpus and return its root, which is marked as that of a project of its own."""
    for name, text in {"pyproject.toml": b"", **corpus.files}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text)
    return root


def packages(corpus: Corpus) -> list[str]:
    """Return the names of the top-level packages of a corpus."""
    return sorted({name.split("/")[0] for name in corpus.files if re.fullmatch(r"[^/]+/__init__\.py", name)})


def lines(corpus: Corpus) -> int:
    """Return the number of lines in a corpus."""
    return sum(text.count(b"\n") for text in corpus.files.values())


def renamed(corpus: Corpus, suffix: str) -> Corpus:
    """Return the corpus with every top-level package under another name, wherever the name stands."""
    names = packages(corpus)
    if not names:
        raise FailedError(f"{corpus.name}: no package in it that could be renamed")
    pattern = re.compile(rb"(?<![\w.])(" + "|".join(map(re.escape, names)).encode() + rb")\b")
    files = {
        re.sub(r"^([^/]+)/", rf"\g<1>{suffix}/", name): pattern.sub(rb"\g<1>" + suffix.encode(), text)
        for name, text in corpus.files.items()
        if name.split("/")[0] in names
    }
    return Corpus(corpus.name, files)


def _from_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*.py")):
        if file.is_file():
            yield file.relative_to(folder.parent).as_posix(), file.read_bytes()


def _from_wheel(wheel: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".py") and not name.startswith("/") and ".." not in name.split("/"):
                yield name, archive.read(name)


def _installed(name: str) -> Corpus:
    found = importlib.util.find_spec(name) if name.isidentifier() else None
    if found is None or not found.submodule_search_locations:
        raise FailedError(f"{name}: no folder, no installed package, and no pin such as timm==1.0.31")
    return Corpus(name, dict(_from_folder(Path(found.submodule_search_locations[0]))))


def _download(pin: str, scratch: Path) -> Path:
    """Return the wheel of a pinned distribution, which is neither installed nor executed."""
    folder = scratch / "wheels"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    try:
        subprocess.run([*pip, "--dest", str(folder), pin], check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        words = error.stderr.strip().splitlines()[-1:]
        raise FailedError(f"{pin}: pip could not fetch it: {''.join(words)}") from None
    return next(folder.glob(f"{pin.split('==')[0].replace('-', '_')}-*.whl"))
