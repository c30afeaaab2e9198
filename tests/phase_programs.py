"""Small multi-module programs for the phase oracle: how they are drawn, and what their source looks like."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import strategies as st

REGISTRY = """\
ENTRIES = {}


def register(key, thing=None):
    ENTRIES[key] = thing
    return thing


def keep(key):
    def wrap(thing):
        ENTRIES[key] = thing
        return thing

    return wrap


class Base:
    def __init_subclass__(cls, name, **kwargs):
        super().__init_subclass__(**kwargs)
        ENTRIES[name] = cls
"""

TOOLS = """\
def call_it(function):
    return function()


def run_now(function):
    function()
    return function
"""

HEADER = """\
import contextlib
import functools
from typing import TYPE_CHECKING

import reg
from reg import ENTRIES, Base, keep, register
from tools import call_it, run_now
"""

# How a registration may be written; {k} is its key, unique in the program.
REGISTERING = {
    "call": 'register("{k}")',
    "attribute": 'reg.register("{k}")',
    "keyword": 'register(key="{k}")',
    "alias": 'alias_{k} = register\nalias_{k}("{k}")',
    "partial": 'functools.partial(register, "{k}")()',
    "decorated function": '@keep("{k}")\ndef decorated_{k}():\n    pass',
    "decorated class": '@keep("{k}")\nclass Decorated_{k}:\n    pass',
    "curried": 'keep("{k}")(len)',
    "subclass": 'class Sub_{k}(Base, name="{k}"):\n    pass',
    "default": 'def default_{k}(x=register("{k}")):\n    return x',
    "class body": 'class Body_{k}:\n    x = register("{k}")',
    "lambda": '(lambda: register("{k}"))()',
    "comprehension": '[register("{k}") for _ in (1,)]',
    "write": 'ENTRIES["{k}"] = 1',
    "write through the module": 'reg.ENTRIES["{k}"] = 1',
}

# What may stand around a statement; all but the last run it.
WRAPS = {
    "nothing": "{}",
    "if": "if not contextlib.__doc__ is False:\n{indented}",
    "try": "try:\n{indented}\nexcept KeyError:\n    pass",
    "except": "try:\n    import no_such_module\nexcept ImportError:\n{indented}",
    "finally": "try:\n    pass\nfinally:\n{indented}",
    "for": "for _ in range(1):\n{indented}",
    "with": "with contextlib.suppress(KeyError):\n{indented}",
    "type checking": "if TYPE_CHECKING:\n{indented}",
}

# The kinds of callables: definition, the expression that runs it, and what may be called with no
# arguments to run it. {n} is the name, {body} the indented body.
CALLABLES = {
    "function": ("def {n}():\n{body}", "{n}()", "{n}"),
    "method": ("class {n}:\n    def go(self):\n{body2}", "{n}().go()", "{n}().go"),
    "class method": ("class {n}:\n    @classmethod\n    def go(cls):\n{body2}", "{n}.go()", "{n}.go"),
    "static method": ("class {n}:\n    @staticmethod\n    def go():\n{body2}", "{n}.go()", "{n}.go"),
    "initialiser": ("class {n}:\n    def __init__(self):\n{body2}", "{n}()", "{n}"),
    "callable object": ("class {n}:\n    def __call__(self):\n{body2}", "{n}()()", "{n}()"),
    "inner function": ("def {n}():\n    def inner():\n{body2}\n    inner()", "{n}()", "{n}"),
    "generator": ("def {n}():\n{body}\n    yield", "list({n}())", None),
    "property": ("class {n}:\n    @property\n    def go(self):\n{body2}", "{n}().go", None),
}

CALLING = {
    "call": "{run}",
    "handed on": "call_it({f})",
    "partial": "functools.partial({f})()",
    "alias": "again_{i} = {f}\nagain_{i}()",
    "comprehension": "[{run} for _ in (1,)]",
    "lambda": "(lambda: {run})()",
    "decorator": "@run_now\ndef run_{i}():\n    {run}",
}

ROUTES = {
    "from": ("from {m} import {n}", "{n}"),
    "as": ("from {m} import {n} as other_{n}", "other_{n}"),
    "module": ("import {m}", "{m}.{n}"),
    "module as": ("import {m} as as_{m}", "as_{m}.{n}"),
    "star": ("from {m} import *", "{n}"),
    "re-export": ("from {m}_api import api_{n}", "api_{n}"),
    "inside": ("", "inside_{n}"),
}


@dataclass(frozen=True)
class Register:
    """A statement that registers."""

    how: str
    wrap: str


@dataclass(frozen=True)
class Call:
    """A statement that runs callable number `target`."""

    target: int
    how: str
    route: str
    wrap: str


@dataclass(frozen=True)
class Definition:
    """A callable: its module's number, its kind and its body."""

    module: int
    kind: str
    body: tuple[Register | Call, ...]


