"""What was handed in by callers, told from what a function works out itself."""

from __future__ import annotations

from collections.abc import Sequence

from registry_lint.project.methods import binding, is_method
from registry_lint.project.values import (
    BuiltType,
    ClassValue,
    Collection,
    Element,
    External,
    Fallback,
    FunctionValue,
    Joined,
    Member,
    ParameterValue,
    Partial,
    Result,
    Value,
    parts,
)
from registry_lint.project.writers import called_names, handed_names

# What these give is what they are given, in another form.
_CONVERSIONS = frozenset(
    (
        *(External(f"builtins.{name}") for name in ("tuple", "list", "set", "frozenset", "dict", "str")),
        *(External(f"copy.{name}") for name in ("copy", "deepcopy")),
        *(External("builtins.getattr"), External("dataclasses.replace"), External("builtins.dict.fromkeys")),
    )
)
# Calls of what these make keep what they are given.
_RECORD_MAKERS = frozenset(
    map(External, ("collections.namedtuple", "typing.NamedTuple", "dataclasses.make_dataclass"))
)
_FORMS = frozenset(
    (
        *(External(f"pathlib.{name}") for name in ("Path", "PurePath")),
        *(External(f"os.path.{name}") for name in ("abspath", "normpath", "realpath", "expanduser", "join")),
        *(External("re.compile"), External("os.fspath")),
    )
)
MODULES = External("sys.modules")


def hands_in(value: Value) -> bool:
    """True if a value is a parameter or is made of one, rather than worked out from it by a call."""
    if not value.free:
        return False
    if isinstance(value, FunctionValue):
        return _wraps(value) or (value.receiver is not None and hands_in(value.receiver))
    if isinstance(value, Result):
        if value.callee in _CONVERSIONS and value.arguments:
            return any(map(hands_in, value.arguments[0]))
        if isinstance(value.callee, Result) and value.callee.callee in _RECORD_MAKERS:
            return any(hands_in(one) for group in value.arguments for one in group)
        return not is_receiver(value.callee) and hands_in(value.callee)
    if isinstance(value, Element):
        if value.value == MODULES:  # the module of what is handed in
            return any(map(hands_in, value.index))
        return not is_own_state(value) and hands_in(value.value)
    if _is_type_of_argument(value):
        return False
    if isinstance(value, BuiltType):  # a detail of what is handed in is not handed in with the class
        shown = (one for part in parts(value) for one in _inside(part))
        return any(isinstance(one, (ParameterValue, FunctionValue)) and hands_in(one) for one in shown)
    if isinstance(value, Collection):  # a text about what is handed in is not handed in itself
        inside = [part for part in parts(value) if not isinstance(part, Joined)]
        defined = any(map(defines, inside))
        return any(hands_in(part) for part in inside if not (defined and is_state(part)))
    return isinstance(value, ParameterValue) or any(map(hands_in, parts(value)))


def _inside(value: Value) -> Sequence[Value]:
    """What a display shows; of `name or rule`, each of the two."""
    return parts(value) if isinstance(value, (Collection, Fallback)) else (value,)


def is_converted(value: Value) -> bool:
    """A path, pattern or object made of what was handed in: a list of those is no memo, which needs a key."""
    if not isinstance(value, Result) or not value.arguments:
        return False
    if value.callee not in _FORMS and not is_outside_class(value.callee):
        return False
    return any(map(hands_in, value.arguments[0])) or any(map(is_converted, value.arguments[0]))


def is_outside_class(callee: Value) -> bool:
    """True for a class that is not the project's, by the spelling that PEP 8, "Class Names", gives."""
    name = callee.name.rpartition(".")[2].lstrip("_") if isinstance(callee, External) else ""
    return name[:1].isupper() and not name.isupper()


def _is_type_of_argument(value: Value) -> bool:
    """`type(given)` is asked of whatever comes, to remember what was found for its like."""
    if not isinstance(value, Member) or value.attr != "__class__":
        return False
    asked = root(value.value)
    return isinstance(asked, ParameterValue) and not is_receiver(asked)


def is_own_state(value: Value) -> bool:
    """What is looked up on `self` or `cls` was there before, but for what Python itself says of a class."""
    while isinstance(value, (Element, Member)):
        if isinstance(value, Member) and value.attr.startswith("__") and value.attr.endswith("__"):
            return False
        value = value.value
    if not isinstance(value, ParameterValue) or not is_receiver(value):
        return False
    return value.node.facts.name not in ("__init__", "__post_init__")  # which make the state just now


def is_state(value: Value) -> bool:
    """What only the object at hand tells: beside a class or function, a detail of the entry."""
    return all(is_receiver(ParameterValue(node, name)) for node, name in value.free)


def is_receiver(value: Value) -> bool:
    """True for the first parameter of a method."""
    if not isinstance(value, ParameterValue):
        return False
    node = value.node
    return is_method(node) and node.facts.parameters[0].name == value.name


def _wraps(function: FunctionValue) -> bool:
    """A function inside another hands in a parameter only if it calls it or hands it on: it wraps that."""
    names = {name for node, name in function.free if node is not function.node}
    bound = {name for _, name, values in function.environment for value in values if value.free}
    return bool((names | bound) & (called_names(function.node) | handed_names(function.node)))


def defines(value: Value) -> bool:
    """True for a class or function of ours, or what is put together with one."""
    if isinstance(value, BuiltType) and all(map(is_state, (*value.name, *value.bases))):
        return True
    if isinstance(value, (Collection, Partial, BuiltType)):
        return any(map(defines, parts(value)))
    return isinstance(value, (ClassValue, FunctionValue)) and not value.free


def root(value: Value) -> Value:
    """Return what a chain of attributes and entries starts at."""
    while isinstance(value, (Element, Member)):
        value = value.value
    return value


def is_own_class(value: Value) -> bool:
    """True for `cls`: each class that the method is called on is another."""
    return isinstance(value, ParameterValue) and is_receiver(value) and binding(value.node) == "class"


def is_of_made(callee: Value) -> bool:
    """A hook or metaclass calls a method of the class that is made: the class statement is what registers."""
    start = root(callee)
    return isinstance(start, BuiltType) or is_own_class(start)
