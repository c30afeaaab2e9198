"""What an element of a value stands for: under a key, or any that iteration meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint.project import enumerations
from registry_lint.project.mapping import mapped
from registry_lint.project.members import own_attribute
from registry_lint.project.turns import turns
from registry_lint.project.values import (
    Blend,
    ClassValue,
    Collection,
    Container,
    Element,
    External,
    Fallback,
    Literal,
    Member,
    ParameterValue,
    Result,
    Value,
    Values,
    literal,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_LONGEST_RANGE = 100
_PASSING = frozenset(
    f"builtins.{name}" for name in ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter")
)


def element(resolver: Resolver, value: Value, index: Values) -> Values:
    """Return what `value[index]` stands for; an empty index means any that iteration meets."""
    if is_slice(index) and isinstance(index[0], Collection):
        return _slice(value, index[0])
    match value:
        case Collection():
            return _of_collection(value, index)
        case Container(_, _, _, _, _, contents):
            known = _of_collection(contents, index) if contents is not None else ()
            told = all(isinstance(one, Literal) for one in index)
            if known and told and resolver.fixed.holds(value):
                return known
            return unite((Element(value, index),), known)
        case Literal(text) if isinstance(text, str):
            return _of_text(text, index)
        case Result(callee, arguments):
            return _of_result(resolver, value, callee, arguments, index)
        case Member(inner, "__dict__") if (name := _only_text(index)) is not None:
            return _of_namespace(resolver, inner, name)
        case External("sys.modules") if (name := _only_text(index)) is not None:
            return resolver.module_named(name)
        case External("sys.modules") if any(one.free for one in index):
            return (Element(value, index),)
        case Member(ClassValue() as owner, "__members__") if index:
            return enumerations.named(resolver, owner, index) or (Element(value, index),)
        case ClassValue():
            found = enumerations.named(resolver, value, index) if index else ()
            return found or (enumerations.members(resolver, value) if not index else ()) or (value,)
        case External() | Blend():
            return (value,)
        case Fallback(first, second) if not value.free or not any(map(_is_display, second)):
            groups = [element(resolver, one, index) for one in (*first, *second)]
            return unite(*groups)
    return (Element(value, index),)


def _is_display(value: Value) -> bool:
    return isinstance(value, Collection)


def _slice(value: Value, ends: Collection) -> Values:
    """What `value[start:end]` is: known of a text, kept for later of what is not known yet."""
    if isinstance(value, Literal) and isinstance(value.value, str):
        known = [one.value for group in ends.values for one in group if isinstance(one, Literal)]
        whole = [end for end in known if end is None or isinstance(end, int)]
        if len(whole) == len(known) == 2:
            return (literal(value.value[whole[0] : whole[1]]),)
        return (Element(value, (ends,)) if ends.free else Blend(()),)
    if value.free and (isinstance(value, (ParameterValue, Member)) or turns((value,))):
        return (Element(value, (ends,)),)
    return (Result(Member(value, "copy"), ()),)


def is_slice(index: Values) -> bool:
    """True for `[start:end]`, which gives a copy."""
    return len(index) == 1 and isinstance(index[0], Collection) and index[0].kind == "slice"


def as_attribute(target: Value) -> Value:
    """Return the attribute for an entry of a namespace: `cls.__dict__["table"]` is `cls.table`."""
    if isinstance(target, Element) and isinstance(target.value, Member) and target.value.attr == "__dict__":
        name = _only_text(target.index)
        return target if name is None else Member(target.value.value, name)
    return target


def _only_text(index: Values) -> str | None:
    known = index[0].value if len(index) == 1 and isinstance(index[0], Literal) else None
    return known if isinstance(known, str) else None


def _of_namespace(resolver: Resolver, owner: Value, name: str) -> Values:
    """What `owner.__dict__[name]` is: of a class, only what it binds itself."""
    if not isinstance(owner, ClassValue):
        entry = Element(Member(owner, "__dict__"), (literal(name),))
        return (entry,) if owner.free else resolver.member(owner, name)
    return own_attribute(resolver, owner.node, name) or (literal(None),)


def _of_collection(value: Collection, index: Values) -> Values:
    if not index:
        return unite(*(value.keys if value.kind == "dict" else value.values))
    wanted = [one.value for one in index if isinstance(one, Literal)]
    if len(wanted) == len(index) == 1:
        if value.kind == "dict":
            for key, group in zip(value.keys, value.values, strict=False):
                if index == key:
                    return group
            if all(map(_is_known, value.keys)):
                return (literal(None),)
        elif isinstance(wanted[0], int) and -len(value.values) <= wanted[0] < len(value.values):
            return value.values[wanted[0]]
    return unite(*value.values) if value.kind != "tuple" else (Blend(unite(*value.values)),)


def _is_known(key: Values) -> bool:
    return len(key) == 1 and isinstance(key[0], Literal)


def _of_text(text: str, index: Values) -> Values:
    position = index[0].value if len(index) == 1 and isinstance(index[0], Literal) else None
    if isinstance(position, int) and -len(text) <= position < len(text):
        return (literal(text[position]),)
    return (Blend(()),)


def _of_result(
    resolver: Resolver, value: Result, callee: Value, arguments: tuple[Values, ...], index: Values
) -> Values:
    if isinstance(callee, External) and arguments:
        if callee.name in _PASSING:
            return unite(*(element(resolver, one, index) for one in arguments[0]))
        if callee.name == "builtins.range" and not index:
            return _of_range(arguments) or (Element(value, index),)
        if callee.name == "builtins.map" and len(arguments) == 2 and not index:
            return mapped(resolver, arguments[0], arguments[1]) or (Element(value, index),)
        if callee.name in ("builtins.enumerate", "builtins.zip") and not index:
            groups = [unite(*(element(resolver, one, ()) for one in group)) for group in arguments]
            groups = [(Blend(()),), *groups[:1]] if callee.name.endswith("enumerate") else groups
            return (Collection("tuple", (), tuple(groups)),)
    if isinstance(callee, Member) and callee.attr in ("items", "values", "keys", "copy") and not arguments:
        return _of_view(resolver, callee.value, callee.attr, index)
    return (Element(value, index),)


def _of_range(arguments: tuple[Values, ...]) -> Values:
    """The numbers of a short range whose ends are known."""
    ends = [group[0].value for group in arguments if len(group) == 1 and isinstance(group[0], Literal)]
    whole = [end for end in ends if isinstance(end, int)]
    if len(whole) != len(arguments) or not 1 <= len(whole) <= 3 or whole[2:] == [0]:
        return ()
    numbers = range(*whole)
    first = numbers[: _LONGEST_RANGE + 1]  # the length of a longer one may be too large to ask for
    return tuple(map(literal, first)) if len(first) <= _LONGEST_RANGE else ()


def _of_view(resolver: Resolver, source: Value, view: str, index: Values) -> Values:
    known = source.contents if isinstance(source, Container) else source
    if view in ("keys", "copy"):
        return element(resolver, source, index)
    if isinstance(known, Collection) and known.kind == "dict":
        if view == "values":
            return unite(*known.values)
        return tuple(Collection("tuple", (), pair) for pair in zip(known.keys, known.values, strict=False))
    values: Values = (Element(Result(Member(source, "values"), ()), ()),)
    if view == "values":
        return values
    return (Collection("tuple", (), (element(resolver, source, ()), values)),)
