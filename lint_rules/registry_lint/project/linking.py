"""From the facts of all files to the project that rules judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from registry_lint.places import Location
from registry_lint.project.calls import CallGraph
from registry_lint.project.candidates import Candidates
from registry_lint.project.contract import is_documented
from registry_lint.project.effects import Effects
from registry_lint.project.hooked import declares, is_made_with
from registry_lint.project.hooks import Hooks
from registry_lint.project.makers import is_made_at
from registry_lint.project.model import ContainerRecord, Kind, Owner, Project
from registry_lint.project.offered import offered
from registry_lint.project.outcomes import Record
from registry_lint.project.phases import Phases
from registry_lint.project.program import ModuleFile, Node, Program
from registry_lint.project.readers import Readers
from registry_lint.project.registrations import Registrations
from registry_lint.project.resolve import Resolver
from registry_lint.project.roles import Roles, Verdict
from registry_lint.project.values import Container, Instance

if TYPE_CHECKING:
    from registry_lint.config import Config


def link(modules: Sequence[ModuleFile], config: Config) -> Project:
    """Return the project of the files' facts."""
    program = Program(modules)
    resolver = Resolver(program)
    candidates = Candidates(resolver)
    effects = Effects(resolver, candidates)
    linker = Linker(effects, candidates, config)
    return Project(len(program.modules), linker.containers())


