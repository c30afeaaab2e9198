"""The words of the contract: what the registries of a class are, how they fill, what processes do to them.

Every sentence holds for each start method of multiprocessing and for `importlib.reload`; none of them says
more than the analysis knows about the class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from registry_lint.findings import DocumentRegistry
from registry_lint.project.program import is_test_path

PROCESSES = (
    "A forked child starts with a copy of the parent's entries as they are at that instant, and imports"
    " nothing again. A spawned or forkserver child holds only what its own imports register. Nothing is"
    " shared afterwards."
)
# The methods that run because a class statement does, and those that do in a metaclass or when an object
# is made.
CLASS_HOOKS = ("__init_subclass__", "__prepare__", "__set_name__")
CREATORS = ("__new__", "__init__", "__post_init__")
METACLASS_HOOKS = ("__new__", "__init__", "__prepare__")
NAMED_REGISTRARS = 3


class Contract(NamedTuple):
    """The text for one class: the summary that a new docstring gets, and the paragraphs.

    `brief` is the summary without names, for where they do not fit on one line.
    """

    summary: str
    brief: str
    paragraphs: tuple[str, ...]


def write_contract(
    edit: DocumentRegistry, module: str, code: tuple[str, str], template: str | None = None
) -> Contract:
    """Return the contract of a class in `module`, names set in the `code` marks.

    A template takes the place of the paragraphs; see `templates`.
    """
    words = template_words(edit, module, code)
    attributes = words["attributes"]
    one = len(edit.attributes) == 1
    summary = f"Holds the {'registry' if one else 'registries'} {attributes}."
    brief = f"Holds the {'registry' if one else 'registries'} named below."
    text = words["contract"] if template is None else template.format_map(words)
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.replace("\r\n", "\n").split("\n\n")]
    return Contract(summary, brief, tuple(paragraph for paragraph in paragraphs if paragraph))


def template_words(edit: DocumentRegistry, module: str, code: tuple[str, str]) -> dict[str, str]:
    """Return what the fields of a template stand for."""
    return {
        "owner": edit.owner,
        "attributes": enumerate_words([_code(name, code) for name in edit.attributes]),
        "containers": enumerate_words(list(dict.fromkeys(edit.containers))),
        "registrars": _registrars(edit, module, code) or "direct writes",
        "ways": enumerate_words(edit.ways) or "unknown",
        "contract": f"{_state(edit, module, code)} {PROCESSES} {_reload(edit)}",
    }


def enumerate_words(words: Sequence[str], last: str = " and") -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])}{last} {words[-1]}"


def _state(edit: DocumentRegistry, module: str, code: tuple[str, str]) -> str:
    groups: dict[str, list[str]] = {}
    for name, container in zip(edit.attributes, edit.containers, strict=True):
        groups.setdefault(container, []).append(_code(name, code))
    kind = "a process-wide registry" if len(edit.attributes) == 1 else "process-wide registries"
    verb = "is" if len(edit.attributes) == 1 else "are"
    if len(groups) == 1:
        [(container, names)] = groups.items()
        what = f"{enumerate_words(names)} {verb} {kind} ({_each(names)}{_a(container)})"
    else:
        listed = [f"{enumerate_words(names)} ({_each(names)}{_a(each)})" for each, names in groups.items()]
        what = f"{_enumerate_lists(listed)} {verb} {kind}"
    filled = _filled(edit, module, code)
    return f"{what}, filled {filled}." if filled else f"{what}."


def _each(names: Sequence[str]) -> str:
    return "" if len(names) == 1 else "each "


def _filled(edit: DocumentRegistry, module: str, code: tuple[str, str]) -> str:
    ways = []
    if named := _registrars(edit, module, code):
        ways.append(f"by {named}{_usage(edit, module)}")
    ways += _by_class_statements(edit, module, code)
    if "write" in edit.ways:
        ways.append("by direct writes")
    return _enumerate_lists(ways)


def _by_class_statements(edit: DocumentRegistry, module: str, code: tuple[str, str]) -> list[str]:
    """Return which class statements add entries, if some do.

    The words leave open whether each of them does: hooks often pass over abstract classes.
    """
    hooks = [name.rpartition(".") for name in edit.registrars]
    by_method = {method: owner for owner, _, method in hooks}
    own = f"{module}:{edit.owner}"
    if "__init_subclass__" in by_method:
        # Inherited, it has run for the class itself.
        is_own = (own, ".", "__init_subclass__") in hooks
        return [f"as {'subclasses' if is_own else 'this class and its subclasses'} are defined"]
    if "__set_name__" in by_method:
        owner = by_method["__set_name__"].rpartition(":")[2]
        return [f"as class bodies bind names to instances of {_code(owner, code)}"]
    triggered = "subclass" in edit.ways or "__prepare__" in by_method
    if triggered and any(owner == own and method in METACLASS_HOOKS for owner, _, method in hooks):
        return ["as classes with this metaclass are defined"]
    return ["as subclasses are defined"] if triggered else []


def _enumerate_lists(items: Sequence[str]) -> str:
    """Return an enumeration in which a comma keeps apart what is a list itself."""
    is_nested = any(item.startswith("as ") or " and " in item or ", " in item for item in items[:-1])
    return enumerate_words(items, ", and" if is_nested else " and")


def _usage(edit: DocumentRegistry, module: str) -> str:
    """Return how registrars are used where that is not plainly by a call."""
    if "decorator" not in edit.ways:
        return ""
    word = "a decorator" if len(_named(edit, module)) == 1 else "decorators"
    return f", called or used as {word}" if "call" in edit.ways else f", used as {word}"


def _named(edit: DocumentRegistry, module: str) -> list[str]:
    """Return the registrars that a reader of the class should know, as the reader knows them.

    The class's own stand for the wrappers that others put around them, and public ones for private ones.
    """
    hooks = (*CLASS_HOOKS, *CREATORS) if "subclass" in edit.ways else CLASS_HOOKS
    known: dict[str, tuple[int, bool]] = {}
    for registrar in edit.registrars:
        if _method(registrar) not in hooks and not _is_of_tests(registrar, module):
            name = _callable(registrar, module, edit.owner)
            known[name] = (_distance(registrar, module, edit.owner), name.rpartition(".")[2].startswith("_"))
    return [name for name, rank in known.items() if rank == min(known.values())]


def _is_of_tests(registrar: str, module: str) -> bool:
    """Return whether a registrar is a test's, which a class outside the tests should not name."""
    home, _, _ = registrar.rpartition(":")
    return home != module and is_test_path(f"{home.replace('.', '/')}.py")


