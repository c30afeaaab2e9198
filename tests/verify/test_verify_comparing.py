"""What two processes hold, set against each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_lint.verify.answers import EntryPath, Holding
from registry_lint.verify.comparing import compare, shown


def holding(**entries: str) -> Holding:
    return Holding({("", repr(key)): (value,) for key, value in entries.items()})


@pytest.mark.parametrize(
    ("parent", "child", "word"),
    [
        (holding(a="m:f"), holding(a="m:f"), "same"),
        (holding(a="m:f", b="m:g"), holding(a="m:f"), "missing 1: b"),
        (holding(a="1", b="1", c="1", d="1"), holding(), "missing 4: a, b, c, …"),
        (holding(), holding(a="m:f"), "extra 1: a"),
        (holding(a="m:f"), holding(a="m:g"), "different object 1: a"),
        (holding(a="m:f"), holding(b="m:f"), "missing 1: a; extra 1: b"),
        (holding(), Holding({}, "module m is not imported"), "empty there (module m is not imported)"),
    ],
)
def test_the_word_for_a_difference(parent: Holding, child: Holding, word: str) -> None:
    assert compare(parent, child).word == word


def test_an_element_that_a_list_holds_less_often_is_missing() -> None:
    twice, once = Holding({("", "m:f"): ("", "")}), Holding({("", "m:f"): ("",)})
    assert compare(twice, once).missing == (("", "m:f"),)
    assert compare(once, twice).extra == (("", "m:f"),)


def test_what_lies_below_a_missing_entry_is_not_listed_again() -> None:
    nested = Holding({("", "'group'"): ("list",), ("", "'group'", "m:f"): ("",)})
    assert compare(nested, Holding({})).missing == (("", "'group'"),)
    assert compare(nested, Holding({("", "'group'"): ("list",)})).missing == (("", "'group'", "m:f"),)


@pytest.mark.parametrize(
    ("path", "text"),
    [(("", "'a'"), "a"), (("", "1"), "1"), (("_items", "'a'"), "a"), (("", "'a'", "'b'"), "a[b]")],
)
def test_keys_are_shown_as_people_write_them(path: EntryPath, text: str) -> None:
    assert shown(path) == text


holdings = st.dictionaries(
    st.sampled_from("abcd").map(lambda key: ("", repr(key))),
    st.lists(st.sampled_from(["m:f", "m:g"]), min_size=1, max_size=2).map(tuple),
).map(Holding)


@given(holdings)
def test_a_process_is_the_same_as_itself(one: Holding) -> None:
    assert compare(one, one).word == "same"


@given(holdings, holdings)
def test_what_one_lacks_the_other_has_in_addition(one: Holding, other: Holding) -> None:
    assert compare(one, other).missing == compare(other, one).extra
