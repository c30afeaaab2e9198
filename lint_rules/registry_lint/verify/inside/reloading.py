"""What `importlib.reload` of one module does to the registries, seen in a process thrown away after."""

from __future__ import annotations

import collections
import importlib
import os
import sys
import time
from typing import Any

from registry_lint.verify.inside.child import describe, report, write
from registry_lint.verify.inside.naming import isinstance_by_type, name_of
from registry_lint.verify.inside.reading import ELEMENT, entries, find
from registry_lint.verify.inside.stage import prepare


def reload_each(request: dict[str, Any]) -> None:
    """Report the parent's state, then reload every asked module, each in a copy of this process."""
    if not report(request, "parent", lambda: prepare(request)):
        return
    for number, module in enumerate(request["reload"]):
        part = f"reload-{number}"
        if module not in sys.modules:
            write(request, part, {"unloaded": True})
            continue
        if not hasattr(os, "fork"):
            write(request, part, reload_one(module, request))
            continue
        pid = os.fork()
        if not pid:
            answer_and_leave(module, request, part)
        wait_for(pid, request, part)


def answer_and_leave(module: str, request: dict[str, Any], part: str) -> None:
    """Reload in this copy of the process, write the answer, and end without any clean-up."""
    try:
        write(request, part, reload_one(module, request))
    finally:
        os._exit(0)


def wait_for(pid: int, request: dict[str, Any], part: str) -> None:
    """Wait for a copy to end; one that takes too long is killed, and one that crashed is reported."""
    deadline = time.monotonic() + request["timeout"]
    ended, status = os.waitpid(pid, os.WNOHANG)
    while not ended and time.monotonic() < deadline:
        time.sleep(0.01)
        ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        write(request, part, {"error": f"not done within {request['timeout']:g} s"})
    elif status:
        write(request, part, {"error": f"the process died (wait status {status})"})


def reload_one(module: str, request: dict[str, Any]) -> dict[str, Any]:
    """Reload the module and return the error, if any, and what became of each registry that changed."""
    before = look(request)
    error = None
    try:
        importlib.reload(sys.modules[module])
    except BaseException as raised:  # a module may well call sys.exit()
        error = describe(raised)
    after = look(request)
    changes = {name: change(before[name], after.get(name)) for name in before}
    for name, found in changes.items():
        if found.get("lost") and request["lookups"].get(name):
            found["healed"] = heals(name, found["lost"], request)
    return {"error": error, "changes": {name: found for name, found in changes.items() if found}}


def look(request: dict[str, Any]) -> dict[str, Any]:
    """Return each loaded registry with its entries: objects, since identity is what is asked."""
    seen: dict[str, Any] = {}
    for identifier in request["registries"]:
        try:
            found = find(identifier, request["aliases"])
        except LookupError:
            continue
        seen[identifier] = (found, list(entries(found)))
    return seen


def change(before: Any, after: Any) -> dict[str, Any]:
    """Return what is different: entries lost, gained or replaced, and a registry that is another object."""
    if after is None:
        return {"gone": True}
    old, new = counted(before[1]), counted(after[1])
    found = {
        "lost": shown(old - new),
        "gained": shown(new - old),
        "replaced": shown(replaced(before[1], after[1])),
        "rebound": before[0] is not after[0],
    }
    return {name: value for name, value in found.items() if value}


def counted(pairs: Any) -> collections.Counter[Any]:
    """Return how often each path is there; elements of a list may be there twice."""
    return collections.Counter(path for path, _ in pairs)


def replaced(before: Any, after: Any) -> collections.Counter[Any]:
    """Return the paths whose class or function is now another object of the same name."""
    old = {path: item for path, item in before if item is not ELEMENT}
    return collections.Counter(
        path
        for path, item in after
        if path in old and old[path] is not item and ":" in name_of(item) and callable(item)
    )


def shown(paths: collections.Counter[Any]) -> list[list[str]]:
    """Return the paths as JSON knows them."""
    return [list(path) for path in paths.elements()]


def heals(identifier: str, lost: list[list[str]], request: dict[str, Any]) -> bool:
    """Return whether calling one of the registry's own look-up functions brings a lost entry back."""
    key = lost[0][1][1:-1] if lost[0][1][:1] in ("'", '"') else lost[0][1]
    for function in request["lookups"][identifier]:
        look_up(identifier, function, key, request["aliases"])
    seen = counted(look(request)[identifier][1])
    return all(seen[tuple(path)] for path in lost)


def look_up(identifier: str, function: str, key: str, aliases: dict[str, str]) -> None:
    """Call a look-up function, `pkg.mod:Owner.get`, with a key or without; what it raises is no matter."""
    for arguments in ((key,), ()):
        try:
            callable_of(identifier, function, aliases)(*arguments)
        except BaseException:
            continue
        return


def callable_of(identifier: str, function: str, aliases: dict[str, str]) -> Any:
    """Return the function; a method is the registry's own where that is an object of the class.

    Raises LookupError when there is no such name. A registry of another type may well have a method
    of the same name: every dict has a `get`.
    """
    if "." not in function.partition(":")[2]:
        return find(function, aliases)
    owner_id, _, name = function.rpartition(".")
    owner: Any = find(owner_id, aliases)
    registry = find(identifier, aliases)
    own = isinstance(owner, type) and isinstance_by_type(type(registry), (owner,))
    return getattr(registry if own else owner, name)
