"""Which statements and method calls write to a container, and what a call leads to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project import cases, conditions, filters, namespaces, outcomes, ways
from registry_lint.project.callees import unbound
from registry_lint.project.creation import class_made
from registry_lint.project.defaults import by_default
from registry_lint.project.elements import as_attribute, is_slice
from registry_lint.project.forwarding import forwarded
from registry_lint.project.growing import extended
from registry_lint.project.handed import hands_in
from registry_lint.project.methods import binding, is_method
from registry_lint.project.mutators import ADDING, JOINING, KEYED, REMOVING, method_of
from registry_lint.project.narrowing import narrowed
from registry_lint.project.opening import fix, is_open
from registry_lint.project.program import Node, Site, walk
from registry_lint.project.values import (
    Arguments,
    Blend,
    BuiltType,
    ClassValue,
    Collection,
    Container,
    Element,
    Fallback,
    FunctionValue,
    Instance,
    Literal,
    Member,
    ParameterValue,
    Result,
    SuperValue,
    Value,
    Values,
)

if TYPE_CHECKING:
    from registry_lint.project.effects import Effects
    from registry_lint.project.outcomes import Effect, Noted, Outcome
    from registry_lint.project.resolve import Resolver

_MOST_ENTRIES = 2000
_MAPPINGS = frozenset({
    "dict", "defaultdict", "OrderedDict", "UserDict", "WeakValueDictionary", "WeakKeyDictionary",
})  # fmt: skip


def read(all_effects: Effects, node: Node) -> Iterator[Noted]:
    """Yield the writes and calls of a scope, each under the tests around it."""
    if node not in all_effects.writing:
        found = (one for one in node.facts.statements if _may_write(all_effects, node, one))
        all_effects.writing[node] = tuple(found)
    for statement in all_effects.writing[node]:
        yield from all_effects.remembered(statement, partial(_written, all_effects, node, statement))
    for call, site in node.calls:
        if all_effects.relevance.may_act(call.function, node):
            yield from all_effects.remembered(call, partial(_made, all_effects, node, call, site))


def _may_write(all_effects: Effects, node: Node, statement: facts.Statement) -> bool:
    """False for most statements: whatever stands in them, they add to no container that others know."""
    if isinstance(statement, facts.Bind):
        own = statement.target not in node.facts.outer_names
        return not own and _mentions_name(statement.value, statement.target)
    if isinstance(statement, facts.SetAttribute):
        return _mentions_attribute(statement.value, statement.attr)
    if isinstance(statement, (facts.SetItem, facts.Delete)):
        return all_effects.relevance.may_write(statement.object, node)
    if isinstance(statement, facts.Update):
        return all_effects.relevance.may_write(statement.target, node)
    return isinstance(statement, facts.Define)


def _written(all_effects: Effects, node: Node, statement: facts.Statement) -> Iterator[Outcome]:
    return _tested(all_effects, node, statement.when, _statement(all_effects, node, statement))


def _made(all_effects: Effects, node: Node, call: facts.Call, site: Site) -> Iterator[Outcome]:
    return _tested(all_effects, node, site.when, _call(all_effects, node, call, site))


def _tested(all_effects: Effects, node: Node, when: int, found: Iterator[Outcome]) -> Iterator[Outcome]:
    around = node.facts.whens[when]
    if not around:
        yield from found
    elif not conditions.is_type_checking(around):
        tests: tuple[conditions.Test, ...] | None = None
        for outcome in found:
            if tests is None:
                tests = conditions.read_tests(all_effects.resolver, node, around) if node.function else ()
            doubts = namespaces.doubts(all_effects.resolver, node, around, outcome) if node.function else ()
            yield _under(_filtered(all_effects, node, around, outcome), (*doubts, *tests))


def _filtered(all_effects: Effects, node: Node, around: tuple[facts.Condition, ...], one: Outcome) -> Outcome:
    """Of several keys, those that the tests around let through."""
    if not isinstance(one, outcomes.Effect) or len(one.key) < 2:
        return one
    resolver = all_effects.resolver
    key = filters.let_through(resolver, one.key, conditions.asked(resolver, node, around))
    return one if key == one.key else one._replace(key=key)


def _under(outcome: Outcome, tests: tuple[conditions.Test, ...]) -> Outcome:
    return outcome._replace(tests=(*tests, *outcome.tests)[:8]) if tests else outcome


def _all_under(found: Iterator[Outcome], tests: tuple[conditions.Test, ...]) -> Iterator[Outcome]:
    return (_under(outcome, tests) for outcome in found)


def _statement(all_effects: Effects, node: Node, statement: facts.Statement) -> Iterator[Outcome]:
    resolver = all_effects.resolver
    site = Site(node, statement.span, statement.when)
    match statement:
        case facts.SetItem(target, index, value):
            key, stored = resolver.values(index, node), resolver.values(value, node) or (Blend(()),)
            if _is_room(value):
                return
            for found, tests in cases.leading(all_effects.candidates, target, node):
                yield from _all_under(_set_item(all_effects, found, key, stored, site), tests)
        case facts.Delete(target, index) if index is not None:
            for found, tests in cases.leading(all_effects.candidates, target, node):
                yield from _all_under(_write(found, "remove", resolver.values(index, node), (), site), tests)
        case facts.Update(target, operator, value) if operator in "+|":
            arguments = Arguments((resolver.values(value, node),))
            for found in extended(statement, resolver.values(target, node), arguments):
                yield from by_method(
                    all_effects, found, "update" if operator == "|" else "extend", arguments, site
                )
        case facts.Update(target, ":", value) if _mentions(value, target):
            for found in resolver.values(target, node):
                yield from _rebound(all_effects, found, value, node, site)
        case facts.SetAttribute(target, attr, value):
            owners = resolver.values(target, node)
            for found in resolver.each(lambda one: resolver.member(one, attr), owners):
                yield from _rebound(all_effects, found, value, node, site)
        case facts.Bind(name, value):
            for found in resolver.name(name, node):
                yield from _rebound(all_effects, found, value, node, site)
        case facts.Define(scope):
            yield from _defined(all_effects, node.module.nodes[scope], site)


def _mentions_attribute(value: Expression, attr: str) -> bool:
    return any(isinstance(part, facts.Attribute) and part.attr == attr for part in walk(value))


def _mentions(value: Expression, target: Expression) -> bool:
    return any(type(part) is type(target) and part == target for part in walk(value))


def _mentions_name(value: Expression, name: str) -> bool:
    return any(isinstance(part, facts.Name) and part.id == name for part in walk(value))


def _rebound(
    all_effects: Effects, target: Value, value: Expression, node: Node, site: Site
) -> Iterator[Outcome]:
    """`x = {**x, key: value}` and `x = x + [value]` add to `x` by making it anew."""
    resolver = all_effects.resolver
    if isinstance(value, facts.Display):
        for position, stored in enumerate(value.values):
            key = value.keys[position] if value.keys else None
            if isinstance(stored, facts.Starred) or (value.keys and key is None):
                continue
            keys = resolver.values(key, node) if key is not None else ()
            yield from _write(target, "rebind", keys, resolver.values(stored, node), site)
    elif isinstance(value, facts.Binary) and value.operator in "+|":
        arguments = Arguments((resolver.values(value.right, node),))
        yield from by_method(
            all_effects, target, "update" if value.operator == "|" else "extend", arguments, site
        )


def _is_room(value: Expression) -> bool:
    """`registry[key] = []` makes room; what is added to it afterwards is the entry."""
    return isinstance(value, facts.Display) and not value.values


def _set_item(
    all_effects: Effects, target: Value, key: Values, value: Values, site: Site
) -> Iterator[Outcome]:
    resolver = all_effects.resolver
    told = by_default(resolver, target) if isinstance(target, Member) and target.free else (target,)
    objects = [one for one in told if isinstance(one, Instance)]
    for one in objects:
        for method in resolver.member(one, "__setitem__"):
            yield from all_effects.call(method, Arguments((key, value)), site, "write")
    if target not in objects and not _changes_an_entry(target, key, site) and Element(target, ()) not in key:
        yield from _write(target, "item", key, value, site)


def _changes_an_entry(target: Value, key: Values, site: Site) -> bool:
    """`registry[name]["size"] = size` in a function: a field of an entry is no entry."""
    if not isinstance(target, Element) or site.node.function is None:
        return False
    table = outcomes.outermost(target)
    kept = isinstance(table, Container) and table.kind != "defaultdict"
    return kept and bool(key) and all(isinstance(one, Literal) for one in key)


def _write(target: Value, operation: str, key: Values, value: Values, site: Site) -> Iterator[Effect]:
    """Yield a write, for the container itself where it is below its first level."""
    while isinstance(target := as_attribute(target), Element):
        if is_slice(target.index) or _is_last(target.index):
            return
        bucket, target = target.index, target.value
        key = bucket if bucket and not _is_within(bucket, key) else key
    if isinstance(target, SuperValue):
        target = target.receiver
    if isinstance(target, Container) or target.free:
        entry = (narrowed(key), narrowed(value))
        effect = outcomes.Effect(target, operation, *entry, site, through=through(target))
        own = _is_own(target, value)
        source = outcomes.Source(*entry, not own and is_open(effect, site.node), own)
        yield fix(effect._replace(source=source), site, None, "write")


def _is_last(index: Values) -> bool:
    """What stands at the end of a list is another thing each time: writing to that adds nothing here."""
    numbers = [one.value for one in index if isinstance(one, Literal) and isinstance(one.value, int)]
    return bool(numbers) and len(numbers) == len(index) and max(numbers) < 0


def _is_within(bucket: Values, key: Values) -> bool:
    """A class, or a fixed section of the table, is no entry: what stands under it is."""
    if not key:
        return False
    section = all(isinstance(one, Literal) for one in bucket) and any(one.free for one in key)
    return section or all(map(_is_class, bucket))


def _is_class(key: Value) -> bool:
    """A class names no entry: where it picks the table, the key in that table does."""
    if isinstance(key, ParameterValue):
        return is_method(key.node) and binding(key.node) == "class" and through(key) == "class"
    return isinstance(key, ClassValue) or (isinstance(key, Member) and key.attr == "__class__")


def _is_own(target: Value, value: Values) -> bool:
    """True for an entry that was there before, put back or found under another key."""
    options = [
        one
        for each in value
        for one in ((*each.first, *each.second) if isinstance(each, Fallback) else (each,))
    ]
    if not any(isinstance(one, Element) and outcomes.outermost(one) == target for one in options):
        return False
    return all(isinstance(one, Element) for one in options) or not any(map(hands_in, options))


def through(target: Value) -> str:
    """Return what a write reaches its container by."""
    own = False
    while isinstance(target, (Member, Element)):
        own = isinstance(target, Member) and target.attr == "__class__"
        target = target.value
    if not isinstance(target, ParameterValue):
        return "name"
    node = target.node
    if not is_method(node) or node.facts.parameters[0].name != target.name:
        return "parameter"
    return "class" if own or binding(node) == "class" else "instance"


def by_method(
    all_effects: Effects, target: Value, method: str, arguments: Arguments, site: Site
) -> Iterator[Outcome]:
    """Yield what calling a container's own method writes."""
    given = arguments.positional
    if isinstance(target, Element) and not target.index and method not in ADDING:
        return  # what a loop meets may be anything that has a method of that name
    if method in REMOVING:
        yield from _write(target, "remove", given[0] if given else (), (), site)
    elif method in ADDING and given:
        yield from _write(target, "add", (), given[-1], site)
    elif method in KEYED and given:
        value = given[1] if len(given) > 1 else ()
        if method == "setdefault" and _is_empty(value):
            return
        yield from _write(target, "default" if method == "setdefault" else "item", given[0], value, site)
    elif method in JOINING:
        paired = isinstance(target, Container) and target.kind in _MAPPINGS
        for key, value in _entries(all_effects.resolver, arguments, paired):
            yield from _write(target, "join", key, value, site)


