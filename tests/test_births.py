"""Which container an annotation names: the same in every run, whatever order sets have."""

from __future__ import annotations

import pytest

from registry_lint.extract import extract
from registry_lint.facts import Bind
from registry_lint.project.births import container_annotation


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("List[str]", "list"),
        ("typing.Dict[str, type]", "dict"),
        ("set", "set"),
        ("ClassVar[DefaultDict[str, list]]", "defaultdict"),
        ("Final[Deque]", "deque"),
        ("Annotated[dict[str, int], 'said']", "dict"),
        ("OrderedDict[str, int]", "OrderedDict"),
        ("Widget", ""),
        ("tuple[list, ...]", ""),
    ],
)
def test_an_annotation_names_a_container(annotation: str, kind: str) -> None:
    (statement,) = extract(f"TABLE: {annotation} = made()\n").scopes[0].statements[:1]
    assert isinstance(statement, Bind)
    assert container_annotation(statement.annotation) == kind
