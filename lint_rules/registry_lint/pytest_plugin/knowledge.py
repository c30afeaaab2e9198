"""Which registries the tested project has, and which entries a test is not to blame for."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pytest

from registry_lint.verify.targets import Known, know


class Blameless(NamedTuple):
    """What came about during one test: the modules it imported first, and its own module's name."""

    imported: frozenset[str]
    test_module: str

    @classmethod
    def since(cls, before: Iterable[str], item: pytest.Item) -> Blameless:
        """Return what has come about since the modules `before` were all."""
        module = getattr(getattr(item, "module", None), "__name__", "")
        return cls(frozenset(sys.modules) - frozenset(before), module)

    def covers(self, known: Known, path: tuple[str, ...], value: str, is_new: bool) -> bool:
        """Return whether an entry came from an import or a look-up, not from what the test did.

        Of a registry that the test was the first to import (`is_new`) the state at import is not
        known; there only what the test's own module defines is the test's.
        """
        owners = {name.partition(":")[0] for name in (*path[1:], value) if ":" in name}
        if is_new:
            return self.test_module not in owners
        return bool(owners & (self.imported - {self.test_module})) or self._is_registered(known, path)

    def _is_registered(self, known: Known, path: tuple[str, ...]) -> bool:
        for place in known.record.registrations:
            if place.key in _keys(path) and (
                place.phase == "lookup"
                or (place.phase == "import" and known.modules.get(place.location.path) in self.imported)
            ):
                return True
        return False


def _keys(path: tuple[str, ...]) -> set[str]:
    return {spelling for key in path[1:] for spelling in (key, key[1:-1] if key[:1] in ("'", '"') else key)}


REGISTRIES = pytest.StashKey[Mapping[str, Known]]()


def known_registries(config: pytest.Config) -> Mapping[str, Known]:
    """Return the registries of the project at pytest's root, by id; analysed once a run.

    A mistake in the project's configuration ends the run as a usage error.
    """
    if REGISTRIES not in config.stash:
        from registry_lint.config import ConfigError

        try:
            found = know([config.rootpath.resolve()], None).registries
        except ConfigError as error:
            raise pytest.UsageError(f"registry-lint: {error}") from None
        config.stash[REGISTRIES] = {known.record.id: known for known in found}
    return config.stash[REGISTRIES]