class Linker:
    """Puts together what is known of each container."""

    def __init__(self, effects: Effects, candidates: Candidates, config: Config) -> None:
        self._effects, self._candidates, self._config = effects, candidates, config
        resolver = effects.resolver
        calls = CallGraph(effects, resolver.program)
        hooks = Hooks(config, calls, resolver.classes)
        effects.records += offered(effects)
        self._readers = Readers(resolver, candidates)
        phases = Phases(resolver, calls, hooks)
        self._roles = Roles(effects, candidates, self._readers, phases)
        self._registrations = Registrations(effects, phases, self._readers)

    def containers(self) -> tuple[ContainerRecord, ...]:
        """Return every process-wide container with the verdict on it."""
        kept = [container for container in self._candidates.containers if self._candidates.home(container)]
        self._through_class = {
            (r.container.home, r.container.name) for r in self._effects.records if r.effect.through == "class"
        }
        self._removals: dict[tuple[Node, str], list[Record]] = {}
        for r in self._effects.records:
            home = r.container.home
            if r.effect.operation == "remove" and isinstance(home, Instance) and home.site is None:
                self._removals.setdefault((home.node, r.container.name), []).append(r)
        records: dict[Container, list[Record]] = {container: [] for container in kept}
        for record in self._effects.records:
            if self._candidates.home(record.container) is not None and not self._is_change(record):
                records.setdefault(record.container, []).append(record)
        for container, found in records.items():
            found.extend(self._taken_out(container))
        merged: dict[str, ContainerRecord] = {}
        for container, found in records.items():
            made = self._record(container, found)
            merged[made.id] = _better(merged[made.id], made) if made.id in merged else made
        for alias in self._aliased(merged):
            merged.setdefault(alias.id, alias)
        for container in records:
            self._overriding(container, merged)
        return tuple(sorted(merged.values(), key=lambda one: (one.location.path, one.location.span, one.id)))

    def _taken_out(self, container: Container) -> Iterator[Record]:
        """What methods take out of `self.table` is taken out of that of every object of the class."""
        if isinstance(container.home, Instance) and container.home.site is not None:
            for owner in self._effects.resolver.classes.line(container.home.node):
                yield from self._removals.get((owner, container.name), ())

    def _is_change(self, record: Record) -> bool:
        """True for what adds no entry: what an object is made with, and another thing at a list's index."""
        container, effect = record.container, record.effect
        if effect.operation == "item" and container.kind in ("list", "deque"):
            return True
        if is_made_with(self._effects.resolver, container, effect):
            return True
        if not isinstance(container.home, Instance) or effect.fixed is None:
            return False
        maker = effect.registrar
        line = self._effects.resolver.classes.line(container.home.node)
        if maker is not None and maker.name == "__init__" and maker.parent in line:
            return True
        return is_made_at(container.home, effect.fixed)

    def _aliased(self, known: dict[str, ContainerRecord]) -> Iterator[ContainerRecord]:
        """`_registry = TIME_FORMATS` in a class body: a second name, filled through the class."""
        for node, name, span, container in self._candidates.aliases:
            home = self._candidates.home(container)
            original = known.get(_identity(home[0], home[1])) if home else None
            if original is None or original.role != "registry":
                continue
            if node.qualname in {r.id.rpartition(":")[2].rpartition(".")[0] for r in original.registrars}:
                yield original._replace(
                    id=_identity(node, name),
                    kind="class",
                    location=Location(node.module.path, span),
                    documented=self._is_documented(container, node, span.line),
                    owner=Owner(node.qualname, node.location),
                    registrations=(),
                )

    def _overriding(self, container: Container, merged: dict[str, ContainerRecord]) -> None:
        """A subclass's own table under the name that an inherited registrar writes through `cls`."""
        home = self._candidates.home(container)
        if home is None or home[0].kind != "class" or isinstance(container.home, Instance):
            return
        node, name, _ = home
        own = merged[_identity(node, name)]
        if own.role not in ("constant", "declaration") or (name.startswith("__") and not name.endswith("__")):
            return
        for ancestor in self._effects.resolver.classes.line(node)[1:]:
            above = merged.get(_identity(ancestor, name))
            if above is not None and above.role == "registry" and (ancestor, name) in self._through_class:
                inherited = own._replace(role="registry", reason=above.reason, registrars=above.registrars)
                merged[own.id] = inherited
                return

    def _record(self, container: Container, found: list[Record]) -> ContainerRecord:
        home = self._candidates.home(container)
        if home is None:
            raise ValueError(f"{container.name} does not live as long as the process")
        node, name, span = home
        identity = _identity(node, name)
        declaring = declares(self._effects.resolver, container, node)
        verdict = self._verdict(container, identity, name, found)
        is_registry = verdict.role == "registry"
        made_by = container.home.node.facts.name if isinstance(container.home, Instance) else ""
        return ContainerRecord(
            id=identity,
            kind=self._kind(container, node),
            role=verdict.role,
            reason=verdict.reason,
            location=Location(declaring.module.path, span),
            container=made_by or container.kind,
            documented=self._is_documented(container, declaring, span.line),
            owner=Owner(declaring.qualname, declaring.location) if node.kind == "class" else None,
            registrars=self._registrations.registrars(found) if is_registry else (),
            registrations=self._registrations.of(container, found) if is_registry else (),
        )

    def _kind(self, container: Container, node: Node) -> Kind:
        """An object that is written by `table[key] = value` is a container, whatever it derives from."""
        if isinstance(container.home, Instance):
            line = self._effects.resolver.classes.line(container.home.node)
            named = {child.name for owner in line for child in owner.children}
            if node.kind != "class" or not {"__getitem__", "__setitem__"} <= named:
                return "object"
        return "class" if node.kind == "class" else "module"

    def _verdict(self, container: Container, identity: str, name: str, found: list[Record]) -> Verdict:
        if _is_named(identity, name, self._config.not_registries):
            return Verdict("constant", "the configuration says it is no registry")
        if _is_named(identity, name, self._config.registries):
            return Verdict("registry", "the configuration says it is a registry")
        return self._roles.judge(container, found)

    def _is_documented(self, container: Container, node: Node, line: int) -> bool:
        texts = [node.module.notes.get(line, "")]
        if node.kind == "class":
            texts.append(node.facts.docstring)
        if isinstance(container.home, Instance):
            texts.append(container.home.node.facts.docstring)
        return any(is_documented(text, self._config.contract_words) for text in texts)


def _identity(node: Node, name: str) -> str:
    return f"{node.module.name}:{node.qualname + '.' if node.qualname else ''}{node.spelled(name)}"


def _is_named(identity: str, name: str, wanted: Sequence[str]) -> bool:
    dotted = identity.replace(":", ".")
    return any(entry in (identity, dotted, name) or dotted.endswith("." + entry) for entry in wanted)


def _better(first: ContainerRecord, second: ContainerRecord) -> ContainerRecord:
    """Two containers of one registry object are one registry: the one that says more stands for both."""
    if (first.role == "registry") != (second.role == "registry"):
        return first if first.role == "registry" else second
    entries = {(r.location, r.key): r for r in (*first.registrations, *second.registrations)}
    registrars = {r.id: r for r in (*first.registrars, *second.registrars)}
    return first._replace(
        registrations=tuple(sorted(entries.values(), key=lambda r: (r.location, r.key or ""))),
        registrars=tuple(sorted(registrars.values(), key=lambda r: r.location)),
    )


__all__ = ["ModuleFile", "link"]
