"""The second edit, which is asked for: `ClassVar` around the written type of a registry, and its import."""

from __future__ import annotations

import ast
import sys
from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

import libcst as cst
from libcst.helpers import get_full_name_for_node
from libcst.metadata import MetadataWrapper, PositionProvider

from registry_lint.codemod.changes import parse
from registry_lint.codemod.class_var import ClassVarName, find_class_var
from registry_lint.codemod.outcomes import RefusalError
from registry_lint.codemod.proofs import prove_same_annotated
from registry_lint.codemod.sites import Text, class_at, place_of
from registry_lint.codemod.transform import refusing_what_libcst_cannot_read
from registry_lint.findings import DocumentRegistry

# Types that say already that the attribute belongs to the class.
_MARKED = ("ClassVar", "Final")


class Target(NamedTuple):
    """A statement to annotate: where it starts, line and column in code points."""

    line: int
    column: int


def annotate_text(original: str, text: str, edits: Sequence[DocumentRegistry]) -> str:
    """Return `text`, the documented form of `original`, with `ClassVar` on the attributes of these edits.

    Attributes that are marked already, that have a type comment or that share their statement with other
    names stay as they are. Raises RefusalError when the result would be another program.
    """
    tree, lines = parse(text), Text(text)
    places = [place_of(parse(original), edit) for edit in edits]
    classes = [class_at(tree, place) for place in places]
    targets = [
        Target(statement.lineno, lines.column(statement.lineno, statement.col_offset))
        for node, edit in zip(classes, edits, strict=True)
        for statement in node.body
        if _is_target(statement, edit.attributes, lines)
    ]
    if not targets:
        return text
    name = find_class_var(tree, min(node.lineno for node in classes))
    with refusing_what_libcst_cannot_read():
        annotated = _apply(text, targets, name)
    prove_same_annotated(text, annotated, name.written, len(targets))
    return annotated


def _is_target(statement: ast.stmt, attributes: Sequence[str], lines: Text) -> bool:
    if isinstance(statement, ast.Assign):
        names, end = statement.targets, statement.end_lineno or statement.lineno
        has_comment = any("# type:" in lines.line(line) for line in range(statement.lineno, end + 1))
        return len(names) == 1 and _is_named(names[0], attributes) and not has_comment
    if isinstance(statement, ast.AnnAssign) and _is_named(statement.target, attributes):
        return not any(mark in ast.unparse(statement.annotation) for mark in _MARKED)
    return False


def _is_named(target: ast.expr, attributes: Sequence[str]) -> bool:
    return isinstance(target, ast.Name) and target.id in attributes


def _apply(text: str, targets: Sequence[Target], name: ClassVarName) -> str:
    module = cst.parse_module(text)
    if module.code != text:
        raise RefusalError("LibCST would not write the rest of it back as it is, so it cannot be annotated")
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    lines = [positions[statement].start.line for statement in wrapper.module.body]
    annotated = wrapper.visit(_Annotator(targets, name.written))
    if name.joins:
        return _with_name(annotated, lines.index(name.joins)).code
    if name.before:
        return _with_line(annotated, bisect_left(lines, name.before)).code
    return annotated.code


