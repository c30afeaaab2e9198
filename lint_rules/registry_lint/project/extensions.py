"""Writes by which functions of other modules add fixed entries to a table."""

from __future__ import annotations

from registry_lint.project.evidence import Writer, is_definition, is_written_out, names_definition
from registry_lint.project.program import Node, is_test_path
from registry_lint.project.values import Collection, Container, Instance, Value, Values

_ADDING = frozenset({"add", "join"})


def extending(container: Container, writers: list[Writer], home: Node) -> list[Writer]:
    """Return the writers that add a fixed entry to the table of another module.

    A class or function is one whatever else stands there. Texts and objects are where the table has
    such entries from its birth, and none under that key: else it is a value that is set.
    """
    if not isinstance(container.home, Node) or container.name == "__all__":
        return []
    foreign = [one for one in writers if one.node.module is not home.module]
    return [one for one in foreign if not is_test_path(one.node.module.path) and _extends(one, container)]


def _extends(writer: Writer, container: Container) -> bool:
    adds = writer.record.effect.operation in _ADDING
    if adds and is_definition(writer.value):
        return not any(getattr(value, "receiver", None) for value in writer.value)
    if names_definition(writer.record):
        return True
    known = container.contents
    if known is None or not known.values or not writer.value:
        return False
    if adds:
        return all(map(_is_text, writer.value))
    return _is_new(writer.key, known) and all(map(_is_entry, writer.value))


def _is_new(key: Values, known: Collection) -> bool:
    return (
        bool(key) and all(map(_is_text, key)) and not any(one in group for group in known.keys for one in key)
    )


def _is_text(value: Value) -> bool:
    return is_written_out(value) and isinstance(getattr(value, "value", ""), str)


def _is_entry(value: Value) -> bool:
    return _is_text(value) or isinstance(value, Instance)
