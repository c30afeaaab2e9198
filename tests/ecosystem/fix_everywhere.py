"""`fix` on copies of real projects: what it documents, what it leaves alone, and whether its promises hold.

    python tests/ecosystem/fix_everywhere.py SOURCES [NAME ...] [--patches FOLDER]

Every folder in SOURCES is a project (or those that are named). It is copied, fixed, analysed again. Of each
changed file must hold, by means other than the codemod's own proofs: it compiles, its syntax tree is equal
apart from docstrings of classes, so are its bytes, and its mode is the same; other files are as they were. Of
the project: what was documented has no REG101 any more, no finding is new, and a second run changes nothing.
Prints one line a project and one for each broken promise; ends with status 1 where there is one.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import shutil
import sys
import tempfile
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from registry_lint.check import Analysis, analyse, select
from registry_lint.codemod import fix
from registry_lint.codemod.diff import patch
from registry_lint.config import load

SKIPPED = shutil.ignore_patterns(".git", "__pycache__", ".registry_lint_cache")
CACHE = ".registry_lint_cache"
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Content(NamedTuple):
    """What a file holds, and its mode."""

    data: bytes
    mode: int


Tree = Mapping[str, Content]


class Outcome(NamedTuple):
    """What `fix` did to a project: counts of classes, the lines it said, the promises it broke, the patch."""

    documented: int
    refused: tuple[str, ...]
    changed: int
    broken: tuple[str, ...]
    patch: bytes


def main(arguments: Sequence[str]) -> int:
    """Print what became of each project."""
    options = _options(arguments)
    names = options.names or sorted(each.name for each in options.sources.iterdir() if each.is_dir())
    broken = 0
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder, name)
            shutil.copytree(options.sources / name, root, symlinks=True, ignore=SKIPPED)
            outcome = fix_project(root)
        _show(name, outcome)
        broken += len(outcome.broken)
        if options.patches is not None:
            (options.patches / f"{name}.patch").write_bytes(outcome.patch)
    return min(broken, 1)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--patches", type=Path, metavar="FOLDER", help="write what changed as NAME.patch")
    return parser.parse_args(arguments)


def _show(name: str, outcome: Outcome) -> None:
    state = f"{len(outcome.broken)} BROKEN" if outcome.broken else "proofs hold, second run idle"
    counts = f"documented {outcome.documented:3}  refused {len(outcome.refused):2}  files {outcome.changed:3}"
    print(f"{name:16} {counts}  {state}")
    for line in (*outcome.refused, *outcome.broken):
        print(f"    {line}")
    sys.stdout.flush()


def fix_project(root: Path) -> Outcome:
    """Fix the project at `root` twice and return what happened; it must be a copy."""
    tree, first = read_tree(root), analyse_selected(root)
    out, said = run_fix(first)
    fixed, second = read_tree(root), analyse_selected(root)
    again, said_again = run_fix(second)
    changed = sorted(path for path in tree if tree[path] != fixed.get(path))
    broken = [
        *(f"{path}: {failure}" for path in changed for failure in broken_in_file(tree[path], fixed[path])),
        *_broken_findings(first, second, changed),
        *(f"{path}: appeared" for path in sorted(fixed.keys() - tree.keys())),
        *(["the second run changed something"] if again or read_tree(root) != fixed else []),
        *(["the second run leaves other places alone"] if said != said_again else []),
    ]
    patches = (patch(path, tree[path].data, fixed[path].data) for path in changed)
    return Outcome(len(out), tuple(said), len(changed), tuple(broken), b"".join(patches))


def analyse_selected(root: Path) -> Analysis:
    """Return the analysis that the command `fix` starts from."""
    config = load(root)
    analysis = analyse(root, config)
    return replace(analysis, findings=select(analysis, config))


def run_fix(analysis: Analysis) -> tuple[list[str], list[str]]:
    """Return the lines for the classes that were documented, and for those that were left alone."""
    out, err = io.StringIO(), io.StringIO()
    fix(analysis, config=load(analysis.root), out=out, err=err)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


def read_tree(root: Path) -> Tree:
    """Return every file below a folder by its relative path, the cache apart."""
    return {
        file.relative_to(root).as_posix(): Content(file.read_bytes(), file.stat().st_mode)
        for file in sorted(root.rglob("*"))
        if file.is_file() and not file.is_symlink() and CACHE not in file.parts
    }


def broken_in_file(before: Content, after: Content) -> Iterator[str]:
    """Yield what does not hold of a changed file."""
    if before.mode != after.mode:
        yield "has another mode"
    try:
        compile(after.data, "<fixed>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        yield f"does not compile: {error}"
        return
    old, new = _text(before.data), _text(after.data)
    if _program(old) != _program(new):
        yield "is another program"
    if _outside(old, new) != _outside(new, old):
        yield "has changed outside of the docstrings"


def _text(data: bytes) -> str:
    """Return a file's text with its line ends and the name of its encoding, which tells a byte order mark."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return f"{data.decode(encoding)}\n# {encoding}"


def _program(text: str) -> str:
    tree = ast.parse(text)
    for node in _classes(tree):
        if _docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


def _outside(text: str, other: str) -> str | list[str]:
    """Return a text without the docstrings of classes; its words only, where a class has one in one text.

    A new docstring brings whitespace with it, and opens up a class on one line.
    """
    own = [_docstring(node) for node in _classes(ast.parse(text))]
    others = [_docstring(node) for node in _classes(ast.parse(other))]
    added = any((mine is None) != (theirs is None) for mine, theirs in zip_longest(own, others))
    lines = [line.encode() for line in LINE.findall(text)]
    for node in sorted((node for node in own if node), key=lambda node: node.lineno, reverse=True):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        rest = lines[first][: node.col_offset] + lines[last][node.end_col_offset :]
        lines[first : last + 1] = [rest]
    kept = b"".join(lines).decode()
    return kept.split() if added else kept


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def _docstring(node: ast.ClassDef) -> ast.Constant | None:
    first = node.body[0] if node.body else None
    value = first.value if isinstance(first, ast.Expr) else None
    return value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _broken_findings(first: Analysis, second: Analysis, changed: Sequence[str]) -> Iterator[str]:
    """Yield the findings that are new, and the files that changed without having lost one."""
    before, after = _counted(first), _counted(second)
    for code, path, about in sorted(after - before):
        yield f"{path}: a new {code} about {about}"
    lost = {path for code, path, _ in before - after if code == "REG101"}
    yield from (f"{path}: changed and keeps its REG101" for path in changed if path not in lost)


def _counted(analysis: Analysis) -> Counter[tuple[str, str, str]]:
    return Counter((each.code, each.location.path, each.fingerprint) for each in analysis.findings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
