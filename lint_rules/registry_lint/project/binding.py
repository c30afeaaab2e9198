"""The values of a function's parameters in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.project.program import Node
from registry_lint.project.values import Arguments, Blend, Collection, FunctionValue, Value, Values, literal

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


class Known(dict[tuple[Node, str], Values]):
    """The values of parameters in one call; `done` remembers what was put in terms of them.

    It is `single` where one turn of a loop is asked about: what cannot be told then is not known.
    """

    def __init__(self, *arguments: dict[tuple[Node, str], Values], single: bool = False) -> None:
        super().__init__(*arguments)
        self.done: dict[Value, Values] = {}
        self.single = single


def bind(resolver: Resolver, callee: FunctionValue, arguments: Arguments) -> Known:
    """Return the values of a function's parameters (and of those around it) in a call."""
    known = Known({(node, name): values for node, name, values in callee.environment})
    positional = list(arguments.positional)
    if callee.receiver is not None:
        positional.insert(0, (callee.receiver,))
    named = dict(arguments.named)
    node = callee.node
    more = (arguments.options,) if arguments.options else ()
    for parameter in node.facts.parameters:
        key = (node, parameter.name)
        if parameter.kind == "positional" and positional:
            known[key] = positional.pop(0)
        elif parameter.kind in ("positional", "keyword") and parameter.name in named:
            known[key] = named.pop(parameter.name)
        elif parameter.kind == "star":
            groups = (*positional, *((arguments.rest,) if arguments.rest else ()))
            known[key] = (Collection("tuple", (), groups),)
            positional = []
        elif parameter.kind == "double-star":
            keys = (*((literal(name),) for name in named), *more)
            known[key] = (Collection("dict", keys, (*named.values(), *more)),)
        elif arguments.rest and parameter.kind == "positional":
            known[key] = arguments.rest
        elif arguments.options:
            known[key] = _option(resolver, arguments.options, parameter.name)
        elif parameter.default is not None:
            known[key] = resolver.values(parameter.default, node.parent or node) or (Blend(()),)
        else:
            known[key] = (Blend(()),)
    return known


def _option(resolver: Resolver, options: Values, name: str) -> Values:
    """What `**options` gives for one parameter."""
    return resolver.each(lambda one: resolver.element(one, (literal(name),)), options)
