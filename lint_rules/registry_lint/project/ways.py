"""In which ways a call may be made where a test decides what is handed over, and what comes of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.cases import leading
from registry_lint.project.conditions import Test
from registry_lint.project.outcomes import Outcome, identity
from registry_lint.project.program import Node
from registry_lint.project.values import Arguments, Values

if TYPE_CHECKING:
    from registry_lint.project.candidates import Candidates


class Way(NamedTuple):
    """Arguments of a call, and the tests that hold where they are these."""

    arguments: Arguments
    tests: tuple[Test, ...]


def chosen(candidates: Candidates, call: facts.Call, node: Node) -> Iterator[Way]:
    """Yield the arguments of a call, once for each of several things that a test decides between."""
    arguments = candidates.resolver.arguments(call, node)
    if not any(isinstance(one, facts.Starred) for one in call.arguments):
        for place, expression in enumerate(call.arguments):
            ways = _ways(candidates, expression, node)
            if ways:
                before, after = arguments.positional[:place], arguments.positional[place + 1 :]
                for tests, values in ways.items():
                    yield Way(arguments._replace(positional=(*before, values, *after)), tests)
                return
    for keyword in call.keywords:
        ways = _ways(candidates, keyword.value, node) if keyword.name is not None else {}
        if ways:
            for tests, values in ways.items():
                named = ((name, values if name == keyword.name else group) for name, group in arguments.named)
                yield Way(arguments._replace(named=tuple(named)), tests)
            return
    yield Way(arguments, ())


def _ways(candidates: Candidates, expression: Expression, node: Node) -> dict[tuple[Test, ...], Values]:
    """What an argument may be, by the tests that decide; empty where none does."""
    values = candidates.resolver.values(expression, node)
    if len(values) < 2 or not any(map(candidates.is_kept, values)):
        return {}
    found: dict[tuple[Test, ...], Values] = {}
    for value, tests in leading(candidates, expression, node):
        found[tests] = (*found.get(tests, ()), value)
    return {} if found.get((), ()) == values else found


def merged(found: Sequence[Outcome]) -> Iterable[Outcome]:
    """What comes of a call in several ways, under the tests that all of those have in common."""
    if len(found) < 2 or not any(one.tests for one in found):
        return found
    known: dict[object, Outcome] = {}
    for one in found:
        same = identity(one)
        before = known.get(same)
        tests = one.tests if before is None else tuple(test for test in before.tests if test in one.tests)
        known[same] = (before or one)._replace(tests=tests)
    return known.values()
