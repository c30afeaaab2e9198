"""Linking asks its questions in the same order in every run, whatever hashes strings have."""

from __future__ import annotations

import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from registry_lint.project.aliases import closure

PROGRAM = """\
from registry_lint.extract import extract
from registry_lint.project.program import ModuleFile, Program
from registry_lint.project.relevance import Relevance

TEXT = '''
@one.two(three, four=five)(six)
def first(): ...
class Second(two[five], six.seven(one)): ...
def third(given=five(six(seven))): ...
def one(): ...
def two(): ...
def three(): ...
def four(): ...
def five(): ...
def six(): ...
def seven(): ...
'''
program = Program([ModuleFile("mod.py", "mod", False, extract(TEXT))])
print(*(node.qualname for node in Relevance(program, (), set()).callees_first()))
"""
TABLES = st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef"), max_size=3))


def order(seed: int) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_scopes_come_in_the_same_order_whatever_the_seed() -> None:
    assert len({order(seed) for seed in range(4)}) == 1


@given(first=TABLES, second=TABLES, starts=st.lists(st.sampled_from("abcdef"), max_size=4))
def test_what_was_met_before_is_followed_no_more_and_lacks_nothing(
    first: dict[str, set[str]], second: dict[str, set[str]], starts: list[str]
) -> None:
    met: set[object] = set()
    news = [closure([start], first, second, met=met) for start in starts]
    assert met == closure(starts, first, second) == set().union(*news)
    assert sum(map(len, news)) == len(met)
