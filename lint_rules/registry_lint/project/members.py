"""What an attribute or an element of a value stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.project import applying, births, boxes, generics, given, hooked
from registry_lint.project.assignments import Assigned, only_where_none
from registry_lint.project.binding import Known
from registry_lint.project.enumerations import is_enum
from registry_lint.project.methods import binding, decorator_names, receiver_class
from registry_lint.project.overriding import is_overridden
from registry_lint.project.picks import is_text
from registry_lint.project.program import Module, Node
from registry_lint.project.stores import is_store
from registry_lint.project.values import (
    Arguments,
    BuiltType,
    ClassValue,
    Collection,
    Container,
    External,
    Fallback,
    FunctionValue,
    Instance,
    Member,
    ModuleValue,
    ParameterValue,
    Partial,
    Result,
    SuperValue,
    Value,
    Values,
    literal,
    unite,
)

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

_NO_ARGUMENTS = Arguments(())
_OF_OBJECT = frozenset({"__new__", "__init__", "__init_subclass__", "__setattr__", "__getattribute__"})


def member(resolver: Resolver, value: Value, attr: str) -> Values:
    """Return what `value.attr` stands for."""
    match value:
        case ModuleValue(module):
            return _global(resolver, module, attr)
        case ClassValue(node):
            return _of_class(resolver, value, node, attr)
        case Instance(node):
            return _of_instance(resolver, value, node, attr)
        case FunctionValue(node):
            return _of_definition(node, attr, value)
        case Container(_, _, _, _, node) if node is not None:
            return _of_container(resolver, value, node, attr)
        case External(name):
            return resolver.module_named(f"{name}.{attr}")
        case Fallback(first, second):
            return (Fallback(_all(resolver, first, attr), _all(resolver, second, attr)),)
        case BuiltType():
            return _of_built(resolver, value, attr)
        case SuperValue(node, receiver):
            return _of_super(resolver, node, receiver, attr) or (Member(value, attr),)
        case ParameterValue():
            return _of_parameter(resolver, value, attr)
        case Partial(callee) if attr == "func":
            return (callee,)
        case Member(ClassValue(node), name) if attr == "value" and is_enum(resolver, node):
            return own_attribute(resolver, node, name) or (Member(value, attr),)
        case Member(ClassValue(node), name) if attr == "name" and is_enum(resolver, node):
            return (literal(name),)
        case Member(inner, "__class__") if isinstance(inner, ParameterValue):
            return _of_own_class(resolver, value, inner, attr)
        case Result() if (written := generics.attribute(value, attr)) is not None:
            return written
    return (Member(value, attr),)


def _all(resolver: Resolver, values: Values, attr: str) -> Values:
    return unite(*(member(resolver, value, attr) for value in values))


def _global(resolver: Resolver, module: Module, attr: str) -> Values:
    found = resolver.module_global(module, attr)
    if found:
        return found
    inner = resolver.program.by_name.get(f"{module.name}.{attr}")
    return (ModuleValue(inner),) if inner else (External(f"{module.name}.{attr}"),)


def _of_definition(node: Node, attr: str, value: Value) -> Values:
    if attr == "__name__":
        return (literal(node.name),)
    if attr == "__qualname__":
        return (literal(_qualified(node)),)
    if attr == "__module__":
        return (literal(node.module.name),)
    if attr == "__func__":
        return (value,)
    if attr == "__doc__":
        return (literal(node.facts.docstring or None),)
    return (Member(value, attr),)


def _qualified(node: Node) -> str:
    """The name from the module down, with `<locals>` below functions (Glossary, "qualified name")."""
    above = node.parent
    if above is None or above.parent is None:
        return node.name
    return (
        f"{_qualified(above)}.<locals>.{node.name}"
        if above.is_callable
        else f"{_qualified(above)}.{node.name}"
    )


def lookup(
    resolver: Resolver, node: Node, attr: str, after: Node | None = None
) -> tuple[Node, Values] | None:
    """Return the class that has `attr` among a class and its ancestors (those after one), and its values."""
    line = resolver.classes.line(node)
    if after is not None:
        line = line[line.index(after) + 1 :] if after in line else ()
    for owner in line:
        found = own_attribute(resolver, owner, attr)
        if found:
            return owner, found
    return None


def own_attribute(resolver: Resolver, owner: Node, attr: str) -> Values:
    """Return what a class itself binds `attr` to, in its body or by assignments from outside."""
    remembered = resolver.remembered.get((owner, attr))
    if remembered is not None:
        return remembered
    found = resolver.bound(owner, attr) if attr in owner.bindings else ()
    for assigned in resolver.assignments.on_class(owner, attr):
        body = next((b for b in owner.bindings.get(attr, ()) if isinstance(b, facts.Bind)), None)
        span = body.span if body else assigned.statement.span
        key = ("own", owner, attr, id(assigned.statement))
        if resolver.enter(key):
            born = births.born(resolver, assigned.statement.value, assigned.node, owner, attr, span)
            found = found if given.is_by_hook(assigned, born) else unite(found, born)
            resolver.leave(key)
    asking = ("hooked", owner, attr)
    if not resolver.enter(asking):
        return found  # the hook asks what it was before
    found = given.by_hook(resolver, owner, attr, found) or hooked.made_for(resolver, owner, attr)
    resolver.remembered[owner, attr] = found
    resolver.leave(asking)
    return found


def _of_class(resolver: Resolver, value: ClassValue, node: Node, attr: str) -> Values:
    if attr in ("__name__", "__qualname__", "__module__", "__doc__"):
        return _of_definition(node, attr, value)
    if attr == "__class__":
        meta = resolver.classes.metaclass(node)
        return (ClassValue(meta),) if meta else (External("builtins.type"),)
    if attr == "__orig_bases__" and (written := generics.original_bases(resolver, node)):
        return written
    found = lookup(resolver, node, attr)
    if found and is_enum(resolver, found[0]) and not any(isinstance(one, FunctionValue) for one in found[1]):
        return (Member(value, attr),)  # a member of the enumeration, which is not its value
    if found:
        given = unite(*(_asked_of(resolver, one, value) for one in found[1]))
        return unite(*(bind(resolver, one, value, node, False) for one in given))
    if attr in _OF_OBJECT:  # found in `object` before the metaclass is asked
        return (External(f"builtins.object.{attr}"),)
    meta = resolver.classes.metaclass(node)
    if meta is not None:
        found = lookup(resolver, meta, attr)
        if found:
            return unite(*(bind(resolver, one, value, meta, True) for one in found[1]))
    return (Member(value, attr),)


def _asked_of(resolver: Resolver, value: Value, asked: ClassValue) -> Values:
    """What `cls.key = cls.__name__` in a hook or class method gives the class that is asked."""
    known = Known()
    free = () if isinstance(value, Container) else value.free
    for node, name in sorted(free, key=lambda one: (*one[0].order(), one[1])):
        owner = receiver_class(ParameterValue(node, name), resolver.classes)
        if owner is not None and owner[1] == "class":
            known[node, name] = (asked,)
    key = ("asked", value, asked)
    if not known or not resolver.enter(key):  # `cls.table = cls.table.copy()` asks for itself
        return (value,)
    try:
        return applying.substitute(resolver, value, known)
    finally:
        resolver.leave(key)


def _of_instance(resolver: Resolver, value: Instance, node: Node, attr: str) -> Values:
    if attr == "__class__":
        return (ClassValue(node),)
    given = instance_attribute(resolver, value, attr)
    found = lookup(resolver, node, attr)
    if found and not given:
        return unite(*(bind(resolver, one, value, node, True) for one in found[1]))
    return given or (Member(value, attr),)


def instance_attribute(resolver: Resolver, value: Instance, attr: str) -> Values:
    """Return what the methods of an object's class assign to `self.attr`."""
    remembered = resolver.remembered.get((value, attr))
    if remembered is not None:
        return remembered
    found: Values = ()
    for owner in resolver.classes.line(value.node):
        for assigned in resolver.assignments.on_self(owner, attr):
            if only_where_none(assigned) and _has_own(resolver, value.node, attr):
                continue
            key = ("instance", value, attr, id(assigned.statement))
            if not resolver.enter(key):
                continue
            statement = assigned.statement
            born = births.born(resolver, statement.value, assigned.node, value, attr, statement.span)
            born = tuple(_part_of(value, one, assigned) for one in born)
            handed = not any(isinstance(one, Collection) for one in born)
            for one in applying.for_instance(resolver, born, assigned.node, value):
                one = boxes.kept(resolver, one, value, attr, statement.span) if handed else one
                found = unite(found, (one,))
            resolver.leave(key)
        if found:
            break
    found = found or _field(resolver, value, attr) or _given_later(resolver, value, attr)
    resolver.remembered[value, attr] = found
    return found


