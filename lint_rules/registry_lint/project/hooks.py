"""Which functions frameworks call at start-up, which run when a worker starts, and which are tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from registry_lint.project.calls import CallGraph
from registry_lint.project.classes import Classes
from registry_lint.project.methods import decorator_names
from registry_lint.project.program import Module, Node, Site, is_test_path

if TYPE_CHECKING:
    from registry_lint.config import Config

_SIGNATURE = re.compile(r"([\w.]+)\(([\w\s,]*)\)")


class Hooks:
    """The configured hooks, matched against functions."""

    def __init__(self, config: Config, calls: CallGraph, classes: Classes) -> None:
        self._calls, self._classes = calls, classes
        self._startup = config.startup_hooks
        self._worker = config.worker_hooks
        self._keywords = frozenset(hook for hook in config.worker_hooks if hook.isidentifier())
        self._workers: dict[Node, Site | None] = {}
        self._starters: dict[Node, bool] = {}

    def startup(self, node: Node) -> bool:
        """True if a framework calls the function when a process starts."""
        if node not in self._starters:
            self._starters[node] = any(self._matches(node, hook) for hook in self._startup)
        return self._starters[node]

    def tests(self, node: Node) -> bool:
        """True for what test runners call: in a test file, or a method of a test case anywhere."""
        owner = node.parent
        if is_test_module(node.module) or owner is None or owner.kind != "class":
            return is_test_module(node.module)
        bases = [one.facts.name for one in self._classes.line(owner)[1:]]
        bases += [name.rpartition(".")[2] for name in self._classes.outside(owner)]
        return any(base.endswith("TestCase") for base in bases)

    def worker(self, node: Node) -> Site | None:
        """Return where a function is handed to workers, or its own place if its form says so."""
        if node not in self._workers:
            self._workers[node] = self._worker_of(node)
        return self._workers[node]

    def _worker_of(self, node: Node) -> Site | None:
        given = self._calls.given_as(node, self._keywords)
        if given is not None:
            return given
        if any(self._matches(node, hook) for hook in self._worker if hook not in self._keywords):
            return Site(node, node.facts.span, 0)
        return None

    def _matches(self, node: Node, hook: str) -> bool:
        if hook.startswith("@"):
            return any(_dotted_end(hook[1:], decorator) for decorator in _decorators(node))
        signature = _SIGNATURE.fullmatch(hook)
        name = signature.group(1) if signature else hook
        owner, _, method = name.rpartition(".")
        if node.facts.name != method or node.kind != "function":
            return False
        in_class = node.parent is not None and node.parent.kind == "class"
        if owner:
            return in_class and node.parent is not None and self._derives(node.parent, owner)
        if in_class:
            return False
        wanted = [part.strip() for part in signature.group(2).split(",") if part.strip()] if signature else []
        return [parameter.name for parameter in node.facts.parameters][: len(wanted)] == wanted

    def _derives(self, node: Node, owner: str) -> bool:
        line = self._classes.line(node)
        return any(one.facts.name == owner for one in line[1:]) or any(
            name.rpartition(".")[2] == owner for name in self._classes.outside(node)
        )


def _decorators(node: Node) -> list[str]:
    from registry_lint import facts

    found = []
    for decorator in node.facts.decorators:
        value = decorator.value.function if isinstance(decorator.value, facts.Call) else decorator.value
        parts: list[str] = []
        while isinstance(value, facts.Attribute):
            parts.append(value.attr)
            value = value.value
        if isinstance(value, facts.Name):
            parts.append(value.id)
        found.append(".".join(reversed(parts)))
    return found


def _dotted_end(wanted: str, found: str) -> bool:
    return found == wanted or found.endswith("." + wanted)


def is_test_module(module: Module) -> bool:
    """True for a test file or conftest, by the names that test runners collect."""
    return is_test_path(module.path)


def is_test_function(node: Node) -> bool:
    """True for a function whose arguments come from a test runner."""
    names = decorator_names(node)
    return is_test_module(node.module) and (node.facts.name.startswith("test") or "fixture" in names)
