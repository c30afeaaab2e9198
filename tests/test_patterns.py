"""Patterns of the code that is checked are run on short texts only, and only those that end soon."""

from __future__ import annotations

import pytest

from registry_lint.project.patterns import substituted
from registry_lint.project.values import Blend, Values, literal


def text(known: str) -> Values:
    return (literal(known),)


@pytest.mark.parametrize(
    ("pattern", "new", "old", "made"),
    [
        ("[^a-z]", "-", "Res Net", "-es--et"),
        (r"(?<!^)(?=[A-Z])", "_", "ResNet", "Res_Net"),
        (r"(.)([A-Z][a-z]+)", r"\1_\2", "ResNet", "Res_Net"),
        ("(Handler|Plugin)$", "", "CsvHandler", "Csv"),
        (r"^test_?", "", "test_csv", "csv"),
    ],
)
def test_names_are_made_as_python_makes_them(pattern: str, new: str, old: str, made: str) -> None:
    assert substituted(text(pattern), text(new), text(old)) == text(made)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*$",
        "a?" * 40 + "a" * 40,
        "(a|a)" * 30 + "b",
        "a*a*a*a*b",
        "(a{1,30}){1,30}b",
        "a" * 201,
    ],
)
def test_patterns_that_may_not_end_are_not_run(pattern: str) -> None:
    assert substituted(text(pattern), text(""), text("a" * 60)) is None


@pytest.mark.parametrize("pattern", ["(", "[", "*", r"(?P<n>a)(?P<n>b)"])
def test_patterns_that_are_none_give_nothing(pattern: str) -> None:
    assert substituted(text(pattern), text(""), text("a")) is None


def test_what_is_not_known_gives_nothing() -> None:
    assert substituted((Blend(()),), text(""), text("a")) is None