def _is_empty(values: Values) -> bool:
    """`setdefault(key, [])` makes room; what is added to it afterwards is the entry."""
    return all(
        (isinstance(value, Collection) and not value.values)
        or (isinstance(value, Literal) and value.value is None)
        or (isinstance(value, Result) and not value.arguments)
        or (isinstance(value, (Instance, Container)))
        for value in values
    )


def _entries(resolver: Resolver, arguments: Arguments, paired: bool) -> Iterator[tuple[Values, Values]]:
    for group in (*arguments.positional[:1], arguments.options):
        for source in group:
            known = source.contents if isinstance(source, Container) else source
            if isinstance(known, Collection) and _is_told(source, known):
                keys = known.keys or ((),) * len(known.values)
                found = zip(keys, known.values, strict=False)
                yield from (_pair(*entry) if paired else entry for entry in found)
            else:
                element = resolver.element(source, ())
                yield element, (Element(source, element),) if element else (Blend((source,)),)
    for name, value in arguments.named:
        yield (Literal(name),), value


def _pair(key: Values, value: Values) -> tuple[Values, Values]:
    """What a dict takes from `[(key, value), …]`."""
    pair = value[0] if not key and len(value) == 1 else None
    if isinstance(pair, Collection) and len(pair.values) == 2 and pair.kind in ("tuple", "list"):
        return pair.values
    return key, value