def _distance(registrar: str, module: str, owner: str) -> int:
    """Return 0 for the class's own functions, 1 for those of its module, 2 for others."""
    home, _, name = registrar.rpartition(":")
    if home != module:
        return 2
    return 0 if name.startswith(f"{owner}.") else 1


def _registrars(edit: DocumentRegistry, module: str, code: tuple[str, str]) -> str:
    names = _named(edit, module)
    shown = [_code(f"{name}()", code) for name in names[:NAMED_REGISTRARS]]
    return enumerate_words(shown + ["others"] * (len(names) > NAMED_REGISTRARS))


def _callable(registrar: str, module: str, owner: str) -> str:
    """Return how a reader of the class knows a registrar: `register`, `Base.add`, `pkg.plugins.add`."""
    home, _, name = registrar.rpartition(":")
    name = name.partition(".<locals>")[0]
    if _method(registrar) in CREATORS:
        return name.rpartition(".")[0]
    if home == module:
        return name.removeprefix(f"{owner}.")
    return f"{home}.{name}" if "." not in name and home else name


def _method(registrar: str) -> str:
    return registrar.rpartition(".")[2]


def _reload(edit: DocumentRegistry) -> str:
    # Not "empty": the statement that binds it may have entries of its own.
    if len(edit.attributes) == 1:
        return (
            "Reloading this module starts the registry anew, with only what the module itself puts in, while"
            " importers keep the old one."
        )
    return (
        "Reloading this module starts the registries anew, with only what the module itself puts in, while"
        " importers keep the old ones."
    )


def _a(noun: str) -> str:
    name = noun.rpartition(".")[2]
    return f"an {noun}" if name[:1].lower() in "aeio" else f"a {noun}"


def _code(name: str, code: tuple[str, str]) -> str:
    return f"{code[0]}{name}{code[1]}"
