"""Which statements and method calls write to a container, and what a call leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from registry_lint import facts
from registry_lint.facts import Expression
from registry_lint.project import conditions, effects
from registry_lint.project.methods import binding, is_method, last_name
from registry_lint.project.program import Node, Program, Site, is_test_path, walk
from registry_lint.project.values import (
    Arguments, Blend, BuiltType, ClassValue, Collection, Container, Element, External, Fallback, FunctionValue,
    Instance, Literal, Member, ParameterValue, Partial, Result, SuperValue, Value, Values, narrowed, unite,
)  # fmt: skip

if TYPE_CHECKING:
    from registry_lint.project.effects import Effect, Effects, Outcome
    from registry_lint.project.resolve import Resolver

_ADDING = frozenset({"append", "add", "appendleft", "insert"})
_JOINING = frozenset({"update", "extend", "extendleft", "__ior__", "__iadd__", "subscribe_many"})
_KEYED = frozenset({"setdefault", "__setitem__"})
REMOVING = frozenset({"pop", "remove", "discard", "clear", "popitem", "popleft", "__delitem__"})
MUTATORS = _ADDING | _JOINING | _KEYED | REMOVING
_MOST_ENTRIES = 2000
Target = FunctionValue | tuple[FunctionValue, Arguments] | Member | ParameterValue | Value


def read(all_effects: Effects, node: Node) -> Iterator[Outcome]:
    """Yield the writes and calls of a scope, each under the tests around it."""
    for statement in node.facts.statements:
        around = node.conditions(statement)
        if conditions.is_type_checking(around):
            continue
        tests = conditions.read_tests(all_effects.resolver, node, around) if around and node.function else ()
        for outcome in _statement(all_effects, node, statement):
            yield _under(outcome, tests)
    for call, site in node.calls:
        around = node.facts.whens[site.when]
        if conditions.is_type_checking(around):
            continue
        tests = conditions.read_tests(all_effects.resolver, node, around) if around and node.function else ()
        for outcome in _call(all_effects, node, call, site):
            yield _under(outcome, tests)


def _under(outcome: Outcome, tests: tuple[conditions.Test, ...]) -> Outcome:
    return replace(outcome, tests=(*tests, *outcome.tests)[:8]) if tests else outcome


def _statement(all_effects: Effects, node: Node, statement: facts.Statement) -> Iterator[Outcome]:
    resolver = all_effects.resolver
    site = Site(node, statement.span, statement.when)
    match statement:
        case facts.SetItem(target, index, value):
            key, stored = resolver.values(index, node), resolver.values(value, node)
            for found in resolver.values(target, node):
                yield from _set_item(all_effects, found, key, stored, site)
        case facts.Delete(target, index) if index is not None:
            for found in resolver.values(target, node):
                yield from _write(found, "remove", resolver.values(index, node), (), site)
        case facts.Update(target, operator, value) if operator in "+|":
            arguments = Arguments((resolver.values(value, node),))
            for found in resolver.values(target, node):
                yield from by_method(all_effects, found, "update" if operator == "|" else "extend", arguments, site)
        case facts.SetAttribute(target, attr, value):
            mentions = _mentions_attribute(value, attr)
            if mentions:
                for found in resolver.values(facts.Attribute(target, attr), node):
                    yield from _rebound(all_effects, found, value, node, site)
        case facts.Bind(name, value) if name in node.facts.outer_names and _mentions_name(value, name):
            for found in resolver.name(name, node):
                yield from _rebound(all_effects, found, value, node, site)
        case facts.Define(scope):
            yield from _defined(all_effects, node.module.nodes[scope], site)


def _mentions_attribute(value: Expression, attr: str) -> bool:
    return any(isinstance(part, facts.Attribute) and part.attr == attr for part in walk(value))


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
        yield from by_method(all_effects, target, "update" if value.operator == "|" else "extend", arguments, site)


def _set_item(all_effects: Effects, target: Value, key: Values, value: Values, site: Site) -> Iterator[Outcome]:
    if isinstance(target, Instance):
        for method in all_effects.resolver.member(target, "__setitem__"):
            yield from all_effects.call(method, Arguments((key, value)), site, "write")
    else:
        yield from _write(target, "item", key, value, site)


def _write(target: Value, operation: str, key: Values, value: Values, site: Site) -> Iterator[Effect]:
    """Yield a write, for the container itself where it is below its first level."""
    while isinstance(target, Element):
        key, target = target.index or key, target.value
    if isinstance(target, SuperValue):
        target = target.receiver
    if isinstance(target, Container) or target.free:
        entry = (narrowed(key), narrowed(value))
        effect = effects.Effect(target, operation, *entry, site, through=through(target))
        source = effects.Source(*entry, effects.is_open(effect, site.node))
        yield effects.fix(replace(effect, source=source), site, None, "write")


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
    if method in REMOVING:
        yield from _write(target, "remove", given[0] if given else (), (), site)
    elif method in _ADDING and given:
        yield from _write(target, "add", (), given[-1], site)
    elif method in _KEYED and given:
        value = given[1] if len(given) > 1 else ()
        if method == "setdefault" and _is_empty(value):
            return
        yield from _write(target, "default" if method == "setdefault" else "item", given[0], value, site)
    elif method in _JOINING:
        for key, value in _entries(all_effects.resolver, arguments):
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


def _entries(resolver: Resolver, arguments: Arguments) -> Iterator[tuple[Values, Values]]:
    for group in arguments.positional[:1]:
        for source in group:
            known = source.contents if isinstance(source, Container) else source
            if isinstance(known, Collection) and len(known.values) <= _MOST_ENTRIES:
                keys = known.keys or ((),) * len(known.values)
                yield from zip(keys, known.values)
            else:
                element = resolver.element(source, ())
                yield element, (Element(source, element),) if element else (Blend((source,)),)
    for name, value in arguments.named:
        yield (Literal(name),), value
    if arguments.options:
        yield arguments.options, arguments.options


# -- definitions: decorators, metaclasses, __init_subclass__ ---------------------------------------------


def _defined(all_effects: Effects, child: Node, site: Site) -> Iterator[Outcome]:
    resolver = all_effects.resolver
    value: Value = FunctionValue(child)
    if child.kind == "class":
        value = ClassValue(child)
        for outcome in all_effects.of(child):
            yield outcome
        keywords = tuple((k.name, resolver.values(k.value, site.node)) for k in child.facts.keywords if k.name)
        yield from class_made(all_effects, value, keywords, site)
    for decorator in reversed(child.facts.decorators):
        at = Site(site.node, decorator.span, site.when)
        for callee in resolver.values(decorator.value, site.node):
            yield from all_effects.call(callee, Arguments(((value,),)), at, "decorator")
        yield from _calls_in(all_effects, site.node, decorator.value, at)
    for parameter in child.facts.parameters:
        if parameter.default is not None:
            yield from _calls_in(all_effects, site.node, parameter.default, site)


def _calls_in(all_effects: Effects, node: Node, expression: Expression, site: Site) -> Iterator[Outcome]:
    for part in walk(expression):
        if isinstance(part, facts.Call):
            yield from _call(all_effects, node, part, Site(node, part.span, site.when))


def class_made(
    all_effects: Effects, made: Value, keywords: tuple[tuple[str, Values], ...], site: Site
) -> Iterator[Outcome]:
    """Yield what making a class triggers (Data model, "Customizing class creation")."""
    resolver = all_effects.resolver
    bases = [made.node] if isinstance(made, ClassValue) else []
    if isinstance(made, BuiltType):
        bases = [base.node for base in made.bases if isinstance(base, ClassValue)]
    for node in bases[:1]:
        hook = _subclass_hook(resolver, node, made)
        if hook is not None:
            named = tuple((name, group) for name, group in keywords if name != "metaclass")
            yield from all_effects.call(hook, Arguments((), named), site, "subclass")
        metaclass = resolver.classes.metaclass(node)
        if metaclass is not None:
            yield from _metaclass(all_effects, metaclass, made, keywords, site)
    if isinstance(made, ClassValue):
        yield from _named_members(all_effects, made, site)


def _subclass_hook(resolver: Resolver, node: Node, made: Value) -> FunctionValue | None:
    line = resolver.classes.line(node)
    for owner in line[1:] if isinstance(made, ClassValue) else line:
        for value in resolver.bound(owner, "__init_subclass__") if "__init_subclass__" in owner.bindings else ():
            if isinstance(value, FunctionValue):
                return FunctionValue(value.node, value.environment, made)
    return None


def _metaclass(
    all_effects: Effects, metaclass: Node, made: Value, keywords: tuple[tuple[str, Values], ...], site: Site
) -> Iterator[Outcome]:
    resolver = all_effects.resolver
    name = resolver.member(made, "__name__")
    bases: Values = (Collection("tuple", (), ()),)
    if isinstance(made, ClassValue):
        groups = tuple((base,) for base in resolver.classes.bases(made.node))
        bases = (Collection("tuple", (), groups),)
    members: Values = (Member(made, "__dict__"),)
    named = tuple((key, group) for key, group in keywords if key != "metaclass")
    arguments = Arguments((name, bases, members), named)
    for method, receiver in (("__new__", ClassValue(metaclass)), ("__init__", made)):
        for owner in resolver.classes.line(metaclass):
            found = resolver.bound(owner, method) if method in owner.bindings else ()
            functions = [value for value in found if isinstance(value, FunctionValue)]
            for value in functions:
                bound = FunctionValue(value.node, value.environment, receiver)
                yield from all_effects.call(bound, arguments, site, "subclass")
            if functions:
                break


def _named_members(all_effects: Effects, made: ClassValue, site: Site) -> Iterator[Outcome]:
    """`__set_name__` runs for the objects in a class body."""
    resolver = all_effects.resolver
    for name in made.node.bindings:
        for value in resolver.bound(made.node, name):
            if isinstance(value, Instance):
                for method in resolver.member(value, "__set_name__"):
                    if isinstance(method, FunctionValue):
                        given = Arguments(((made,), (Literal(name),)))
                        yield from all_effects.call(method, given, site, "subclass")


# -- calls ---------------------------------------------------------------------------------------------


def _call(all_effects: Effects, node: Node, call: facts.Call, site: Site) -> Iterator[Outcome]:
    resolver = all_effects.resolver
    if isinstance(call.function, facts.Name) and call.function.id == "super":
        return
    arguments: Arguments | None = None
    for callee in resolver.values(call.function, node):
        if arguments is None:
            arguments = resolver.arguments(call, node)
        yield from all_effects.call(callee, arguments, site, "call")
    if arguments is not None and isinstance(call.function, facts.Name) and call.function.id == "type":
        for made in resolver.values(call, node):
            if isinstance(made, BuiltType):
                yield from class_made(all_effects, made, (), site)


def targets(resolver: Resolver, callee: Value, arguments: Arguments, site: Site) -> Iterator[Target]:
    """Yield what a call leads to: functions (perhaps with other arguments), container methods, unknowns."""
    match callee:
        case FunctionValue() | Member() | ParameterValue():
            yield callee
        case ClassValue(made):
            yield from _constructors(resolver, made, arguments, site)
        case Partial(inner, given):
            merged = _merged(given, arguments)
            for one in targets(resolver, inner, merged, site):
                yield (one, merged) if isinstance(one, FunctionValue) else one
        case Fallback(first, second):
            for value in (*first, *second):
                yield from targets(resolver, value, arguments, site)
        case Instance() | Container():
            yield from (one for one in resolver.member(callee, "__call__") if isinstance(one, FunctionValue))
        case External("builtins.map" | "builtins.filter") if len(arguments.positional) > 1:
            element = unite(*(resolver.element(value, ()) for value in arguments.positional[1]))
            for value in arguments.positional[0]:
                if isinstance(value, FunctionValue):
                    yield value, Arguments((element,))
        case Result() | Element() if callee.free:
            yield callee


def _constructors(resolver: Resolver, made: Node, arguments: Arguments, site: Site) -> Iterator[Target]:
    receiver: Value = Instance(made, (site.node.module.path, site.span), arguments)
    for name in ("__new__", "__init__", "__post_init__"):
        first: Value = ClassValue(made) if name == "__new__" else receiver
        for owner in resolver.classes.line(made):
            found = resolver.bound(owner, name) if name in owner.bindings else ()
            functions = [value for value in found if isinstance(value, FunctionValue)]
            for value in functions:
                bound = FunctionValue(value.node, value.environment, first)
                yield (bound, Arguments(())) if name == "__post_init__" else bound
            if functions:
                break


def _merged(given: Arguments, more: Arguments) -> Arguments:
    named = tuple({**dict(given.named), **dict(more.named)}.items())
    positional = (*given.positional, *more.positional)
    return Arguments(positional, named, unite(given.rest, more.rest), unite(given.options, more.options))


def called_names(node: Node) -> set[str]:
    """Return the plain names that a function calls."""
    return {last_name(call.function) for call, _ in node.calls if isinstance(call.function, facts.Name)}


def writer_names(program: Program, names: set[str]) -> set[str]:
    """Return the names of functions that may write to one of the names, or call one that does."""
    callers: dict[str, set[str]] = {}
    found: set[str] = set()
    for node in program.nodes():
        if node.is_callable and not is_test_path(node.module.path):
            own = _names_around(node)
            called = [last_name(call.function) for call, _ in node.calls]
            for name in called:
                callers.setdefault(name, set()).update(own)
            if _may_write(node, names):
                found |= own
    for _ in range(1):
        found |= {name for called in found for name in callers.get(called, ())}
    return found - {""}


def _names_around(node: Node) -> set[str]:
    """A decorator's inner function writes when the outer one is called."""
    found: set[str] = set()
    scope: Node | None = node
    while scope is not None:
        found.add(scope.facts.name)
        scope = scope.parent.function if scope.parent else None
    return found


def _may_write(node: Node, names: set[str]) -> bool:
    receivers = [call.function.value for call, _ in node.calls if _is_mutation(call.function)]
    for statement in node.facts.statements:
        if isinstance(statement, facts.SetItem):
            receivers.append(statement.object)
        elif isinstance(statement, facts.Update):
            receivers.append(statement.target)
        elif isinstance(statement, facts.SetAttribute) and statement.attr in names:
            return True
    return any(_is_named(receiver, node, names) for receiver in receivers)


def _is_mutation(function: Expression) -> TypeGuard[facts.Attribute]:
    return isinstance(function, facts.Attribute) and function.attr in MUTATORS


def _is_named(receiver: Expression, node: Node, names: set[str]) -> bool:
    """True for one of the names, a parameter, or a local name that was bound from one of the names."""
    for part in walk(receiver):
        name = getattr(part, "attr", None) or getattr(part, "id", None)
        if name in names or name in node.parameters:
            return True
        for statement in node.bindings.get(str(name), ()):
            if isinstance(statement, facts.Bind):
                found = {getattr(p, "attr", None) or getattr(p, "id", None) for p in walk(statement.value)}
                if not found.isdisjoint(names) or not found.isdisjoint(node.parameters):
                    return True
    return False
