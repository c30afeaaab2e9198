"""What a function has just made, or was handed, and kept on a parameter: it did not come in with that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.project.handed import hands_in
from registry_lint.project.program import Site
from registry_lint.project.values import (
    ClassValue,
    FunctionValue,
    Instance,
    Member,
    ParameterValue,
    Value,
    Values,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_MAKING = frozenset({"__init__", "__new__", "__post_init__"})


def told(resolver: Resolver, values: Values, site: Site) -> Values:
    """Return the values at a site; after `self.handler = Handler()`, `self.handler` is that object."""
    return tuple(made for value in values for made in _made(resolver, value, site) or (value,))


def _made(resolver: Resolver, value: Value, site: Site) -> Values:
    """What the function itself has given the attribute before the site, whatever is tested there."""
    if not isinstance(value, Member) or not isinstance(value.value, ParameterValue):
        return ()
    owner, node = value.value, site.node
    if owner.node is not node or node.facts.name in _MAKING:
        return ()
    before = [s for s in resolver.assignments.within(node, owner.name, value.attr) if s.span < site.span]
    around = node.conditions(site)
    if not before or not all(condition in around for s in before for condition in node.conditions(s)):
        return ()
    found = resolver.values(before[-1].value, node)
    return found if all(map(_is_known, found)) else ()


def _is_known(value: Value) -> bool:
    if isinstance(value, ParameterValue):
        return True
    return isinstance(value, (Instance, ClassValue, FunctionValue)) and not hands_in(value)
