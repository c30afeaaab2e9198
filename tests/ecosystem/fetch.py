"""The exact sources that the labels speak of: the Python files of pinned wheels, checked by SHA-256.

    python tests/ecosystem/fetch.py SOURCES [PROJECT ...]

pip downloads what labels/wheels.txt pins, from wherever it is configured to, and refuses anything else; the
wheels of compiled projects are those of CPython 3.11 on Linux. Nothing is installed or run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

WHEELS = Path(__file__).with_name("labels") / "wheels.txt"
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
TAGS = ["--python-version=3.11", "--implementation=cp", "--abi=cp311", "--abi=none"]
TAGS += [f"--platform={platform}" for platform in (*PLATFORMS, "any")]


def main(arguments: Sequence[str]) -> int:
    """Unpack the wheels that are not there yet into SOURCES/PROJECT-VERSION."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    sources, projects = Path(arguments[0]), arguments[1:]
    lines = [line for line in WHEELS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    for line in lines:
        project, _, version = line.split()[0].partition("==")
        target = sources / f"{project}-{version}"
        if not target.exists() and (not projects or project in projects):
            print(target.name, _unpack(line, target), "files", flush=True)
    return 0


def _unpack(requirement: str, target: Path) -> int:
    """Download one wheel and unpack its Python files; return how many there are."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        pinned = Path(scratch, "pinned.txt")
        pinned.write_text(requirement, "utf-8")
        options = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", *TAGS]
        command = [sys.executable, "-m", "pip", "download", *options, f"--dest={scratch}", "-r", str(pinned)]
        subprocess.run(command, check=True)
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if name.endswith(".py") and ".data/" not in name]
            archive.extractall(Path(scratch, "files"), names)
        Path(scratch, "files").rename(target)
    return len(names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
