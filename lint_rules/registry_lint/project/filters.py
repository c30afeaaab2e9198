"""Which of several keys the tests around a write let through: `for name in names: if not hidden(name): …`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from registry_lint.project import applying, conditions
from registry_lint.project.binding import Known
from registry_lint.project.conditions import Test
from registry_lint.project.values import Literal, Value, Values, parts

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

# How deep in a question the key stands that it asks about.
_DEEPEST = 5


def let_through(resolver: Resolver, keys: Values, tests: Iterable[Test]) -> Values:
    """Return the keys without those of which a test is known to fail.

    A test asks about a key where what it asks is made of that text. All are returned where none is left:
    then the tests were not about the keys.
    """
    if len(keys) < 2:
        return keys
    asked = [test for test in tests if len(test.left) > 1]
    left = tuple(key for key in keys if not any(_fails(resolver, key, test) for test in asked))
    return left or keys


def put(resolver: Resolver, tests: Iterable[Test], known: Known) -> list[Test]:
    """Return tests with arguments for parameters, each with every value that it asks about."""
    return [
        test._replace(left=applying.substitute(resolver, test.left[0], known)) for test in tests if test.left
    ]


def _fails(resolver: Resolver, key: Value, test: Test) -> bool:
    if not isinstance(key, Literal):
        return False
    about = [one for one in test.left if _is_made_of(one, key, _DEEPEST)]
    return len(about) == 1 and conditions.decide(resolver, test._replace(left=(about[0],))) is False


def _is_made_of(value: Value, key: Literal, depth: int) -> bool:
    return value == key or (depth > 0 and any(_is_made_of(part, key, depth - 1) for part in parts(value)))
