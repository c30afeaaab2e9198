"""What the workers of a DataLoader see of a registry, and how to give them the rest.

    python examples/spawn_dataloader.py

Three blueprints are registered in three places. A blueprint registered in a function is there as long as
workers are forked, and missing once they are spawned or come from a fork server, the default on Linux
since Python 3.14. `worker_init_fn=BlueprintRegistry.worker_init` brings it there; registering at the top
level of a module makes that unnecessary.
"""

from __future__ import annotations

import multiprocessing

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from kasmina.blueprints import BlueprintRegistry, UnknownBlueprintError

PLACES = {
    "norm": "shipped with the library",
    "scale": "at the top of this script",
    "batch_norm": "in main()",
}


@BlueprintRegistry.register("scale", "cnn", 64, "one factor per channel")
class Scale(nn.Module):
    """x * weight, (B, C, H, W) -> (B, C, H, W)."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim, 1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.weight


class Look(Dataset[str]):
    """Item i says what the worker that loads it finds under the i-th name."""

    def __len__(self) -> int:
        return len(PLACES)

    def __getitem__(self, index: int) -> str:
        try:
            BlueprintRegistry.create("cnn", list(PLACES)[index], 64)
        except UnknownBlueprintError as error:
            return str(error)
        return "yes"


def look(method: str, prepared: bool) -> dict[str, str]:
    """What two workers find, by name."""
    loader = DataLoader(
        Look(),
        batch_size=None,
        num_workers=2,
        multiprocessing_context=method,
        worker_init_fn=BlueprintRegistry.worker_init if prepared else None,
    )
    return dict(zip(PLACES, loader, strict=True))


def main() -> None:
    # The mistake that this example is about.
    BlueprintRegistry.register("batch_norm", "cnn", 128, "batch normalisation")(nn.BatchNorm2d)  # noqa: REG202

    methods = [m for m in ("fork", "spawn", "forkserver") if m in multiprocessing.get_all_start_methods()]
    if "forkserver" in methods:
        multiprocessing.set_forkserver_preload(["torch"])
    plain = {method: look(method, prepared=False) for method in methods}
    prepared = {method: look(method, prepared=True) for method in methods}

    print(f"{'registered':<44}" + "".join(f"{method:<12}" for method in methods).rstrip())
    for name, place in PLACES.items():
        print_row(f"{name}, {place}", [plain[method][name] for method in methods])
    print_row("batch_norm, in main(), with worker_init_fn", [prepared[m]["batch_norm"] for m in methods])
    print("\nA spawned worker says:\n" + plain["spawn"]["batch_norm"].split("; in process")[0])


def print_row(label: str, answers: list[str]) -> None:
    print(f"{label:<44}" + "".join(f"{a if a == 'yes' else 'NO':<12}" for a in answers).rstrip())


if __name__ == "__main__":
    main()