def _is_told(source: Value, known: Collection) -> bool:
    """True for a display; a container that starts empty was filled on the way."""
    return len(known.values) <= _MOST_ENTRIES and (bool(known.values) or not isinstance(source, Container))


# -- definitions: decorators, metaclasses, __init_subclass__ ---------------------------------------------


def _defined(all_effects: Effects, child: Node, site: Site) -> Iterator[Outcome]:
    resolver = all_effects.resolver
    value: Value = FunctionValue(child)
    if child.kind == "class":
        value = ClassValue(child)
        yield from all_effects.of(child)
        keywords = tuple(
            (k.name, resolver.values(k.value, site.node)) for k in child.facts.keywords if k.name
        )
        yield from class_made(all_effects, value, keywords, site)
    for decorator in reversed(child.facts.decorators):
        at = Site(site.node, decorator.span, site.when)
        if all_effects.work.may_act(decorator.value, site.node):
            for callee in resolver.values(decorator.value, site.node):
                yield from all_effects.call(callee, Arguments(((value,),)), at, "decorator")
        yield from _calls_in(all_effects, site.node, decorator.value, at)
    for parameter in child.facts.parameters:
        if parameter.default is not None:
            yield from _calls_in(all_effects, site.node, parameter.default, site)


def _calls_in(all_effects: Effects, node: Node, expression: Expression, site: Site) -> Iterator[Outcome]:
    for part in walk(expression):
        if isinstance(part, facts.Call) and all_effects.work.may_act(part.function, node):
            yield from _call(all_effects, node, part, Site(node, part.span, site.when))