def _has_own(resolver: Resolver, node: Node, attr: str) -> bool:
    """True for a class that declares a container under that name."""
    found = lookup(resolver, node, attr)
    return found is not None and bool(found[1]) and all(isinstance(one, Container) for one in found[1])


def _given_later(resolver: Resolver, value: Instance, attr: str) -> Values:
    """What a statement of some module gives an object after it was made."""
    found: Values = ()
    for node, statement in resolver.assignments.on_object(value, attr):
        key = ("later", value, attr, id(statement))
        if resolver.enter(key):
            born = births.born(resolver, statement.value, node, value, attr, statement.span)
            found = unite(found, born)
            resolver.leave(key)
    return found


def _part_of(whole: Instance, value: Value, assigned: Assigned) -> Value:
    """An object that another makes for itself is told apart from those of the other's kin."""
    if not isinstance(value, Instance) or value.site is None or whole.site is None:
        return value
    path, span = value.site
    around, at = whole.site
    if path != assigned.node.module.path or span.line < assigned.statement.span.line:
        return value
    if span.end_line > assigned.statement.span.end_line or around.count(" in ") > 1:
        return value
    return Instance(value.node, (f"{path} in {around}:{at.line}:{at.column}", span), value.arguments)


def _field(resolver: Resolver, value: Instance, attr: str) -> Values:
    """What a dataclass or named tuple was given for a field (dataclasses, "Module contents")."""
    line = resolver.classes.line(value.node)
    if value.arguments is None or not any(map(_has_fields, line)):
        return ()
    names = list(dict.fromkeys(name for owner in reversed(line) for name in fields(owner)))
    if attr not in names:
        return ()
    given = dict(value.arguments.named)
    position = names.index(attr)
    if attr in given:
        found = given[attr]
    elif position < len(value.arguments.positional):
        found = value.arguments.positional[position]
    else:
        return unite(*(boxes.by_factory(resolver, value, owner, attr) for owner in line))
    return tuple(boxes.kept(resolver, one, value, attr, value.node.facts.span) for one in found)


