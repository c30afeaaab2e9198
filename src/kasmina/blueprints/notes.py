"""What a registering module remembers of its own registrations: the place of each, and a note of it.

The note lives in the namespace of the module that registers, as `__blueprints__`. It shares the
module's fate, which is the point: an import that fails takes its notes with it, so its half-made
entries can be told; and a module that stays imported can tell a reloaded registry what it registered.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

from .spec import BlueprintSpec, Place

if TYPE_CHECKING:
    from .spec import Factory

NOTES = "__blueprints__"


def find_frame(factory: Factory, caller: FrameType) -> FrameType:
    """The frame that registers `factory`: the nearest one in its own module, else the caller's."""
    frame: FrameType | None = caller
    while frame is not None:
        if frame.f_globals.get("__name__") == factory.__module__:
            return frame
        frame = frame.f_back
    return caller


def find_place(frame: FrameType) -> Place:
    """The place that `frame` is at now."""
    name = str(frame.f_globals.get("__name__", "?"))
    tracked = (
        _namespace(name) is frame.f_globals
        # Without a spec it is a script or something like one: its entries outlive its namespace.
        and frame.f_globals.get("__spec__") is not None
        and name not in ("__main__", "__mp_main__")
    )
    return Place(name, frame.f_code.co_filename, frame.f_lineno, tracked)


def leave_note(namespace: dict[str, Any], spec: BlueprintSpec) -> None:
    """Write into the registering module's namespace that it registered `spec`."""
    namespace.setdefault(NOTES, {})[spec.topology, spec.name] = spec


def is_alive(spec: BlueprintSpec) -> bool:
    """Whether the module that registered `spec` is still imported."""
    place = spec.place
    if place is None or not place.tracked:
        return True
    return (spec.topology, spec.name) in _namespace(place.module).get(NOTES, {})


def read_notes(package: str) -> Iterator[BlueprintSpec]:
    """The specs that `package` and the modules below it have noted."""
    for name in sorted(sys.modules.copy()):
        if name == package or name.startswith(package + "."):
            yield from tuple(_namespace(name).get(NOTES, {}).values())


def _namespace(module: str) -> dict[str, Any]:
    """The namespace of an imported module; empty for one that is not, or that is no real module."""
    return getattr(sys.modules.get(module), "__dict__", {})