@dataclass(frozen=True)
class Program:
    """Callables, and what each module does at its top level and under its main guard."""

    callables: tuple[Definition, ...]
    bodies: tuple[tuple[Register | Call, ...], ...]
    guards: tuple[tuple[Register | Call, ...], ...]


@dataclass
class Source:
    """A program as text, with what the driver must know to run all of it.

    `roots` are the callables that nothing calls: module, and the expression that runs them. `keys`
    are those of statements that can run, `hidden` those that stand under TYPE_CHECKING themselves.
    """

    files: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    calls: int = 0
    roots: list[tuple[str, str]] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)


def statements(targets: range) -> st.SearchStrategy[tuple[Register | Call, ...]]:
    """Up to three statements that call only `targets`, so that no program recurses."""
    register = st.builds(Register, st.sampled_from(sorted(REGISTERING)), st.sampled_from(list(WRAPS)))
    call = st.builds(
        Call,
        st.sampled_from(targets) if targets else st.nothing(),
        st.sampled_from(list(CALLING)),
        st.sampled_from(list(ROUTES)),
        st.sampled_from(list(WRAPS)),
    )
    return st.lists(register | call if targets else register, max_size=3).map(tuple)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Programs of one to three modules and up to six callables; modules import only earlier ones."""
    count = draw(st.integers(1, 3))
    homes = sorted(draw(st.lists(st.integers(0, count - 1), max_size=6)))
    callables = tuple(
        Definition(home, draw(st.sampled_from(list(CALLABLES))), draw(statements(range(number))))
        for number, home in enumerate(homes)
    )
    reach = [range(sum(home <= module for home in homes)) for module in range(count)]
    bodies = tuple(draw(statements(targets)) for targets in reach)
    guards = tuple(draw(statements(targets)) for targets in reach)
    return Program(callables, bodies, guards)


def render(program: Program) -> Source:
    """The program as source files, with a fresh key for every registration."""
    source = Source({"reg.py": REGISTRY, "tools.py": TOOLS})
    called: set[int] = set()
    for module in range(len(program.bodies)):
        source.modules.append(f"m{module}")
        source.files[f"m{module}.py"] = "\n\n".join(_module(program, module, source, called)) + "\n"
        names = [f"f{n}" for n, c in enumerate(program.callables) if c.module == module]
        exports = (f"from m{module} import {name} as api_{name}\n" for name in names)
        source.files[f"m{module}_api.py"] = "".join(exports)
    for number, definition in enumerate(program.callables):
        if number not in called:
            run = CALLABLES[definition.kind][1].format(n=f"f{number}")
            source.roots.append((f"m{definition.module}", run))
    return source


def _module(program: Program, module: int, source: Source, called: set[int]) -> Iterator[str]:
    imports: dict[str, None] = {}
    parts = []
    for number, definition in enumerate(program.callables):
        if definition.module == module:
            body = _block(program, definition.body, module, source, called, imports)
            form = CALLABLES[definition.kind][0]
            deep, deeper = textwrap.indent(body, "    "), textwrap.indent(body, "        ")
            parts.append(form.format(n=f"f{number}", body=deep, body2=deeper))
    parts.append(_block(program, program.bodies[module], module, source, called, imports))
    guard = _block(program, program.guards[module], module, source, called, imports)
    parts.append('if __name__ == "__main__":\n' + textwrap.indent(guard, "    "))
    yield HEADER + "".join(f"{line}\n" for line in imports)
    yield from parts


def _block(
    program: Program,
    block: tuple[Register | Call, ...],
    module: int,
    source: Source,
    called: set[int],
    imports: dict[str, None],
) -> str:
    lines = []
    for statement in block:
        if isinstance(statement, Register):
            key = f"k{len(source.keys) + len(source.hidden)}"
            (source.hidden if statement.wrap == "type checking" else source.keys).append(key)
            text = REGISTERING[statement.how].format(k=key)
        else:
            called.add(statement.target)
            source.calls += 1
            text = _call(program, statement, module, imports, source.calls)
        form = WRAPS[statement.wrap]
        lines.append(form.format(text, indented=textwrap.indent(text, "    ")))
    return "\n".join(lines) or "pass"


def _call(program: Program, call: Call, module: int, imports: dict[str, None], number: int) -> str:
    target = program.callables[call.target]
    name = reference = f"f{call.target}"
    before = ""
    if target.module != module:
        line, form = ROUTES[call.route]
        reference = form.format(m=f"m{target.module}", n=name)
        if line:
            imports[line.format(m=f"m{target.module}", n=name)] = None
        else:
            before = f"from m{target.module} import {name} as {reference}\n"
    run, function = CALLABLES[target.kind][1], CALLABLES[target.kind][2]
    how = call.how if function or "{f}" not in CALLING[call.how] else "call"
    text = CALLING[how].format(run=run.format(n=reference), f=(function or "").format(n=reference), i=number)
    return before + text
