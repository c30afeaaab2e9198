"""Which of its parameters a function calls: itself, or by handing them on to one that does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from registry_lint import facts
from registry_lint.project.binding import bind
from registry_lint.project.program import Node, Site
from registry_lint.project.values import ClassValue, FunctionValue, Instance, ParameterValue, Value

if TYPE_CHECKING:
    from registry_lint.project.effects import Effects

Parameter: TypeAlias = "tuple[Node, str]"


class Invoked:
    """Follows parameters from call to call; what a function does with its own is remembered."""

    def __init__(self, effects: Effects) -> None:
        self._effects, self._resolver = effects, effects.resolver
        self._called: dict[Node, set[str]] = {}
        self._onward: dict[Node, dict[str, list[Parameter]]] = {}
        self._answers: dict[Node, set[str]] = {}

    def of(self, node: Node) -> set[str]:
        """Return the parameters of a function that are called, however many functions they pass through."""
        if node not in self._answers:
            self._answers[node] = {name for name in node.parameters if self._is_called(node, name)}
        return self._answers[node]

    def _is_called(self, node: Node, name: str) -> bool:
        met = {(node, name)}
        queue = [(node, name)]
        while queue:
            function, given = queue.pop()
            if given in self._calls(function):
                return True
            for onward in self._hands_on(function).get(given, ()):
                if onward not in met:
                    met.add(onward)
                    queue.append(onward)
        return False

    def _calls(self, node: Node) -> set[str]:
        if node not in self._called:
            self._called[node] = self._effects.invoked_parameters(node)
        return self._called[node]

    def _hands_on(self, node: Node) -> dict[str, list[Parameter]]:
        """`def later(hook): now(hook)`: what each parameter is called where it is handed to."""
        if node not in self._onward:
            found = self._onward[node] = {}
            for call, site in node.calls:
                given = (*call.arguments, *(keyword.value for keyword in call.keywords))
                if any(isinstance(one, facts.Name) and one.id in node.parameters for one in given):
                    for name, onward in self._bound(call, site):
                        found.setdefault(name, []).append(onward)
        return self._onward[node]

    def _bound(self, call: facts.Call, site: Site) -> Iterator[tuple[str, Parameter]]:
        for callee in self._resolver.values(call.function, site.node):
            run = self.run_by(callee)
            if run is not None:
                known = bind(self._resolver, run, self._resolver.arguments(call, site.node))
                for name in run.node.parameters:
                    for value in known.get((run.node, name), ()):
                        if isinstance(value, ParameterValue) and value.node is site.node:
                            yield value.name, (run.node, name)

    def run_by(self, callee: Value) -> FunctionValue | None:
        """Return the function that runs when something is called: of a class, its `__init__`."""
        if isinstance(callee, ClassValue):
            for value in self._resolver.member(callee, "__init__"):
                if isinstance(value, FunctionValue):
                    return FunctionValue(value.node, value.environment, Instance(callee.node, None))
        return callee if isinstance(callee, FunctionValue) else None
