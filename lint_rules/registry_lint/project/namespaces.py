"""The names that a class binds, where a loop goes through them as the class registers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from registry_lint import facts
from registry_lint.facts import Condition, Expression
from registry_lint.project import applying, conditions, filters
from registry_lint.project.absence import is_plain_base
from registry_lint.project.binding import Known
from registry_lint.project.mutators import MUTATORS
from registry_lint.project.outcomes import Effect, Outcome
from registry_lint.project.program import Node, walk
from registry_lint.project.sifting import turning
from registry_lint.project.turns import turns, value_in
from registry_lint.project.values import (
    Blend,
    ClassValue,
    Container,
    Element,
    External,
    FunctionValue,
    Literal,
    Member,
    Result,
    Value,
    Values,
    literal,
    parts,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.conditions import Test
    from registry_lint.project.resolve import Resolver

# What Python puts into a class by itself, by version (Data model, "Special attributes"; abc; typing).
_BY_ITSELF = frozenset({
    "__module__", "__qualname__", "__doc__", "__dict__", "__weakref__", "__hash__", "__annotations__",
    "__annotate__", "__annotate_func__", "__annotations_cache__", "__conditional_annotations__",
    "__static_attributes__", "__firstlineno__", "__parameters__", "__orig_bases__", "__type_params__",
    "__abstractmethods__", "_abc_impl", "__classcell__", "__subclasshook__", "__init__",
    "_is_protocol", "_is_runtime_protocol", "__protocol_attrs__", "__non_callable_proto_members__",
    "__callable_proto_members_only__",
})  # fmt: skip
_PLAIN_METACLASSES = frozenset({"builtins.type", "abc.ABCMeta"})
_MAKERS = ("__new__", "__init__", "__prepare__")


class Names(NamedTuple):
    """The names of a namespace that are there for sure, and those that may be."""

    sure: tuple[str, ...]
    perhaps: frozenset[str]


# -- tests that cannot be asked -------------------------------------------------------------------------


def doubts(
    resolver: Resolver, node: Node, around: tuple[Condition, ...], outcome: Outcome
) -> tuple[Test, ...]:
    """Return a question that nobody can answer for each loop whose tests are not all kept."""
    met = turns(outcome.key) if isinstance(outcome, Effect) else []
    if not met or (_are_all_kept(resolver, node, around) and not _stops(node)):
        return ()
    return tuple(map(conditions.unanswered, met))


def _are_all_kept(resolver: Resolver, node: Node, around: tuple[Condition, ...]) -> bool:
    split = [part for condition in around for part in conditions.split(condition)]
    asked = conditions.asked(resolver, node, around)
    kept = sum(map(conditions.is_decidable, asked))
    return kept <= conditions.MOST_TESTS and all(
        conditions.is_decidable(test) or not _is_of_loop(node, expression)
        for (expression, _), test in zip(split, asked, strict=True)
    )


def _is_of_loop(node: Node, test: Expression) -> bool:
    """True for a test of something that the function has bound: it may be another in each turn."""
    return any(isinstance(part, facts.Name) and part.id in node.bindings for part in walk(test))


def _stops(node: Node) -> bool:
    """True for a function that may leave a loop with `return`: only some names are gone through."""
    loops = [one.span for one in node.facts.statements if _is_loop(one)]
    returns = (one.span for one in node.facts.statements if isinstance(one, facts.Return))
    return any(loop.line < one.line and loop.column <= one.column for loop in loops for one in returns)


def _is_loop(statement: facts.Statement) -> bool:
    return isinstance(statement, facts.Bind) and isinstance(statement.value, facts.Item)


# -- which names are keys -------------------------------------------------------------------------------


def keys(resolver: Resolver, effect: Effect, known: Known, found: Values) -> Values | None:
    """Return the keys of an effect in terms of what is known; `found` are those that its tests do not tell.

    Of a loop through the names of a class these are the names that the tests let through, a blend
    where one cannot be answered for some name, and None where no name is let through.
    """
    named = _named(resolver, effect, known)
    if named is not None:
        return named or None
    if len(found) < 2 or not effect.tests:
        return found
    return filters.let_through(resolver, found, filters.put(resolver, effect.tests, known))


def _named(resolver: Resolver, effect: Effect, known: Known) -> Values | None:
    for turn in turns(effect.key):
        for one in applying.substitute(resolver, turn, known):
            owner = _namespace_of(one)
            if owner is not None:
                return _let_through(resolver, effect, known, turn, owner)
    return None


def _namespace_of(value: Value) -> Value | None:
    """The source where a loop goes through the names of a known class."""
    source = value.value if isinstance(value, Element) and not value.index else None
    if isinstance(source, Member) and source.attr == "__dict__" and isinstance(source.value, ClassValue):
        return source
    if isinstance(source, Result) and source.callee == External("builtins.dir") and source.arguments:
        return source
    return None


def _let_through(resolver: Resolver, effect: Effect, known: Known, turn: Element, source: Value) -> Values:
    unknown: Values = (Blend((turn,)),)
    bound = _of_source(resolver, effect, source)
    if bound is None or len(turns(effect.key)) > 1:
        return unknown
    if any(_keys(resolver, effect, known, turn, name) != () for name in bound.perhaps):
        return unknown
    found = [_keys(resolver, effect, known, turn, name) for name in bound.sure]
    if None in found or any(not isinstance(one, Literal) for group in found for one in group or ()):
        return unknown
    return unite(*(group for group in found if group))


def _keys(resolver: Resolver, effect: Effect, known: Known, turn: Element, name: str) -> Values | None:
    """The keys in one turn of the loop; None where a test cannot be answered."""
    here = turning(known, turn, literal(name), single=True)
    here.done[value_in(turn)] = applying.substitute(resolver, Element(turn.value, (literal(name),)), known)
    for test in effect.tests:
        verdict = _verdict(resolver, test, here) if _is_about(test, turn) else True
        if verdict is not True:
            return None if verdict is None else ()
    return unite(*(applying.substitute(resolver, one, here) for one in _told(effect.key)))


def _told(key: Values) -> Values:
    """The elements of a list that the function has just made are those that it was made of."""
    return tuple(value for value in key if not _is_of_own_list(value)) or key


def _is_of_own_list(value: Value) -> bool:
    table = value.value if isinstance(value, Element) and not value.index else None
    if not isinstance(table, Container) or not isinstance(table.home, Node) or table.contents is None:
        return False
    return table.home.is_callable and table.name not in _changed(table.home)


def _is_about(test: Test, turn: Element) -> bool:
    return any(one in (turn, value_in(turn)) for one in _inside((*test.left, *test.right)))


def _verdict(resolver: Resolver, test: Test, known: Known) -> bool | None:
    changed = conditions.put(resolver, test, known)
    if changed is None or any(map(_is_wrapped, _inside(changed.left))):
        return None
    return conditions.decide(resolver, changed)


def _is_wrapped(value: Value) -> bool:
    """A function under a decorator is another thing in the namespace."""
    return isinstance(value, FunctionValue) and bool(value.node.facts.decorators)


def _inside(values: Iterable[Value]) -> Iterator[Value]:
    stack = list(values)
    while stack:
        yield (value := stack.pop())
        stack += parts(value)


# -- which names there are ------------------------------------------------------------------------------


def _of_source(resolver: Resolver, effect: Effect, source: Value) -> Names | None:
    function = effect.origin.node.function
    if function is None or not _is_untouched(function):
        return None
    found: Names | None = None
    if isinstance(source, Member) and isinstance(source.value, ClassValue):
        found = _own_names(resolver, source.value.node)
    elif isinstance(source, Result) and len(source.arguments) == 1 and len(source.arguments[0]) == 1:
        asked = source.arguments[0][0]
        found = _all_names(resolver, asked.node) if isinstance(asked, ClassValue) else None
    return found._replace(perhaps=found.perhaps | _given_by(function) - set(found.sure)) if found else None


def _given_by(function: Node) -> frozenset[str]:
    """The attributes that a function gives what it is given."""
    given = (one for one in function.facts.statements if isinstance(one, facts.SetAttribute))
    return frozenset(one.attr for one in given if getattr(one.object, "id", "") in function.parameters)


def _is_untouched(function: Node) -> bool:
    """True for a function that adds to no namespace that it is given."""
    return not any(name in function.parameters for name in _changed(function))


def _changed(function: Node) -> Iterator[str]:
    """The names whose things a function adds to or takes from."""
    for call, _ in function.calls:
        asked = call.function
        if isinstance(asked, facts.Attribute) and asked.attr in MUTATORS:
            yield getattr(asked.value, "id", "")
        if getattr(asked, "id", "") in ("setattr", "delattr") and call.arguments:
            yield getattr(call.arguments[0], "id", "")
    for statement in function.facts.statements:
        if isinstance(statement, (facts.SetItem, facts.Delete)):
            yield getattr(statement.object, "id", "")
        if isinstance(statement, facts.Update):
            yield getattr(statement.target, "id", "")


def _all_names(resolver: Resolver, node: Node) -> Names | None:
    """What `dir(cls)` gives (Built-in Functions, "dir")."""
    line = [_own_names(resolver, one) for one in resolver.classes.line(node)]
    told = [one for one in line if one is not None]
    if len(told) < len(line):
        return None
    sure = tuple(dict.fromkeys(name for one in told for name in one.sure))
    return Names(sure, frozenset(dir(object)).union(*(one.perhaps for one in told)) - set(sure))


def _own_names(resolver: Resolver, node: Node) -> Names | None:
    """The names in a class's own namespace; None where nobody can say."""
    metaclass = resolver.classes.metaclass(node)
    makers = resolver.classes.line(metaclass) if metaclass is not None else ()
    line = resolver.classes.line(node)
    bases = [base for one in (*line, *makers) for base in resolver.classes.bases(one)]
    if "__slots__" in node.bindings or not all(isinstance(b, ClassValue) or _is_plain(b) for b in bases):
        return None
    if metaclass is None and not all(_is_plain(one) for owner in line for one in _made_by(resolver, owner)):
        return None
    if any(not resolver.classes.bases(one) for one in (*line, *makers) if one.facts.bases):
        return None
    if not all(_is_untouched(child) for one in makers for child in one.children if child.name in _MAKERS):
        return None
    bound = {name: _is_sure(node, name) for name in node.bindings}
    if None in bound.values():
        return None
    given = frozenset(resolver.assignments.on_classes((*line, *makers)))
    sure = tuple(name for name, there in bound.items() if there)
    return Names(sure, (_BY_ITSELF | given) - set(sure))


