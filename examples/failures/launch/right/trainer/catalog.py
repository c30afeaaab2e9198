"""The datasets by name."""

from __future__ import annotations

from collections.abc import Callable

Loader = Callable[[], list[int]]


class Catalog:
    """Datasets by name, held in one object a process."""

    def __init__(self) -> None:
        self._loaders: dict[str, Loader] = {}

    def register(self, name: str, loader: Loader) -> None:
        if name in self._loaders:
            raise ValueError(f"dataset {name!r} is already registered")
        self._loaders[name] = loader

    def get(self, name: str) -> list[int]:
        if name not in self._loaders:
            raise KeyError(f"dataset {name!r} is not registered; available are {sorted(self._loaders)}")
        return self._loaders[name]()


DATASETS = Catalog()


def load_digits() -> list[int]:
    return list(range(10))


DATASETS.register("digits", load_digits)
