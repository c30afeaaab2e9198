"""What a call gives: arguments put in the place of parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.places import Span
from registry_lint.project import absence, cases, construction, mapping, patterns, picks, sifting, text
from registry_lint.project.annotations import or_promised
from registry_lint.project.binding import Known, bind
from registry_lint.project.classes import CONTAINERS
from registry_lint.project.descents import followed
from registry_lint.project.library import by_library, each_element, new_class
from registry_lint.project.methods import decorator_names
from registry_lint.project.narrowing import narrowed
from registry_lint.project.operators import fallback, joined
from registry_lint.project.program import Node
from registry_lint.project.temporaries import temporary
from registry_lint.project.values import (
    Arguments,
    Blend,
    BuiltType,
    ClassValue,
    Collection,
    Container,
    Element,
    External,
    Fallback,
    FunctionValue,
    Instance,
    Joined,
    Literal,
    Member,
    ModuleValue,
    ParameterValue,
    Partial,
    Picked,
    Result,
    SuperValue,
    Value,
    Values,
    literal,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver


_MOST_STRAY = 40
# Functions that call each other with what the other gave: past this they go round in circles.
_MOST_AGAIN = 4
# Called with its name and the default that is there until another is set (contextvars, "ContextVar").
_CONTEXT_VARIABLE = External("contextvars.ContextVar")
_LOOK_UPS = frozenset({"get", "setdefault", "pop", "__getitem__"})


def call(resolver: Resolver, callee: Value, arguments: Arguments, span: Span, node: Node) -> Values:
    """Return what calling `callee` gives."""
    match callee:
        case FunctionValue(function) if is_context_manager(function):
            return (Result(callee, _flat(arguments)),)
        case FunctionValue(function):
            known = bind(resolver, callee, arguments)
            possible = cases.possible(resolver, function, known)
            found = tuple(temporary(resolver, value, known) for value in possible)
            given = followed(unite(*(substitute(resolver, value, known) for value in found)))
            given = (Blend(given),) if _one_counts(function, given) else given
            return or_promised(resolver, function, given, span, node)
        case ClassValue(made):
            return _instance(resolver, made, arguments, span, node)
        case Partial(inner, given):
            return resolver.call(inner, _merge(given, arguments), span, node)
        case Fallback(first, second):
            return unite(*(resolver.call(one, arguments, span, node) for one in (*first, *second)))
        case Instance() | Container():
            found = resolver.member(callee, "__call__")
            if any(isinstance(one, FunctionValue) for one in found):
                return resolver.each(lambda one: resolver.call(one, arguments, span, node), found)
        case Member(value, attr):
            answer = _method(resolver, value, attr, arguments)
            if answer is not None:
                return answer
        case External("builtins.globals"):
            return (Member(ModuleValue(node.module), "__dict__"),)
        case External(name):
            answer = by_library(resolver, name, arguments) or mapping.of_text(name, arguments.positional)
            if answer is not None:
                return answer
        case Result(External("functools.wraps" | "functools.lru_cache" | "functools.partialmethod"), _):
            if arguments.positional:
                return arguments.positional[0]
    return (Result(callee, _flat(arguments)),)


def _one_counts(function: Node, given: Values) -> bool:
    """True for different texts of which one `return` gives one: nobody can say which."""
    if len(given) < 2 or not all(map(_may_be_text, given)) or not any(map(_is_text, given)):
        return False
    returns = (s for s in function.facts.statements if isinstance(s, facts.Return) and not s.yielded)
    return sum(1 for _ in returns) > 1


def _is_text(value: Value) -> bool:
    return isinstance(value, Joined) or (isinstance(value, Literal) and isinstance(value.value, str))


def _may_be_text(value: Value) -> bool:
    return isinstance(value, (Member, ParameterValue)) or _is_text(value)


def _flat(arguments: Arguments) -> tuple[Values, ...]:
    named = tuple(group for _, group in arguments.named)
    return (*arguments.positional, *named, *((g) for g in (arguments.rest, arguments.options) if g))


def _instance(resolver: Resolver, made: Node, arguments: Arguments, span: Span, node: Node) -> Values:
    if resolver.classes.is_metaclass(made) and len(arguments.positional) == 3:
        name, bases, members = arguments.positional
        return (BuiltType(name, each_element(bases), members, made),)
    kind = resolver.classes.container_kind(made)
    if kind:
        first = arguments.positional[0] if arguments.positional else ()
        contents = [value for value in first if isinstance(value, Collection)]
        return (
            Container(node, "", made.facts.name, span, made, contents[0] if len(contents) == 1 else None),
        )
    instance = Instance(made, (node.module.path, span), arguments)
    return (instance, *_instead(resolver, made, arguments))


def _instead(resolver: Resolver, made: Node, arguments: Arguments) -> Values:
    """What `__new__` returns in the place of an object: `partial(cls, …)` where it is still to be called."""
    for owner in resolver.classes.line(made):
        if "__new__" in owner.bindings:
            functions = (v for v in resolver.bound(owner, "__new__") if isinstance(v, FunctionValue))
            for function in functions:
                known = bind(resolver, FunctionValue(function.node, (), ClassValue(made)), arguments)
                found = (v for v in resolver.returns(function.node) if isinstance(v, Partial))
                return unite(*(substitute(resolver, value, known) for value in found))
    return ()


def _method(resolver: Resolver, value: Value, attr: str, arguments: Arguments) -> Values | None:
    if isinstance(value, Literal) and isinstance(value.value, str):
        if attr == "format":
            return text.format_template(value.value, arguments.positional, dict(arguments.named))
        return text.call_method(value.value, attr, arguments.positional)
    if attr == "sub" and len(arguments.positional) == 2 and (pattern := patterns.compiled(value)):
        return patterns.substituted(pattern, *arguments.positional)
    if attr in _LOOK_UPS and arguments.positional:
        return _looked_up(resolver, value, attr, arguments.positional)
    if attr == "get" and isinstance(value, Result) and value.callee == _CONTEXT_VARIABLE:
        return value.arguments[1] if len(value.arguments) == 2 else None
    if attr == "__enter__":
        return enter(resolver, value)
    if attr == "__new__" and isinstance(value, (SuperValue, External)):
        return new_class(resolver, value, arguments)
    if attr == "__subclasses__" and isinstance(value, ClassValue):
        return (Collection("list", (), tuple((ClassValue(n),) for n in resolver.classes.below(value.node))),)
    return None


def _looked_up(resolver: Resolver, value: Value, attr: str, positional: tuple[Values, ...]) -> Values:
    """`value.get(key, default)`; of a parameter, the default waits until it is known what it lacks."""
    found = resolver.element(value, positional[0])
    if attr == "__getitem__" or len(positional) < 2 or isinstance(value, Literal):
        return found
    default = tuple(one for one in positional[1] if not isinstance(one, Collection))
    if default == (literal(None),) and (value.free or _is_namespace(value)):
        return found  # which is None where there is none
    if default and (value.free or isinstance(value, Collection) or _is_namespace(value)):
        return fallback(found, default)
    return unite(found, default)


def _is_namespace(value: Value) -> bool:
    return isinstance(value, Member) and value.attr == "__dict__" and isinstance(value.value, ClassValue)


def enter(resolver: Resolver, value: Value) -> Values:
    """Return what `with value as x` binds."""
    if isinstance(value, Result):
        return _entered(resolver, value)
    if isinstance(value, (Instance, Container)):
        found = resolver.member(value, "__enter__")
        functions = [one for one in found if isinstance(one, FunctionValue)]
        if functions:
            given = Arguments(())
            made = (resolver.call(one, given, one.node.facts.span, one.node) for one in functions)
            return narrowed(unite(*made))
    return (value,)


def _entered(resolver: Resolver, value: Result) -> Values:
    """A generator function under `contextmanager` gives what it yields, once it is known which."""
    callee = value.callee
    if isinstance(callee, FunctionValue):
        known = bind(resolver, callee, Arguments(value.arguments))
        given = resolver.returns(callee.node, yielded=True)
        return unite(*(substitute(resolver, one, known) for one in given))
    return (Result(Member(value, "__enter__"), ()),) if value.free else (value,)


def is_context_manager(node: Node) -> bool:
    """True for a generator function that `contextlib.contextmanager` wraps."""
    return any(name in ("contextmanager", "asynccontextmanager") for name in decorator_names(node))


def for_instance(resolver: Resolver, values: Values, method: Node, instance: Instance) -> Values:
    """Return the values of a method's expression for one object: `self`, and what `__init__` was given."""
    if not method.is_callable or not method.facts.parameters:
        return values
    if method.facts.name == "__init__" and instance.arguments is not None:
        known = construction.given_to(resolver, method, instance, instance.arguments)
    else:
        known = Known({(method, method.facts.parameters[0].name): (instance,)})
    return unite(*(substitute(resolver, value, known) for value in values))


