"""Facts as they are stored: what was written comes back, and nothing else is taken for it."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from test_any_python import MODULES

from registry_lint.extract import extract, extract_tree
from registry_lint.storing import dump, load

GOOD = dump(extract("class A:\n    known = {'a': 1}\n\n\nA.known['b'] = 2\n"))


@given(MODULES)
def test_facts_survive_being_stored(text: str) -> None:
    try:
        facts = extract(text)
    except SyntaxError:
        return
    assert load(dump(facts)) == facts


def changed(change: str) -> str:
    *lines, number, packed = json.loads(GOOD)
    return json.dumps(
        {
            "another version": [*lines, number + 1, packed],
            "no facts": [*lines, number, packed[1]],
            "a field too few": [*lines, number, packed[:-1]],
            "a field too many": [*lines, number, [*packed, 1]],
            "an unknown shape": [*lines, number, [999, *packed[1:]]],
            "a text for a shape": [*lines, number, ["x", *packed[1:]]],
            "nothing": [*lines, number, []],
            "a part too few": [*lines, number],
            "a line too few": [lines[0][:-1], lines[1], number, packed],
            "an object": {},
            "a number": 1,
        }[change]
    )


@pytest.mark.parametrize(
    "text",
    [
        *map(
            changed,
            (
                "another version",
                "no facts",
                "a field too few",
                "a field too many",
                "an unknown shape",
                "a text for a shape",
                "nothing",
                "a part too few",
                "a line too few",
                "an object",
                "a number",
            ),
        ),
        "",
        GOOD[:-1],
        "[" * 100_000,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        load(text)


def test_what_is_too_deep_is_a_plain_error() -> None:
    with pytest.raises((ValueError, SyntaxError)):
        extract("D = {}\nD[1] = " + "-" * 100_000 + "1\n")
    tree = ast.parse("D = {}\nD[1] = a\n")
    for _ in range(5_000):
        test = ast.copy_location(ast.Constant(True), tree.body[1])
        tree.body[1] = ast.copy_location(ast.If(test, [tree.body[1]], []), tree.body[1])
    with pytest.raises(ValueError, match="nested too deeply to read"):
        extract_tree(tree, "D = {}\nD[1] = a\n")
