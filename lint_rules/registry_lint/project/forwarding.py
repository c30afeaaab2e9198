"""Calls that hand on `*args` and `**options`: what they register, their callers know."""

from __future__ import annotations

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project.methods import is_method
from registry_lint.project.outcomes import Invocation, Outcome
from registry_lint.project.program import Node, Site, walk
from registry_lint.project.values import Blend, ParameterValue


def forwarded(outcome: Outcome, call: facts.Call, site: Site) -> Outcome:
    """Return the outcome of a call, as its callers must know it where it spreads what they hand in.

    `register(**options)` and `register(**checked(options))` register that, whatever becomes of it on the
    way; of what stands in a name of the function's own nobody can say what is registered.
    """
    if isinstance(outcome, Invocation) or outcome.fixed != site or site.node.function is None:
        return outcome
    spread: list[Expression] = [one for one in call.arguments if isinstance(one, facts.Starred)]
    spread += [keyword.value for keyword in call.keywords if not keyword.name]
    names = {name for one in spread for name in _names(one)}
    own = [parameter.name for parameter in site.node.facts.parameters[is_method(site.node) :]]
    if not names.isdisjoint(own):
        given = Blend(tuple(ParameterValue(site.node, name) for name in own))
        return outcome._replace(fixed=None, value=(*outcome.value, given))
    if not names.isdisjoint(_handed(site.node)):
        return outcome._replace(fixed=None, forwarded=True)
    return outcome


def _handed(node: Node) -> set[str]:
    """The parameters of a function, and the local names for what it makes of them."""
    handed = {parameter.name for parameter in node.facts.parameters[is_method(node) :]}
    for statement in node.facts.statements:
        if isinstance(statement, facts.Bind) and _names(statement.value) & handed:
            handed.add(statement.target)
    return handed


def _names(expression: Expression) -> set[str]:
    return {part.id for part in walk(expression) if isinstance(part, facts.Name)}