def substitute(resolver: Resolver, value: Value, known: Known) -> Values:
    """Return a value with what is known put in the place of parameters."""
    if not value.free or known.keys().isdisjoint(value.free):
        return (value,)
    found = known.done.get(value)
    if found is None:
        known.done[value] = (value,)  # what depends on itself stays as it is
        found = known.done[value] = _substituted(resolver, value, known)
    return found


def _substituted(resolver: Resolver, value: Value, known: Known) -> Values:
    def many(values: Values) -> Values:
        if len(values) == 1:  # nearly always
            return narrowed(unite(substitute(resolver, values[0], known)))
        return narrowed(unite(*(substitute(resolver, one, known) for one in values)))

    match value:
        case ParameterValue(node, name):
            return known.get((node, name), (value,))
        case Member(inner, attr):
            return resolver.each(lambda one: resolver.member(one, attr), many((inner,)))
        case Element(inner, index):
            keys = many(index)
            return resolver.each(lambda one: resolver.element(one, keys), many((inner,)))
        case Result(callee, groups):
            arguments = Arguments(tuple(many(group) for group in groups))
            found = many((callee,))
            return resolver.each(lambda one: _again(resolver, one, arguments), found)
        case Collection(kind, keys, groups):
            return (Collection(kind, tuple(map(many, keys)), tuple(map(many, groups))),)
        case Fallback(first, second, bare) if bare:
            return absence.or_default(resolver, many(first), many(second))
        case Fallback(first, second):
            there = absence.present(resolver, many(first))
            return fallback(there, many(second)) if there else many(second)
        case Picked(_, (Element(),), ()):
            return sifting.again(resolver, value, known, many(value.then))
        case Picked(tests, then, otherwise):
            asked = picks.substitute(resolver, tests, known)
            options = many(then), many(otherwise)
            return picks.unsettled(*options) if asked is None else picks.settled(resolver, asked, *options)
        case FunctionValue():
            return _closure(value, known, many)
        case Partial(callee, given):
            arguments = Arguments(
                tuple(map(many, given.positional)),
                tuple((n, many(v)) for n, v in given.named),
                many(given.rest),
                many(given.options),
            )
            return tuple(Partial(one, arguments) for one in many((callee,)))
        case Container(home, name, kind, span, node, contents) if contents is not None:
            inside = many((contents,))
            known_contents = inside[0] if len(inside) == 1 and isinstance(inside[0], Collection) else None
            return (Container(home, name, kind, span, node, known_contents),)
        case Blend(items):
            return _blended(many(items))
        case Joined(operator, groups):
            return joined(operator, tuple(map(many, groups)))
        case SuperValue(node, receiver):
            return tuple(SuperValue(node, one) for one in many((receiver,)))
        case BuiltType(name, bases, members, metaclass):
            return _built(many(name), many(bases), many(members), metaclass)
        case Instance(node, site, arguments) if arguments is not None:
            given = Arguments(
                tuple(map(many, arguments.positional)),
                tuple((n, many(v)) for n, v in arguments.named),
                many(arguments.rest),
                many(arguments.options),
            )
            return (Instance(node, site, given),)
    return (value,)