# -- calls ---------------------------------------------------------------------------------------------


def _call(all_effects: Effects, node: Node, call: facts.Call, site: Site) -> Iterator[Outcome]:
    resolver = all_effects.resolver
    if isinstance(call.function, facts.Name) and call.function.id == "super":
        return
    given: list[ways.Way] | None = None
    found: list[Outcome] = []
    for callee, tests in cases.leading(all_effects.candidates, call.function, node):
        given = list(ways.chosen(all_effects.candidates, call, node)) if given is None else given
        for arguments, more in given:
            for outcome in all_effects.call(callee, arguments, site, "call"):
                found.append(_under(forwarded(outcome, call, site), (*tests, *more)))
    yield from ways.merged(found)
    if given is not None and isinstance(call.function, facts.Name) and call.function.id == "type":
        for made in resolver.values(call, node):
            if isinstance(made, BuiltType):
                yield from class_made(all_effects, made, (), site)


def by_function(all_effects: Effects, name: str, arguments: Arguments, site: Site) -> Iterator[Outcome]:
    """Yield what a library function writes to its first argument."""
    count = 2 if method_of(name) == "append" else len(arguments.positional)
    rest = arguments._replace(positional=arguments.positional[1:count])
    for target in arguments.positional[0]:
        yield from by_method(all_effects, target, unbound(name), rest, site)
