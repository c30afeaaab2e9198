"""Which modules no other module imports: what they call says nothing of how the program is put together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry_lint import facts
from registry_lint.project.evidence import is_definition, walk_values
from registry_lint.project.outcomes import Record
from registry_lint.project.program import Module, Site
from registry_lint.project.values import Instance, Value

if TYPE_CHECKING:
    from registry_lint.project.resolve import Resolver

# A call of the registrar itself is meant to register, wherever it stands.
_DISTANT = 2
_MOST_PARTS = 20


class Scripts:
    """Answers from the import statements of the whole program."""

    def __init__(self, resolver: Resolver) -> None:
        self._imported = frozenset(_imported(resolver))

    def says_nothing(self, record: Record) -> bool:
        """True where a script calls what calls the registrar, and neither defines nor makes what is stored.

        A plug-in that something loads by name defines or makes what it registers.
        """
        site, chain = record.effect.fixed, record.effect.chain
        if site is None or len(chain) < _DISTANT or self._is_imported(site.node.module):
            return False
        if site.node.module is record.effect.origin.node.module:
            return False
        stored = tuple(walk_values((*record.effect.value, *record.effect.key), _MOST_PARTS))
        return not is_definition(stored) and not any(_is_made_in(value, site) for value in stored)

    def _is_imported(self, module: Module) -> bool:
        return module.name in self._imported or module.path.endswith("__init__.py")


def _is_made_in(value: Value, site: Site) -> bool:
    return isinstance(value, Instance) and value.site is not None and value.site[0] == site.node.module.path


def _imported(resolver: Resolver) -> Iterator[str]:
    for module in resolver.program.by_path.values():
        for node in module.nodes:
            for statement in node.facts.statements:
                if isinstance(statement, facts.Import):
                    dotted = resolver.absolute(module, statement)
                    yield dotted
                    if statement.name:
                        yield f"{dotted}.{statement.name}"
