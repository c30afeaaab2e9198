"""What running a scope may do to containers."""

from __future__ import annotations

from typing import NamedTuple

from registry_lint.project.binding import Known
from registry_lint.project.conditions import Test
from registry_lint.project.handed import root
from registry_lint.project.program import Node, Site
from registry_lint.project.values import (
    Arguments,
    BuiltType,
    ClassValue,
    Collection,
    Container,
    Element,
    Fallback,
    FunctionValue,
    Instance,
    ModuleValue,
    ParameterValue,
    Partial,
    SuperValue,
    Value,
    Values,
)

# What can be written to or called, or hold such a thing.
_SUBSTANTIAL = (
    *(Instance, ClassValue, FunctionValue, ModuleValue, Container, Collection),
    *(Partial, Fallback, SuperValue, BuiltType),
)


class Source(NamedTuple):
    """Key and value of a write in terms of its function, and whether they were handed in there.

    `own` says that what is stored was an entry of the same container before.
    """

    key: Values
    value: Values
    open: bool
    own: bool = False


class Effect(NamedTuple):
    """A write to `target`, in terms of the parameters of the scope that is asked.

    `fixed` is the site where key and value became known, `registrar` what was called there (None
    for a direct write), `chain` the call sites from the asked scope down to the write at `origin`.
    `forwarded` says that key or value are worked out on the way from what callers hand in: nobody
    can say what is registered. `through` is what the write reaches the container by: `instance`,
    `class`, `made` (a metaclass's class), `parameter` or `name`.
    """

    target: Value
    operation: str
    key: Values
    value: Values
    origin: Site
    chain: tuple[Site, ...] = ()
    fixed: Site | None = None
    registrar: Node | None = None
    way: str = "write"
    tests: tuple[Test, ...] = ()
    through: str = "name"
    source: Source | None = None
    forwarded: bool = False


class Invocation(NamedTuple):
    """A call of something that only the caller knows: a parameter, or a method of one."""

    callee: Value
    arguments: Arguments
    site: Site
    way: str
    tests: tuple[Test, ...] = ()


class Record(NamedTuple):
    """An effect on a known container, seen from a scope; `open` if it depends on that scope's parameters."""

    container: Container
    effect: Effect
    node: Node
    open: bool


Outcome = Effect | Invocation


class Noted:
    """An outcome of a statement or call, and what came of settling it where that cannot change."""

    __slots__ = ("outcome", "same", "settled")

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.same = outcome, identity(outcome)
        self.settled: Settled | None = None


class Settled(NamedTuple):
    """What callers must know of an outcome, and the records of the containers that it is known to reach."""

    kept: Outcome | None
    records: tuple[Record, ...]


def identity(outcome: Outcome) -> tuple[object, ...]:
    """Return what two outcomes have in common that differ only in how they are reached."""
    if isinstance(outcome, Invocation):
        return (outcome.callee, outcome.arguments, outcome.site.span, outcome.site.node)
    fixed = outcome.fixed
    return (
        outcome.target,
        outcome.operation,
        outcome.key,
        outcome.value,
        outcome.origin,
        fixed,
        outcome.registrar,
    )


def place(outcome: Outcome) -> tuple[object, ...]:
    """Return where an outcome comes from and what it is done to, whatever is stored there."""
    if isinstance(outcome, Invocation):
        return (outcome.site.node, outcome.site.span, getattr(outcome.callee, "attr", ""))
    return (outcome.origin, outcome.operation, outcome.target if outcome.target.depth < 3 else None)


def outermost(target: Value) -> Value:
    """Return the container itself for what is below its first level."""
    while isinstance(target, Element):
        target = target.value
    return target


def is_worthwhile(outcome: Outcome, known: Known) -> bool:
    """False where what is written to, or called, hangs on an argument that can be neither."""
    value = root(outcome.callee if isinstance(outcome, Invocation) else outcome.target)
    if not isinstance(value, ParameterValue):
        return True
    given = known.get((value.node, value.name))
    return given is None or any(one.free or isinstance(one, _SUBSTANTIAL) for one in given)
