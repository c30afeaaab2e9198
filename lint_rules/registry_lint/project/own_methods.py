"""Objects that add themselves through a method that the container's own class has: `live.append(self)`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry_lint.project.evidence import Writer, is_self, outermost
from registry_lint.project.mutators import MUTATORS
from registry_lint.project.outcomes import Record, Source
from registry_lint.project.program import is_test_path
from registry_lint.project.values import Container, External, Result, Values

if TYPE_CHECKING:
    from registry_lint.project.classes import Classes

_WEAK = frozenset(map(External, ("weakref.ref", "weakref.proxy", "weakref.WeakMethod")))


def is_self_by_method(writer: Writer, container: Container, adds: list[Record], classes: Classes) -> bool:
    """Return whether all that call the container's own `append` hand it the object that they make."""
    method = outermost(writer.node)
    if container.node is None or method.name not in MUTATORS:
        return False
    if method.parent not in classes.line(container.node):
        return False
    called = list(_callers(writer, adds))
    return bool(called) and all(map(is_self, called))


def _callers(writer: Writer, adds: list[Record]) -> Iterator[Writer]:
    """The write as those see it that call the method: what they store, in terms of their parameters."""
    for record in adds:
        effect = record.effect
        direct = effect.origin == writer.record.effect.origin and len(effect.chain) == 1
        if direct and not is_test_path(record.node.module.path):
            seen = effect._replace(source=Source(effect.key, effect.value, record.open))
            yield Writer(record.node, record._replace(effect=seen))


def is_weak(container: Container, writers: list[Writer]) -> bool:
    """Return whether what is stored does not keep anything alive."""
    return container.kind.startswith("Weak") or all(_is_reference(w.value) for w in writers)


def _is_reference(values: Values) -> bool:
    return bool(values) and all(isinstance(one, Result) and one.callee in _WEAK for one in values)
