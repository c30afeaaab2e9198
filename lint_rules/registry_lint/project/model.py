"""The linked project as rules, `map`, `fix` and `verify` see it: containers, registrars, registrations."""

from __future__ import annotations

from typing import Literal, NamedTuple

from registry_lint.places import Location, Step

Kind = Literal["class", "module", "object"]
Role = Literal["registry", "constant", "cache", "tracker", "shadowed", "declaration"]
Phase = Literal["import", "main-guard", "worker", "lookup", "hook", "test", "late"]


class Registrar(NamedTuple):
    """A function that adds entries handed to it; `id` is `pkg.mod:Owner.register`.

    `way` is how its callers use it: `call`, `decorator`, `subclass` (a class statement
    triggers it) or `write`.
    """

    id: str
    location: Location
    way: str


class Registration(NamedTuple):
    """One place that adds an entry.

    `key` is None where it cannot be known statically. `value` is the dotted name
    (`pkg.mod:name`) of what is registered, where it is a definition. `registrar` is None for a
    direct write. `trace` leads from where the program enters to this place.
    """

    key: str | None
    value: str | None
    location: Location
    phase: Phase
    registrar: str | None
    trace: tuple[Step, ...]


class Owner(NamedTuple):
    """The class that declares a class-level container: qualified name in its module, and place."""

    name: str
    location: Location


class ContainerRecord(NamedTuple):
    """A container and the verdict on it.

    `id` is `pkg.mod:Owner._attr` or `pkg.mod:NAME`. `role` is `registry` for what the rules judge;
    `reason` is one sentence. `container` is the type as written (`dict`, `defaultdict`, a class).
    """

    id: str
    kind: Kind
    role: Role
    reason: str
    location: Location
    container: str
    documented: bool
    owner: Owner | None
    registrars: tuple[Registrar, ...]
    registrations: tuple[Registration, ...]


class Project(NamedTuple):
    """Every container of the project, sorted by path, line and id; rules ask for `registries`."""

    files: int
    containers: tuple[ContainerRecord, ...]

    @property
    def registries(self) -> tuple[ContainerRecord, ...]:
        """The containers whose role is `registry`."""
        return tuple(record for record in self.containers if record.role == "registry")