def _has_fields(node: Node) -> bool:
    if any(name in ("dataclass", "define", "frozen", "attrs", "s") for name in decorator_names(node)):
        return True
    return any(getattr(base, "id", getattr(base, "attr", "")) == "NamedTuple" for base in node.facts.bases)


def fields(node: Node) -> list[str]:
    """Return the names that a class body annotates, in order."""
    return [
        statement.target
        for statement in node.facts.statements
        if isinstance(statement, facts.Bind)
        and statement.annotation is not None
        and "ClassVar" not in repr(statement.annotation)
    ]


def _of_container(resolver: Resolver, value: Container, node: Node, attr: str) -> Values:
    if attr == "data" and resolver.classes.container_kind(node) in ("UserDict", "UserList"):
        return (value,)
    if attr == "__class__":
        return (ClassValue(node),)
    found = lookup(resolver, node, attr)
    if found:
        return unite(*(bind(resolver, one, value, node, True) for one in found[1]))
    given = instance_attribute(resolver, Instance(node, None), attr)
    if is_store(resolver.classes, node, attr, given):
        return (value,)
    return given or (Member(value, attr),)


def _of_built(resolver: Resolver, value: BuiltType, attr: str) -> Values:
    if attr in ("__name__", "__qualname__"):
        return value.name
    for one in (*value.members, *value.bases):
        if isinstance(one, ClassValue):
            found = member(resolver, one, attr)
            if not any(isinstance(v, Member) for v in found):
                return found
    return (Member(value, attr),)


def _of_super(resolver: Resolver, node: Node, receiver: Value, attr: str) -> Values:
    start = node
    if isinstance(receiver, (ClassValue, Instance)) and node in resolver.classes.line(receiver.node):
        start = receiver.node
    found = lookup(resolver, start, attr, after=node)
    if not found:
        return ()
    return unite(*(bind(resolver, one, receiver, node, True) for one in found[1]))


def _of_parameter(resolver: Resolver, value: ParameterValue, attr: str) -> Values:
    """Methods of `self` and `cls` are known; anything else waits for the caller's argument."""
    owner = receiver_class(value, resolver.classes)
    if owner is None or attr == "__class__":
        return (Member(value, attr),)
    found = _functions(resolver, owner[0], attr, value, owner[1])
    if not found and owner[1] == "class":
        meta = resolver.classes.metaclass(owner[0])
        found = _functions(resolver, meta, attr, value, "made") if meta is not None else ()
    waits = any(map(is_text, found)) and is_overridden(resolver, value, attr)
    return found if found and not waits else (Member(value, attr),)


def _of_own_class(resolver: Resolver, value: Member, inner: ParameterValue, attr: str) -> Values:
    owner = receiver_class(inner, resolver.classes)
    if owner is None:
        return (Member(value, attr),)
    return _functions(resolver, owner[0], attr, value, "class") or (Member(value, attr),)


def _functions(resolver: Resolver, owner: Node, attr: str, receiver: Value, how: str) -> Values:
    found = lookup(resolver, owner, attr)
    if found is None:
        for below in resolver.classes.below(owner)[:20]:
            found = lookup(resolver, below, attr) if attr in below.bindings else None
            if found:
                break
    functions = [one for one in found[1] if isinstance(one, FunctionValue)] if found else []
    if found and len(functions) == len(found[1]):
        return unite(*(bind(resolver, one, receiver, owner, how != "class") for one in functions))
    return ()


def bind(resolver: Resolver, value: Value, receiver: Value, node: Node, through_object: bool) -> Values:
    """Return what a class attribute gives when it is read from `receiver` (descriptor protocol)."""
    if not isinstance(value, FunctionValue) or value.node.parent is None or value.node.parent.kind != "class":
        return (value,)
    kind = binding(value.node)
    if value.receiver is not None or kind == "static":
        return (value,)
    if kind == "class":
        return (FunctionValue(value.node, value.environment, _class_of(receiver)),)
    bound = FunctionValue(value.node, value.environment, receiver)
    if kind == "property":
        return resolver.call(bound, _NO_ARGUMENTS, value.node.facts.span, value.node)
    return (bound,) if through_object else (value,)


def _class_of(receiver: Value) -> Value:
    if isinstance(receiver, Instance):
        return ClassValue(receiver.node)
    if isinstance(receiver, Container) and receiver.node is not None:
        return ClassValue(receiver.node)
    if isinstance(receiver, ParameterValue) and binding(receiver.node) == "instance":
        return Member(receiver, "__class__")
    return receiver
