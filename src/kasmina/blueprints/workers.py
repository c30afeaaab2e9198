"""How a worker process gets the blueprints that its parent has."""

from __future__ import annotations

import functools
import importlib
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from .errors import MissingBlueprintsWarning, UnpicklableBlueprintError
from .processes import describe_process
from .travel import Reference, arrive, refer

if TYPE_CHECKING:
    from .registry import BlueprintRegistry
    from .spec import BlueprintSpec


class WorkerInit:
    """A callable to run at the start of a worker, whatever starts it.

    It travels as references to the entries that the registry holds when it is pickled. A forked worker
    gets it unpickled, together with the entries themselves, so that there is nothing left to do.
    """

    def __set_name__(self, owner: type[BlueprintRegistry], name: str) -> None:
        self._registry = owner

    def __call__(self, *unused: object) -> None:
        """Do nothing: this process either is the parent or was forked from it."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        references, stuck = _divide(self._registry.entries())
        return functools.partial, (start_worker, references, stuck)


def start_worker(
    references: tuple[Reference, ...], stuck: tuple[tuple[str, str], ...], *unused: object
) -> None:
    """Register here what `references` name and this process lacks; calling it again changes nothing.

    What cannot be had is a MissingBlueprintsWarning and no exception: an initializer that raises
    breaks a ProcessPoolExecutor and makes a multiprocessing.Pool restart its workers for ever.
    """
    from .registry import BlueprintRegistry

    missing = [
        f"{reference.topology}/{reference.name} ({error})"
        for reference in references
        if (error := _restore(BlueprintRegistry, reference))
    ]
    held = {(spec.topology, spec.name) for spec in BlueprintRegistry.entries()}
    missing += [f"{topology}/{name}" for topology, name in stuck if (topology, name) not in held]
    if missing:
        clause = describe_process(BlueprintRegistry.origins())
        warnings.warn(
            f"this worker lacks blueprints of its parent: {', '.join(missing)}; {clause}",
            MissingBlueprintsWarning,
            stacklevel=2,
        )


def _divide(
    specs: tuple[BlueprintSpec, ...],
) -> tuple[tuple[Reference, ...], tuple[tuple[str, str], ...]]:
    """References to the specs that can travel, and the keys of those that cannot."""
    references: list[Reference] = []
    stuck: list[tuple[str, str]] = []
    for spec in specs:
        try:
            references.append(refer(spec))
        except UnpicklableBlueprintError:
            stuck.append((spec.topology, spec.name))
    return tuple(references), tuple(stuck)


def _restore(registry: type[BlueprintRegistry], reference: Reference) -> str:
    """Take the entry that `reference` names into `registry`; returns what went wrong, if anything."""
    try:
        importlib.import_module(reference.module)
        registry.adopt(arrive(*reference))
    except Exception as error:  # whatever a third party's import raises
        return f"{type(error).__name__}: {error}"
    return ""