def _built(name: Values, bases: Values, members: Values, metaclass: Node | None) -> Values:
    """What a metaclass makes of a class statement is that class."""
    if metaclass is not None and len(members) == 1 and isinstance(members[0], Member):
        inner = members[0]
        if inner.attr == "__dict__" and isinstance(inner.value, ClassValue):
            return (inner.value,)
    return (BuiltType(name, bases, members, metaclass),)


def _blended(items: Values) -> Values:
    """A blend keeps what tells handed-in values from computed ones, not every literal."""
    return (Blend(items[:_MOST_STRAY]),)


def _again(resolver: Resolver, callee: Value, arguments: Arguments) -> Values:
    if isinstance(callee, Member):
        found = _method(resolver, callee.value, callee.attr, arguments)
        if found is not None:
            return found
    if isinstance(callee, External) and callee.name not in CONTAINERS:
        found = by_library(resolver, callee.name, arguments) or mapping.of_text(
            callee.name, arguments.positional
        )
        if found is not None:
            return found
    if isinstance(callee, (FunctionValue, ClassValue, Partial)):
        node = callee.node if not isinstance(callee, Partial) else None
        if node is not None and resolver.calls_again < _MOST_AGAIN:
            resolver.calls_again += 1
            try:
                return resolver.call(callee, arguments, node.facts.span, node)
            finally:
                resolver.calls_again -= 1
    return (Result(callee, arguments.positional),)


def _closure(value: FunctionValue, known: Known, many: Callable[[Values], Values]) -> Values:
    around: set[Node] = set()
    scope = value.node.parent
    while scope is not None:
        around.add(scope)
        scope = scope.parent
    environment = {(n, name): many(values) for n, name, values in value.environment}
    for (node, name), values in known.items():
        if node in around:
            environment.setdefault((node, name), values)
    entries = tuple((node, name, values) for (node, name), values in environment.items())
    receivers = many((value.receiver,)) if value.receiver is not None else (None,)
    return tuple(FunctionValue(value.node, entries, receiver) for receiver in receivers)


def _merge(given: Arguments, more: Arguments) -> Arguments:
    named = tuple({**dict(given.named), **dict(more.named)}.items())
    rest, options = unite(given.rest, more.rest), unite(given.options, more.options)
    return Arguments((*given.positional, *more.positional), named, rest, options)