class _Annotator(cst.CSTTransformer):
    """Puts `ClassVar` on the assignments that start at the given places."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, targets: Sequence[Target], written: str) -> None:
        super().__init__()
        self._targets = frozenset(targets)
        self._written = cst.parse_expression(written)

    def _is_target(self, node: cst.CSTNode) -> bool:
        start = self.get_metadata(PositionProvider, node).start
        return Target(start.line, start.column) in self._targets

    def leave_Assign(  # noqa: N802
        self, original_node: cst.Assign, updated_node: cst.Assign
    ) -> cst.Assign | cst.AnnAssign:
        if not self._is_target(original_node):
            return updated_node
        return cst.AnnAssign(
            target=updated_node.targets[0].target,
            annotation=cst.Annotation(self._written),
            value=updated_node.value,
            equal=cst.AssignEqual(),
            semicolon=updated_node.semicolon,
        )

    def leave_AnnAssign(  # noqa: N802
        self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign
    ) -> cst.AnnAssign:
        if not self._is_target(original_node):
            return updated_node
        inner = cst.SubscriptElement(cst.Index(updated_node.annotation.annotation))
        wrapped = cst.Subscript(self._written, [inner])
        return updated_node.with_changes(annotation=updated_node.annotation.with_changes(annotation=wrapped))


def _with_name(module: cst.Module, at: int) -> cst.Module:
    """Return the module with ClassVar among the names of an import."""
    body = list(module.body)
    body[at] = _joined(body[at])
    return module.with_changes(body=body)


def _with_line(module: cst.Module, at: int) -> cst.Module:
    """Return the module with a new import in front of a statement, set off by blank lines as PEP 8 has it."""
    line = cst.parse_statement("from typing import ClassVar\n", config=module.config_for_parsing)
    body = list(module.body)
    following = body[at]
    leading = list(getattr(following, "leading_lines", ()))
    blank = cst.EmptyLine(indent=False)
    is_import = _is_import(following)
    if at > 0 and not _is_plain_import(body[at - 1]):
        line = line.with_changes(leading_lines=[blank])
        if is_import and leading and leading[0].comment is None:
            leading = leading[1:]
    wanted = 0 if _is_typing_sibling(following) else 1 if is_import else 2
    missing = wanted - sum(1 for _ in takewhile(lambda empty: empty.comment is None, leading))
    body[at] = following.with_changes(leading_lines=[*[blank] * missing, *leading])
    body.insert(at, line)
    return module.with_changes(body=body)


def _is_import(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(
        statement.body[0], cst.Import | cst.ImportFrom
    )


def _module_name(statement: cst.CSTNode) -> str:
    """Return what an import statement imports from, `` for a relative import or another statement."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return ""
    node = statement.body[0]
    if isinstance(node, cst.Import):
        return node.names[0].evaluated_name
    if isinstance(node, cst.ImportFrom) and node.module is not None and not node.relative:
        return get_full_name_for_node(node.module) or ""
    return ""


def _is_plain_import(statement: cst.CSTNode) -> bool:
    """Return whether an import of the standard library, `__future__` apart, may stand right below this."""
    return _module_name(statement) not in ("", "__future__")


def _is_typing_sibling(statement: cst.CSTNode) -> bool:
    """Return whether a statement imports from the standard library too, and so belongs to the same block."""
    return _module_name(statement).partition(".")[0] in sys.stdlib_module_names


def _joined(statement: cst.CSTNode) -> cst.SimpleStatementLine:
    assert isinstance(statement, cst.SimpleStatementLine)
    node = statement.body[0]
    assert isinstance(node, cst.ImportFrom)
    assert not isinstance(node.names, cst.ImportStar)
    names = list(node.names)
    at = _place_among([alias.evaluated_name for alias in names])
    new = cst.ImportAlias(cst.Name("ClassVar"), comma=_comma(names, at))
    if at == len(names):
        # The last name's comma moves to the new last one, so that a trailing comma stays one.
        last = names[-1]
        names[-1] = last.with_changes(comma=_comma(names, 0))
        new = new.with_changes(comma=last.comma)
    names.insert(at, new)
    return statement.with_changes(body=[node.with_changes(names=names), *statement.body[1:]])


def _place_among(names: Sequence[str]) -> int:
    """Return where ClassVar goes among names: by isort's order or the alphabet, if that is theirs."""
    for order in (_isort_key, str):
        if sorted(names, key=order) == list(names):
            return sum(order(name) < order("ClassVar") for name in names)
    return len(names)


def _isort_key(name: str) -> str:
    """Return a key that sorts constants before classes before functions, as isort and ruff do."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return f"{kind}{name}"


def _comma(names: Sequence[cst.ImportAlias], at: int) -> cst.Comma:
    """Return a comma with the whitespace that the commas of this import have."""
    commas = [alias.comma for alias in names[:-1] if isinstance(alias.comma, cst.Comma)]
    if not commas:
        return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return commas[min(at, len(commas) - 1)]
