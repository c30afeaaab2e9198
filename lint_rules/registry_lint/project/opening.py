"""Which writes wait for what callers hand in, and which are fixed where they stand."""

from __future__ import annotations

from registry_lint import facts
from registry_lint.project.handed import (
    MODULES,
    defines,
    hands_in,
    is_converted,
    is_own_state,
    is_receiver,
    root,
)
from registry_lint.project.methods import binding
from registry_lint.project.outcomes import Effect
from registry_lint.project.program import Node, Site
from registry_lint.project.values import (
    ClassValue,
    Collection,
    Container,
    Element,
    External,
    FunctionValue,
    Instance,
    Literal,
    Member,
    ParameterValue,
    Result,
    Value,
    parts,
)

# So many plain values are those of a table that was asked.
_MANY_LITERALS = 3
_MAKING = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__"})


def fix(effect: Effect, site: Site, registrar: Node | None, way: str) -> Effect:
    """Return the effect, marked as fixed at a site where key and value are known there."""
    own = (effect.source is not None and effect.source.own) or _is_made_there(effect, site)
    if not own and is_open(effect, site.node) and not _is_of_the_object(effect, site.node):
        return effect._replace(way=way if way != "call" else effect.way)
    is_call = registrar is not None and site.node.function is not None
    depends = is_call and not own and any(map(_depends, (*effect.key, *effect.value)))
    if depends and not any(map(defines, effect.value)):
        return effect._replace(forwarded=True)
    return effect._replace(fixed=site, registrar=registrar, way=way)


def _is_made_there(effect: Effect, site: Site) -> bool:
    """The call makes an object that stores itself, or the function one that it stores, under a known name.

    What else the object is given says nothing.
    """
    if not effect.value or any(key.free for key in effect.key):
        return False
    named = bool(effect.key) and all(isinstance(key, Literal) for key in effect.key)
    return all(isinstance(value, Instance) and _is_of(value, site, named) for value in effect.value)


def _is_of(made: Instance, site: Site, anywhere: bool) -> bool:
    """True for an object that is made at a site, or `anywhere` in the function around it."""
    if made.site is None or made.site[0] != site.node.module.path:
        return False
    place, around = made.site[1], site.node.facts.span
    within = around.line <= place.line and place.end_line <= around.end_line
    return place == site.span or (anywhere and within and site.node.function is not None)


def is_open(effect: Effect, node: Node) -> bool:
    """True if what is stored was handed in by the callers of the functions around a scope.

    A key alone makes no registration where the value is worked out here: that is a memo.
    """
    if node.function is None:
        return False
    if not effect.value:
        return any(map(hands_in, effect.key))
    if any(hands_in(value) and not _is_old(value, effect) for value in effect.value):
        return not any(map(_is_identity, effect.key)) or _tells_more(effect)
    if not _answers(node) and (_tells_more(effect) or _is_put_together(effect, node)):
        return True
    if any(map(_is_of_own_class, effect.value)) and says_so(node):
        return True
    if not effect.key and any(map(is_converted, effect.value)):
        return True
    if not any(hands_in(key) and not _is_key_of_own_class(key) for key in effect.key):
        return False
    if any(map(_is_being_made, effect.value)) or says_so(node):
        return True
    looked_up = sum(isinstance(value, Literal) for value in effect.value) >= _MANY_LITERALS
    return not looked_up and any(_is_plain(value) and not _is_old(value, effect) for value in effect.value)


def says_so(node: Node) -> bool:
    """True within a function whose name says that it registers: names break a tie."""
    while node.parent is not None and node.parent.is_callable:
        node = node.parent
    return "regist" in node.facts.name.lower()


def _is_key_of_own_class(key: Value) -> bool:
    """What an object notes about its own class was not handed in."""
    while isinstance(key, Member) and key.attr != "__class__":
        key = key.value
    return isinstance(key, Member) and isinstance(key.value, ParameterValue) and is_receiver(key.value)