def _is_plain(base: Value) -> bool:
    return is_plain_base(base, False) or (isinstance(base, External) and base.name in _PLAIN_METACLASSES)


def _made_by(resolver: Resolver, node: Node) -> Values:
    """The metaclass that a class statement names."""
    given = (one.value for one in node.facts.keywords if one.name == "metaclass")
    return unite(*(resolver.values(one, node.parent or node) for one in given))


def _is_sure(node: Node, name: str) -> bool | None:
    """True for a name that the class body binds, False for one that it only declares, else None."""
    found = node.bindings[name]
    if any(isinstance(one, facts.Bind) and _is_of_comprehension(node, one) for one in found):
        return False if len(found) == 1 else None
    real = [one for one in found if not _declares(one)]
    if not real:
        return False
    deleted = (one.object for one in node.facts.statements if isinstance(one, facts.Delete))
    if any(getattr(one, "id", "") == name for one in deleted):
        return None
    left = min(one.span.column for one in node.facts.statements)
    plain = any(not node.conditions(one) and _is_at(node, one, left) for one in real)
    return True if plain else None


def _declares(statement: facts.Statement) -> bool:
    bare = isinstance(statement, facts.Bind) and statement.value == facts.Opaque(())
    return bare and getattr(statement, "annotation", None) is not None


def _is_of_comprehension(node: Node, statement: facts.Bind) -> bool:
    """The variable of a comprehension is not bound in the class around it."""
    if not isinstance(statement.value, facts.Item):
        return False
    own = statement.span
    return any(
        one.span.line <= own.line and own.end_line <= one.span.end_line and one.span != own
        for one in node.facts.statements
        if one is not statement
    )


def _is_at(node: Node, statement: facts.Statement, left: int) -> bool:
    """True for a statement that stands in the class body itself: not in a loop, `try` or `with`."""
    if isinstance(statement, facts.Bind) and isinstance(statement.value, facts.Item):
        return False
    line = statement.span.line
    return any(one.span.column == left and one.span.line == line for one in node.facts.statements)
