"""What `map(str.upper, names)` goes through, and `str.upper(name)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.project import text
from registry_lint.project.values import External, Literal, Member, Result, Value, Values, unite

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_OF_TEXT = "builtins.str."


def mapped(resolver: Resolver, functions: Values, sources: Values) -> Values | None:
    """Return the elements of a `map` by a method of texts, or None by anything else."""
    function = functions[0] if len(functions) == 1 else None
    if not isinstance(function, External):
        return None
    return of_text(function.name, (unite(*(resolver.element(source, ()) for source in sources)),))


def of_text(name: str, positional: tuple[Values, ...]) -> Values | None:
    """Return what an unbound method of texts gives (Built-in Types, "String Methods"), or None."""
    method = name.removeprefix(_OF_TEXT)
    if method == name or method not in text.PURE or len(positional) != 1 or not positional[0]:
        return None
    found = [_called(value, method) for value in positional[0]]
    return None if None in found else unite(*(group for group in found if group is not None))


def _called(value: Value, method: str) -> Values | None:
    if isinstance(value, Literal):
        return text.call_method(value.value, method, ()) if isinstance(value.value, str) else None
    return (Result(Member(value, method), ()),)
