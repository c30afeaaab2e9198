"""What one blueprint is: a named factory, and the place that registered it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from .options import positive

if TYPE_CHECKING:
    from torch import nn

    Factory = Callable[..., nn.Module]


class Place(NamedTuple):
    """Where a registration stands.

    `tracked` says that it was made by a module which the import system can drop again.
    """

    module: str
    path: str
    line: int
    tracked: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class BlueprintSpec:
    """One blueprint.

    `factory(dim, **options)` returns an `nn.Module` that keeps the shape of its input: (B, dim, H, W)
    for topology `cnn`, (B, T, dim) for `transformer`. `param_estimate` is the number of parameters at
    the topology's reference width (64 channels, 384 features).

    A spec pickles by reference, see `travel.py`.
    """

    name: str
    topology: str
    factory: Factory
    param_estimate: int
    description: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def origin(self) -> str:
        """`module:qualname` of the factory, the same in a script and in its spawned children.

        Lambdas of one module share a qualified name, so theirs carries the line as well.
        """
        module = "__main__" if self.factory.__module__ == "__mp_main__" else self.factory.__module__
        name = f"{module}:{self.factory.__qualname__}"
        code = getattr(self.factory, "__code__", None)
        return f"{name}:{code.co_firstlineno}" if name.endswith("<lambda>") and code else name

    def create(self, dim: int, **options: Any) -> nn.Module:
        """Build the module for `dim` channels or features.

        Raises ValueError for a `dim` that is no positive integer, and for an option that is unknown
        or has a value the factory refuses.
        """
        label = f"blueprint {self.topology}/{self.name}"
        positive(f"{label}: dim", dim)
        known = inspect.signature(self.factory).parameters
        if not any(p.kind is p.VAR_KEYWORD for p in known.values()):
            for option in options.keys() - known.keys():
                names = ", ".join(list(known)[1:]) or "none"
                raise ValueError(f"{label} has no option {option!r}; options: {names}")
        return self.factory(dim, **options)

    def __copy__(self) -> BlueprintSpec:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> BlueprintSpec:
        return self

    def __reduce__(self) -> tuple[Callable[..., BlueprintSpec], tuple[object, ...]]:
        from .travel import arrive, refer

        return arrive, tuple(refer(self))
