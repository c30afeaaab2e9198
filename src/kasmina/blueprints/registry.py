"""The registry: which blueprints this process knows."""

from __future__ import annotations

import difflib
import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, final

from . import loading, notes
from .errors import DuplicateBlueprintError, LateRegistrationError, UnknownBlueprintError
from .processes import describe_process
from .spec import BlueprintSpec
from .workers import WorkerInit

if TYPE_CHECKING:
    from torch import nn

F = TypeVar("F", bound=Callable[..., "nn.Module"])


@final
class BlueprintRegistry:
    """Singleton registry of seed blueprints, keyed by topology and name.

    Each process has one registry of its own, filled while modules are imported:

    - A forked worker starts with a copy of the parent's entries as they are at that instant.
    - A spawn or forkserver worker holds what its own imports register. Entries that the parent
      registered in a function or under ``if __name__ == "__main__"`` are missing there, unless
      the worker starts with `worker_init` and can import the factory.
    - Nothing is shared afterwards: a later registration stays in the process that makes it.
    - Reloading this module starts an empty registry, which its next look-up fills with the topologies
      again, while importers keep the old one. Reloading a registering module replaces its entries.
    - An entry lives as long as the module that registered it stays imported, so that an import that
      fails half-way leaves nothing behind.

    Every method may be called from any thread.
    """

    _blueprints: ClassVar[dict[tuple[str, str], BlueprintSpec]] = {}
    # Each topology loaded so far, with its modules; process-wide and empty after a reload as well.
    _loaded: ClassVar[frozenset[tuple[str, tuple[str, ...]]]] = frozenset()
    _sealed: ClassVar[bool] = False
    _lock: ClassVar[threading.RLock] = threading.RLock()

    worker_init: ClassVar[WorkerInit] = WorkerInit()
    """Give it to `Pool(initializer=…)`, `DataLoader(worker_init_fn=…)` or Ray's
    `worker_process_setup_hook`: the worker then has every entry of the parent that a module can
    provide, and warns of the others (MissingBlueprintsWarning). Calling it twice is harmless."""

    def __init_subclass__(cls) -> None:
        raise TypeError("there is one registry of blueprints: a subclass would write into it unnoticed")

    @classmethod
    def register(
        cls,
        name: str,
        topology: str,
        param_estimate: int,
        description: str = "",
        *,
        override: bool = False,
    ) -> Callable[[F], F]:
        """Decorate a factory `(dim, **options) -> nn.Module`, a class or a function.

        Registering the same origin (module and qualified name) again replaces the entry, so that
        reload, notebooks and workers may repeat it. Raises DuplicateBlueprintError for another
        origin unless `override`, LateRegistrationError after `seal()`, ValueError for bad arguments.
        """
        _check_arguments(name, topology, param_estimate)

        def decorate(factory: F) -> F:
            _check_factory(factory)
            frame = notes.find_frame(factory, sys._getframe(1))
            place = notes.find_place(frame)
            spec = BlueprintSpec(name, topology, factory, param_estimate, description, place)
            cls._add(spec, frame.f_globals, override)
            return factory

        return decorate

    @classmethod
    def unregister(cls, topology: str, name: str) -> BlueprintSpec:
        """Remove an entry and return it.

        Raises UnknownBlueprintError if there is none, LateRegistrationError after `seal()`.
        """
        cls._ensure_loaded(topology)
        with cls._lock:
            cls._refuse_if_sealed(f"unregister {topology}/{name}")
            spec = cls._blueprints.pop((topology, name), None)
        if spec is None:
            raise cls._unknown(topology, name)
        return spec

    @classmethod
    def get(cls, topology: str, name: str) -> BlueprintSpec:
        """The entry of that name; raises UnknownBlueprintError."""
        cls._ensure_loaded(topology)
        with cls._lock:
            cls._drop_dead()
            spec = cls._blueprints.get((topology, name))
        if spec is None:
            raise cls._unknown(topology, name)
        return spec

    @classmethod
    def create(cls, topology: str, name: str, dim: int, **options: Any) -> nn.Module:
        """Build the module of a blueprint for `dim` channels or features.

        Raises UnknownBlueprintError, and ValueError for a bad `dim` or option.
        """
        return cls.get(topology, name).create(dim, **options)

    @classmethod
    def list_for_topology(cls, topology: str) -> list[BlueprintSpec]:
        """The entries of a topology, sorted by parameter estimate, then name.

        Raises UnknownBlueprintError for a topology that has none.
        """
        cls._ensure_loaded(topology)
        specs = [spec for spec in cls.entries() if spec.topology == topology]
        if not specs:
            raise cls._unknown(topology)
        return sorted(specs, key=lambda spec: (spec.param_estimate, spec.name))

    @classmethod
    def topologies(cls) -> tuple[str, ...]:
        """The topologies there are, loaded or not, sorted."""
        return tuple(sorted(loading.known_topologies() | {spec.topology for spec in cls.entries()}))

    @classmethod
    def entries(cls) -> tuple[BlueprintSpec, ...]:
        """What is registered now, in order of registration; loads nothing."""
        with cls._lock:
            cls._drop_dead()
            return tuple(cls._blueprints.values())

    @classmethod
    def origins(cls) -> tuple[str, ...]:
        """The modules that have registered what is here now, in order: what to preload in a fork server.

        `multiprocessing.set_forkserver_preload([*BlueprintRegistry.origins()])`. `__main__` is left out.
        """
        modules = (spec.place.module for spec in cls.entries() if spec.place and spec.place.tracked)
        return tuple(dict.fromkeys(modules))

    @classmethod
    def fingerprint(cls) -> str:
        """A digest of the entries of every topology: 16 hex digits, equal in two processes that agree.

        Loads every topology first, so that what was asked for before makes no difference.
        """
        cls._load_all()
        lines = sorted(f"{spec.topology}\0{spec.name}\0{spec.origin}" for spec in cls.entries())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    @classmethod
    def seal(cls) -> None:
        """Load every topology, then refuse each change with LateRegistrationError.

        A forked worker inherits the seal, any other starts without.
        """
        cls._load_all()
        cls._sealed = True

    @classmethod
    @contextmanager
    def isolated(cls) -> Iterator[type[BlueprintRegistry]]:
        """For tests: a block in which the registry may be changed, sealed or not; its end restores it."""
        with cls._lock:
            cls._drop_dead()
            blueprints, loaded, sealed = cls._blueprints, cls._loaded, cls._sealed
            cls._blueprints, cls._sealed = blueprints.copy(), False
        try:
            yield cls
        finally:
            with cls._lock:
                cls._blueprints, cls._loaded, cls._sealed = blueprints, loaded, sealed

    @classmethod
    def adopt(cls, spec: BlueprintSpec) -> None:
        """Enter a spec as it is, quietly if its key is taken: for workers that receive their parent's."""
        with cls._lock:
            cls._blueprints.setdefault((spec.topology, spec.name), spec)

    @classmethod
    def _add(cls, spec: BlueprintSpec, namespace: dict[str, Any], override: bool) -> None:
        if not (spec.place and spec.place.module.startswith("kasmina.blueprints.")):
            # What ships here comes first, so that a clash is reported, or an override wins, here and now.
            cls._load_built_in(spec.topology)
        key = spec.topology, spec.name
        with cls._lock:
            cls._refuse_if_sealed(f"register {spec.topology}/{spec.name} at {spec.place}")
            cls._drop_dead()
            old = cls._blueprints.get(key)
            if old is not None and old.origin != spec.origin and not override:
                raise DuplicateBlueprintError(
                    f"blueprint {spec.topology}/{spec.name} is registered at {old.place} ({old.origin}) "
                    f"and again at {spec.place} ({spec.origin}); rename one, or pass override=True"
                )
            notes.leave_note(namespace, spec)
            cls._blueprints[key] = spec

    @classmethod
    def _refuse_if_sealed(cls, act: str) -> None:
        if cls._sealed:
            raise LateRegistrationError(
                f"cannot {act}: the registry of process {os.getpid()} is sealed; register before seal()"
            )

    @classmethod
    def _ensure_loaded(cls, topology: str) -> None:
        """Import the modules of a topology, and take from their notes what this registry lacks."""
        with cls._lock:
            cls._drop_dead()
            if topology in dict(cls._loaded):
                return
        modules = loading.load(topology)
        with cls._lock:
            cls._take_notes(modules)
            cls._loaded |= {(topology, modules)}

    @classmethod
    def _load_built_in(cls, topology: str) -> None:
        if topology not in dict(cls._loaded):
            modules = loading.load_built_in(topology)
            with cls._lock:
                cls._take_notes(modules)

    @classmethod
    def _take_notes(cls, modules: tuple[str, ...]) -> None:
        """Take what modules imported before noted and this registry lacks; the caller holds the lock."""
        for module in modules:
            for spec in notes.read_notes(module):
                cls._blueprints.setdefault((spec.topology, spec.name), spec)

    @classmethod
    def _load_all(cls) -> None:
        for topology in cls.topologies():
            cls._ensure_loaded(topology)

    @classmethod
    def _drop_dead(cls) -> None:
        """Forget the entries and topologies whose modules are gone; the caller holds the lock."""
        for key in [key for key, spec in cls._blueprints.items() if not notes.is_alive(spec)]:
            del cls._blueprints[key]
        cls._loaded = frozenset(pair for pair in cls._loaded if sys.modules.keys() >= set(pair[1]))

    @classmethod
    def _renew_lock(cls) -> None:
        """In a forked child: another thread of the parent may have held the lock, and is not here."""
        cls._lock = threading.RLock()

    @classmethod
    def _unknown(cls, topology: str, name: str | None = None) -> UnknownBlueprintError:
        names = [spec.name for spec in cls.entries() if spec.topology == topology]
        clause = describe_process(cls.origins())
        if name is None or not names:
            what = f"no blueprints for topology {topology!r}"
            return UnknownBlueprintError(_sentence(what, topology, cls.topologies(), clause))
        what = f"no blueprint {name!r} for topology {topology!r}"
        return UnknownBlueprintError(_sentence(what, name, sorted(names), clause))


def _sentence(what: str, wanted: str, known: Iterable[str], clause: str) -> str:
    names = list(known)
    near = [name for name in difflib.get_close_matches(wanted, names, n=1) if name != wanted]
    hint = f", did you mean {near[0]!r}?" if near else ";"
    return f"{what}{hint} there are: {', '.join(names)}; {clause}"


def _check_factory(factory: object) -> None:
    # Its qualified name is what tells a repeated registration from a clash; a partial object has none.
    if not callable(factory) or not hasattr(factory, "__qualname__"):
        raise TypeError(f"a blueprint factory must be a class or a function, not {factory!r}")


def _check_arguments(name: object, topology: object, param_estimate: object) -> None:
    for label, value in (("name", name), ("topology", topology)):
        if not isinstance(value, str) or not value:
            raise ValueError(f"a blueprint's {label} must be a non-empty string, not {value!r}")
    if isinstance(param_estimate, bool) or not isinstance(param_estimate, int) or param_estimate < 0:
        raise ValueError(f"param_estimate must be a count of parameters, not {param_estimate!r}")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=BlueprintRegistry._renew_lock)
