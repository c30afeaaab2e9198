"""What must hold of a rewritten file before it is written: the same program, the same bytes, nothing new."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence

from registry_lint.codemod.changes import parse
from registry_lint.codemod.outcomes import RefusalError
from registry_lint.codemod.sites import Text, class_at, docstring_node, place_of
from registry_lint.findings import DocumentRegistry, Finding


def prove_same_program(before: str, after: str, edits: Sequence[DocumentRegistry]) -> None:
    """Raise RefusalError unless the two texts are one program apart from the docstrings of these classes.

    The result must parse, its syntax tree must be equal once those docstrings are taken out, and so must
    its text, where only whitespace beside a docstring that was not there before may differ.
    """
    old, new = parse(before), parse(after)
    places = [place_of(old, edit) for edit in edits]
    pairs = [(class_at(old, place), class_at(new, place)) for place in places]
    _prove_text(before, after, pairs)
    for old_class, new_class in pairs:
        _remove_docstring(old_class)
        _remove_docstring(new_class)
    if ast.dump(old) != ast.dump(new):
        raise RefusalError("the rewritten file would not be the same program")


def prove_same_annotated(before: str, after: str, written: str, marks: int) -> None:
    """Raise RefusalError unless the texts are one program apart from `marks` new `ClassVar`s."""
    old, new = parse(before), parse(after)
    already, plain = _WithoutClassVar(written), _WithoutClassVar(written)
    same = ast.dump(plain.visit(new)) == ast.dump(already.visit(old))
    if not same or plain.count != already.count + marks:
        raise RefusalError("the annotated file would not be the same program")


class _WithoutClassVar(ast.NodeTransformer):
    """Takes `ClassVar` off annotations, and its name and itself out of imports."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.count = 0

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        annotation = node.annotation
        if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == self.written:
            self.count += 1
            node.annotation = annotation.slice
        elif ast.unparse(annotation) == self.written and node.value is not None:
            self.count += 1
            return ast.Assign([node.target], node.value)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | None:
        if node.module == "typing":
            node.names = [alias for alias in node.names if alias.name != "ClassVar"]
        return node if node.names else None


def prove_findings(before: Sequence[Finding], after: Sequence[Finding], registries: Sequence[str]) -> None:
    """Raise RefusalError unless REG101 is gone for these registries and no finding is new in the project."""
    undocumented = {finding.registry for finding in after if finding.code == "REG101"}
    for registry in registries:
        if registry in undocumented:
            raise RefusalError(f"the new docstring would not satisfy REG101 for {registry}")
    new = _counted(after) - _counted(before)
    if new:
        code, about = min(new)
        raise RefusalError(f"the rewrite would cause another finding, {code} about {about}")


def _counted(findings: Sequence[Finding]) -> Counter[tuple[str, str]]:
    return Counter((finding.code, finding.fingerprint) for finding in findings)


def _remove_docstring(node: ast.ClassDef) -> None:
    if docstring_node(node) is not None:
        del node.body[0]


def _prove_text(before: str, after: str, pairs: Sequence[tuple[ast.ClassDef, ast.ClassDef]]) -> None:
    """Raise RefusalError unless the texts are equal outside of the docstrings."""
    old, new = Text(before), Text(after)
    position = start = 0
    for old_class, new_class in sorted(pairs, key=lambda pair: (pair[1].lineno, pair[1].col_offset)):
        old_docstring, new_docstring = docstring_node(old_class), docstring_node(new_class)
        if new_docstring is None:
            raise RefusalError("the rewritten class would have no docstring")
        begin, end = new.span(new_docstring)
        kept = after[start:begin] if old_docstring else after[start:begin].rstrip()
        if not before.startswith(kept, position):
            raise RefusalError("the rewrite would change text outside of the docstring")
        position += len(kept)
        if old_docstring is not None:
            position += _length(old, old_docstring)
            start = end
        else:
            position = _skip_space(before, position)
            start = _skip_space(after, end)
    if before[position:] != after[start:]:
        raise RefusalError("the rewrite would change text outside of the docstring")


def _length(text: Text, node: ast.expr) -> int:
    start, end = text.span(node)
    return end - start


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position
