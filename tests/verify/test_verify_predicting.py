"""Which place an entry comes from, and where prediction and proof disagree."""

from __future__ import annotations

import pytest
from worlds import record, registration

from registry_lint.places import Step
from registry_lint.project.model import Phase
from registry_lint.verify.answers import Holding, Seen
from registry_lint.verify.predicting import judge, origin, origin_seen

MODULES = {"zoo.py": "zoo", "late.py": "late"}


def seen(*keys: str, imported: tuple[str, ...] = ("zoo", "late")) -> Seen:
    return Seen({"zoo:REG": Holding({("", repr(key)): ("zoo:f",) for key in keys})}, frozenset(imported))


def test_the_key_decides_which_place_an_entry_comes_from() -> None:
    known = record(
        "zoo:REG", [registration("a", "zoo.py", 1, "import"), registration("b", "zoo.py", 2, "late")]
    )
    found = origin(known, ("", "'b'"))
    assert found is not None
    assert found.location.span.line == 2


def test_without_a_static_key_the_value_decides() -> None:
    known = record(
        "zoo:REG", [registration(None, "zoo.py", 1, "late", "zoo:f"), registration(None, "zoo.py", 2, "late")]
    )
    found = origin(known, ("", "'b'"), ("zoo:f",))
    assert found is not None
    assert found.location.span.line == 1


def test_two_places_without_a_key_are_no_answer() -> None:
    known = record("zoo:REG", [registration(None, "zoo.py", line, "late") for line in (1, 2)])
    assert origin(known, ("", "'b'")) is None


def test_of_places_with_one_key_that_of_an_imported_module_is_meant() -> None:
    places = [registration("a", "late.py", 1, "main-guard"), registration("a", "zoo.py", 2, "late")]
    known = record("zoo:REG", places)
    for imported, line in [(("late", "zoo"), 1), (("zoo",), 2), ((), 1)]:
        found = origin_seen(known, MODULES, seen("a", imported=imported), ("", "'a'"))
        assert found is not None
        assert found.location.span.line == line


@pytest.mark.parametrize(
    ("phase", "parent", "child", "words"),
    [
        ("import", seen("a"), seen("a"), []),
        ("import", seen("a"), seen(), ["predicted import, missing under spawn"]),
        (
            "import",
            seen("a"),
            seen(imported=("zoo",)),
            ["predicted import, missing under spawn (its module is not imported there)"],
        ),
        ("import", seen(), seen(), ["predicted import, absent in the parent"]),
        ("import", seen(imported=()), seen(), []),
        ("late", seen("a"), seen(), []),
        ("late", seen("a"), seen("a"), ["predicted late, present under spawn"]),
        ("main-guard", seen("a"), seen("a"), ["predicted main-guard, present under spawn"]),
        ("lookup", seen("a"), seen(), []),
        ("worker", seen("a"), seen("a"), []),
    ],
)
def test_where_the_proof_contradicts_the_prediction(
    phase: Phase, parent: Seen, child: Seen, words: list[str]
) -> None:
    known = record("zoo:REG", [registration("a", "late.py", 1, phase)])
    verdict = judge(known, MODULES, parent, {"spawn": child})
    assert [each.words for each in verdict.disagreements] == words


@pytest.mark.parametrize("key", [r"(\S+:)?s3://", "it's", "a\nb"])
def test_a_key_is_the_same_however_it_is_written(key: str) -> None:
    known = record("zoo:REG", [registration(key, "late.py", 1, "import")])
    assert not judge(known, MODULES, seen(key), {"spawn": seen(key)}).disagreements


def test_a_late_entry_that_fork_has_copied_is_no_contradiction() -> None:
    known = record("zoo:REG", [registration("a", "late.py", 1, "late")])
    assert not judge(known, MODULES, seen("a"), {"fork": seen("a")}).disagreements


def test_a_key_inside_an_entry_is_no_key_of_the_registry() -> None:
    known = record("zoo:REG", [registration("a", "late.py", 1, "late")])
    nested = Seen({"zoo:REG": Holding({("", "'b'", "'a'"): ("1",)})}, frozenset({"zoo", "late"}))
    assert not judge(known, MODULES, nested, {"spawn": nested}).disagreements
    assert origin(known, ("", "'b'", "'a'")) is None


@pytest.mark.parametrize(
    ("imported", "words"),
    [
        (("zoo", "late"), []),
        (("zoo", "late", "trigger"), ["predicted import, absent in the parent"]),
    ],
)
def test_what_another_module_s_body_brings_about_is_tested_only_if_that_one_ran(
    imported: tuple[str, ...], words: list[str]
) -> None:
    steps = (Step("trigger.py", 3, "module body calls fill"), Step("late.py", 1, "in fill"))
    entry = registration("a", "late.py", 1, "import")._replace(trace=steps)
    here = seen(imported=imported)
    modules = {**MODULES, "trigger.py": "trigger"}
    verdict = judge(record("zoo:REG", [entry]), modules, here, {"spawn": here})
    assert [each.words for each in verdict.disagreements] == words


def test_predictions_that_hold_are_counted() -> None:
    known = record("zoo:REG", [registration(key, "zoo.py", 1, "import") for key in "abc"])
    assert judge(known, MODULES, seen("a", "b"), {"spawn": seen("a", "b")}).agreed == 2


@pytest.mark.parametrize(
    ("method", "parent", "child", "agreed"),
    [
        ("spawn", seen("a"), seen(), 1),
        ("spawn", seen("a"), seen("a"), 0),
        ("spawn", seen(), seen(), 0),
        ("fork", seen("a"), seen("a"), 0),
    ],
    ids=["missing as predicted", "contradicted", "never made", "fork copies everything"],
)
@pytest.mark.parametrize("phase", ["late", "main-guard"])
def test_that_workers_lack_an_entry_is_a_prediction_too(
    method: str, parent: Seen, child: Seen, agreed: int, phase: Phase
) -> None:
    known = record("zoo:REG", [registration("a", "late.py", 1, phase)])
    assert judge(known, MODULES, parent, {method: child}).agreed == agreed


@pytest.mark.parametrize(
    "holding",
    [
        Holding({("", "zoo:Net"): ("",)}),
        Holding({("", "zoo:Net object"): ("",)}),
        Holding({("", "1"): ("zoo:Net",)}),
    ],
    ids=["the element", "an instance", "the value of a computed key"],
)
def test_without_a_static_key_the_definition_is_looked_for(holding: Holding) -> None:
    known = record("zoo:REG", [registration(None, "zoo.py", 1, "import", "zoo:Net")])
    parent = Seen({"zoo:REG": holding}, frozenset({"zoo"}))
    empty = Seen({"zoo:REG": Holding({})}, frozenset({"zoo"}))
    assert judge(known, MODULES, parent, {"spawn": parent}).agreed == 1
    found = judge(known, MODULES, parent, {"spawn": empty}).disagreements
    assert [each.words for each in found] == ["predicted import, missing under spawn"]
