"""Which lines a git working tree has changed, and which findings touch them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from registry_lint.findings import Finding

_HUNK = re.compile(rb"@@ -\d+(?:,(?P<removed>\d+))? \+(?P<start>\d+)(?:,(?P<added>\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_NAMED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}

Changes = Mapping[str, Sequence[range]]


def changes_since(root: Path, revision: str) -> Changes:
    """Return the changed lines of each file below `root` since it parted from `revision`.

    Counted are the working tree, the index and the commits since; a new file is changed as a whole.
    Raises ValueError, in one line, when git cannot tell.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise ValueError(f"--changed-since: {revision!r} is no revision of a git repository at {root}")
    base = _git(root, "merge-base", commit.decode().strip(), "HEAD") or commit
    options = ("--relative", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--unified=0")
    prefixes = ("--src-prefix=a/", "--dst-prefix=b/")
    patch = _git(root, "diff", *options, *prefixes, base.decode().strip(), "--")
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    if patch is None or new is None:
        raise ValueError(f"--changed-since: git cannot compare {root} with {revision!r}")
    changed = parse_patch(patch)
    for name in filter(None, new.split(b"\0")):
        changed[name.decode("utf-8", "surrogateescape")] = [range(1, 2**31)]
    return changed


def parse_patch(patch: bytes) -> dict[str, list[range]]:
    """Return the changed lines, in the new files, of a patch without context.

    Where lines only went away, the two lines around the gap count as changed.
    """
    changed: dict[str, list[range]] = {}
    path, left = None, 0
    for line in patch.split(b"\n"):
        if left and line[:1] in (b"+", b"-"):  # content, even where it looks like a header
            left -= 1
        elif line.startswith(b"+++ "):
            path = _path(line[4:])
        elif path is not None and (match := _HUNK.match(line)):
            lines, left = _hunk(match)
            changed.setdefault(path, []).append(lines)
    return changed


def _hunk(match: re.Match[bytes]) -> tuple[range, int]:
    """Return the changed lines of a hunk, and how many lines of content follow."""
    removed, start, added = (int(match[group] or 1) for group in ("removed", "start", "added"))
    lines = range(start, start + added) if added else range(start, start + 2)
    return lines, removed + added


def touching(findings: Iterable[Finding], changed: Changes) -> tuple[Finding, ...]:
    """Return the findings whose place or trace lies on a changed line."""
    return tuple(finding for finding in findings if _touches(finding, changed))


def _touches(finding: Finding, changed: Changes) -> bool:
    span = finding.location.span
    places = [(finding.location.path, range(span.line, max(span.line, span.end_line) + 1))]
    places += [(step.path, range(step.line, step.line + 1)) for step in finding.trace]
    return any(
        lines.start < theirs.stop and theirs.start < lines.stop
        for path, lines in places
        for theirs in changed.get(path, ())
    )


def _path(name: bytes) -> str | None:
    """Return the path in a `+++` line, None for a deleted file; git quotes unusual names like C."""
    name = name.rstrip(b"\t")
    if name.startswith(b'"'):
        name = _ESCAPE.sub(lambda match: _unescape(match[1]), name[1:-1])
    return name[2:].decode("utf-8", "surrogateescape") if name.startswith(b"b/") else None


def _unescape(code: bytes) -> bytes:
    return bytes([int(code, 8) & 0xFF]) if code.isdigit() else _NAMED.get(code, code)


def _git(root: Path, *arguments: str) -> bytes | None:
    """Return what git says, None where it fails; its hooks for watching files are switched off."""
    import subprocess

    command = ["git", "-C", str(root), "-c", "core.fsmonitor=false", *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
