"""A stand-in for the analysis: it takes every class attribute bound to an empty container for a registry."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from registry_lint.config import Config
from registry_lint.findings import DocumentRegistry, Finding
from registry_lint.places import Location, Span
from registry_lint.project.contract import is_documented
from registry_lint.source import decode

CONTAINERS = {ast.Dict: "dict", ast.List: "list"}


class Judged(NamedTuple):
    root: Path
    findings: tuple[Finding, ...]


def analyse(root: Path, config: Config, *, overlay: Mapping[str, str] | None = None) -> Judged:
    """Return one finding for each undocumented registry in the Python files of a folder."""
    texts = {file.relative_to(root).as_posix(): file for file in sorted(root.rglob("*.py"))}
    read = {path: (overlay or {}).get(path) or decode(file.read_bytes()) for path, file in texts.items()}
    return Judged(
        root, tuple(finding for path, text in read.items() for finding in judge(path, text, config))
    )


def judge(path: str, text: str, config: Config) -> Iterator[Finding]:
    tree = ast.parse(text)
    for owner, node in classes(tree, ""):
        found = dict(registries(node))
        if not found or is_documented(ast.get_docstring(node) or "", config.contract_words):
            continue
        edit = edit_of(path, owner, node, found)
        for name in found:
            registry = f"{path.removesuffix('.py')}:{owner}.{name}"
            span = edit.location.span
            yield Finding(
                "REG101", "undocumented-registry", Location(path, span), "…", registry, registry, (), edit
            )


def edit_of(path: str, owner: str, node: ast.ClassDef, found: Mapping[str, str]) -> DocumentRegistry:
    module = path.removesuffix(".py")
    methods = [inner.name for inner in node.body if isinstance(inner, ast.FunctionDef)]
    return DocumentRegistry(
        owner=owner,
        location=Location(path, Span(node.lineno, 0, node.lineno, 0)),
        attributes=tuple(found),
        containers=tuple(found.values()),
        registrars=tuple(f"{module}:{owner}.{name}" for name in methods),
        ways=("call",) if methods else ("write",),
    )


def find(text: str, name: str) -> ast.ClassDef:
    """Return the class of this name."""
    return next(node for owner, node in classes(ast.parse(text), "") if owner == name)


def classes(node: ast.AST, above: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.ClassDef):
            yield f"{above}{inner.name}", inner
            yield from classes(inner, f"{above}{inner.name}.")
        elif not isinstance(inner, ast.Lambda):
            yield from classes(inner, above)


def registries(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for statement in node.body:
        value = getattr(statement, "value", None)
        targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
        if type(value) in CONTAINERS and isinstance(targets[0], ast.Name):
            yield targets[0].id, CONTAINERS[type(value)]
