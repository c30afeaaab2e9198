"""How a key or a value is called, so that two processes can compare what they hold."""

from __future__ import annotations

import enum
import functools
import types
import weakref
import zlib

PLAIN = (str, bytes, int, float, complex, bool, type(None))
LONG = 500
# How C keeps the `__dict__` of an instance; anything else under that name is code of the program.
STORED = (types.GetSetDescriptorType, types.MemberDescriptorType)
CALLABLES = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
)


def name_of(value: object) -> str:
    """Return the name of a value: plain values by value, definitions as `module:qualname`.

    Anything else is called after its type. The name holds no address and no `id`, and no code of
    the observed program runs to make it: every attribute is read from its own storage.
    """
    kind = type(value)
    if kind in PLAIN:
        return name_of_plain(value)
    if isinstance_by_type(kind, (tuple, frozenset)):
        return name_of_group(value)
    if issubclass(kind, type):
        return name_of_class(value)
    return name_of_callable(value) or name_of_wrapper(value) or name_of_instance(value)


def name_of_plain(value: object) -> str:
    """Return the `repr` of a plain value; of a very long one the start and a digest."""
    if type(value) is int and value.bit_length() > LONG:
        return hex(value)[:LONG] + "…"
    text = repr(value)
    return text if len(text) <= LONG else f"{text[:80]}… ({zlib.crc32(text.encode('utf-8', 'replace')):08x})"


def isinstance_by_type(kind: type, bases: tuple[type, ...]) -> bool:
    """Return whether the type derives from one of the bases, without asking `__instancecheck__`."""
    return any(base in type.__dict__["__mro__"].__get__(kind) for base in bases)


def name_of_group(value: object) -> str:
    """Return a tuple's members in order, a frozenset's sorted by name, in parentheses or braces."""
    if isinstance_by_type(type(value), (tuple,)):
        return "(" + ", ".join(map(name_of, tuple.__iter__(value))) + ")"  # type: ignore[arg-type]
    return "{" + ", ".join(sorted(map(name_of, frozenset.__iter__(value)))) + "}"  # type: ignore[arg-type]


def name_of_class(value: object) -> str:
    """Return `module:qualname` of a class; a main module's second name counts as the first."""
    module = type.__dict__["__module__"].__get__(value)
    return module_and_name(module, type.__dict__["__qualname__"].__get__(value))


def module_and_name(module: object, qualname: object) -> str:
    """Return `module:qualname`, with `__mp_main__` (a worker's copy of the script) as `__main__`."""
    known = "__main__" if module == "__mp_main__" else module
    return f"{known if type(known) is str else '?'}:{qualname if type(qualname) is str else '?'}"


def name_of_callable(value: object) -> str:
    """Return the name of a function, method, or partial of one; empty for anything else."""
    kind = type(value)
    if kind in CALLABLES:
        return module_and_name(getattr(value, "__module__", None), getattr(value, "__qualname__", None))
    if kind is types.MethodType:
        return name_of(value.__func__)  # type: ignore[attr-defined]
    if kind is functools.partial:
        return f"partial({name_of(value.func)})"  # type: ignore[attr-defined]
    if kind is types.ModuleType:
        return f"module {object.__getattribute__(value, '__dict__').get('__name__')}"
    return ""


def name_of_wrapper(value: object) -> str:
    """Return the name of what a weak reference, descriptor or `functools` wrapper stands for."""
    kind = type(value)
    if issubclass(kind, weakref.ref):
        return name_of(weakref.ref.__call__(value))  # type: ignore[arg-type]
    if kind in (classmethod, staticmethod):
        return name_of(value.__func__)  # type: ignore[attr-defined]
    wrapped = own_namespace(value).get("__wrapped__")
    return name_of(wrapped) if type(wrapped) is types.FunctionType else ""


def name_of_instance(value: object) -> str:
    """Return a subclass of str, bytes, int or float by its value, an enum member by its name."""
    kind = type(value)
    if issubclass(kind, enum.Enum):
        return f"{name_of_class(kind)}.{own_namespace(value).get('_name_')}"
    for plain in (str, bytes, int, float):
        if issubclass(kind, plain):
            return plain.__repr__(value)
    return f"{name_of_class(kind)} object"


def class_namespace(owner: object) -> dict[str, object]:
    """Return a copy of a class's own namespace, not asking its metaclass."""
    return dict(type.__dict__["__dict__"].__get__(owner))


def own_namespace(value: object) -> dict[str, object]:
    """Return the instance dictionary itself, passing by any `__getattr__` or `__dict__` property."""
    for kind in type.__dict__["__mro__"].__get__(type(value)):
        slot = type.__dict__["__dict__"].__get__(kind).get("__dict__")
        if slot is not None:
            found = slot.__get__(value) if type(slot) in STORED else None
            return found if type(found) is dict else {}
    return {}