def _is_of_own_class(value: Value) -> bool:
    """What a class method finds in its own class, which is another for each class it is called on."""
    start = root(value)
    if value is start or not isinstance(start, ParameterValue) or not is_receiver(start):
        return False
    return binding(start.node) == "class" and isinstance(value, Element)


def _is_of_the_object(effect: Effect, node: Node) -> bool:
    """A method, not the one that makes the object, adds something of the object's under a fixed key."""
    function = node.function
    if function is None or function.facts.name in _MAKING or says_so(node) or not effect.key:
        return False
    if not all(isinstance(key, Literal) for key in effect.key):
        return False
    free = {one for value in effect.value for one in value.free}
    bare = any(isinstance(value, ParameterValue) for value in effect.value)
    return not bare and all(
        is_receiver(ParameterValue(*one)) and binding(one[0]) == "instance" for one in free
    )


def _tells_more(effect: Effect) -> bool:
    """What is stored is told by more than the key, or than what the key is made of."""
    asked = {one for key in effect.key for one in key.free}
    told = {one for value in effect.value for one in value.free if not is_receiver(ParameterValue(*one))}
    plain = all(isinstance(key, ParameterValue) or _is_identity(key) for key in effect.key)
    return plain and bool(asked) and bool(told - asked) and not any(map(_is_receiver_key, effect.key))


def _is_put_together(effect: Effect, node: Node) -> bool:
    """What is stored is a table or list that the function has made, of more than the key."""
    more = len(node.function.parameters) > 1 if node.function is not None else False
    if not more or not effect.key or not all(isinstance(key, ParameterValue) for key in effect.key):
        return False
    inside = (part for value in effect.value for part in (value, *parts(value)))
    made = any(isinstance(one, Container) and one.home is node.function for one in inside)
    return made and not any(map(_is_receiver_key, effect.key))


def _is_receiver_key(key: Value) -> bool:
    return any(is_receiver(ParameterValue(*one)) for one in key.free)


def _answers(node: Node) -> bool:
    """True for a function that returns something: what it stores may be what it was asked for."""
    function = node.function
    returns = function.facts.statements if function is not None else ()
    return any(isinstance(one, facts.Return) and one.value != facts.Constant(None) for one in returns)


def _is_old(value: Value, effect: Effect) -> bool:
    """`self.history.append(self.state)` keeps what is there, and so does `T[key] = sys.modules[key]`."""
    if isinstance(value, Element) and value.value == MODULES:
        return {one for key in effect.key for one in key.free} == set(value.free)
    return effect.through == "instance" and isinstance(value, Member) and root(value) == root(effect.target)


def _depends(value: Value) -> bool:
    """True for what is made of a parameter, worked out by a call or not."""
    if isinstance(value, ParameterValue):
        return not is_receiver(value)
    return bool(value.free) and not isinstance(value, FunctionValue) and any(map(_depends, parts(value)))


def _is_being_made(value: Value) -> bool:
    """The object that `__new__` makes of its class stands for what it was given."""
    if not isinstance(value, Result):
        return False
    receiver = value.callee
    if isinstance(receiver, External) and receiver.name.endswith(".__new__") and value.arguments:
        receiver = next(iter(value.arguments[0]), receiver)
    if not isinstance(receiver, ParameterValue) or not is_receiver(receiver):
        return False
    return receiver.node.facts.name == "__new__"


def _is_identity(key: Value) -> bool:
    return isinstance(key, Result) and key.callee == External("builtins.id")


def _is_plain(value: Value) -> bool:
    """What is there already, not worked out by a call nor looked up in the object itself."""
    if isinstance(value, (Element, Member)):
        return not is_own_state(value) and not isinstance(root(value), (Container, Result))
    if isinstance(value, Collection):
        return not value.values
    return isinstance(value, (Literal, ClassValue, FunctionValue, External))
