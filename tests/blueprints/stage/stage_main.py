"""Registers blueprints in every way there is, asks workers of every kind what they see, prints JSON.

python stage_main.py fork|spawn|forkserver
"""

from __future__ import annotations

import json
import multiprocessing
import pathlib
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext
from typing import Any

import stage_blueprints as stage
import torch.multiprocessing
from torch import nn
from torch.utils.data import DataLoader

from kasmina.blueprints import BlueprintRegistry


@BlueprintRegistry.register("script", "stage", 0)
class InTheScript(nn.Identity):
    """Registered at the top level of the script."""


def register_in_a_function() -> None:
    BlueprintRegistry.register("function", "stage", 0)(stage.Late)  # noqa: REG201  # what this script shows


def ask_pools(context: BaseContext) -> dict[str, Any]:
    """What long-lived workers see, before and after more is registered on either side."""
    with context.Pool(1) as pool, ProcessPoolExecutor(1, mp_context=context) as executor:
        first = pool.apply_async(stage.seen)
        answers = {"executor": executor.submit(stage.seen).result(), "pool": first.get()}
        BlueprintRegistry.register("after start", "stage", 0)(stage.Late)  # noqa: REG201  # as above
        answers["pool after start"] = pool.apply(stage.seen)
        answers["pool after its own"] = pool.apply(stage.register_here, ("of the child",))
        answers["parent after all"] = stage.seen()
        answers["sent"] = pool.apply(stage.build, (BlueprintRegistry.get("stage", "at import"),))
        answers["sent late"] = pool.apply(stage.build, (BlueprintRegistry.get("stage", "function"),))
    BlueprintRegistry.unregister("stage", "after start")
    return answers


def ask_torch(context: BaseContext, method: str) -> dict[str, Any]:
    """What the workers that PyTorch starts see."""
    loader = DataLoader(stage.Asking(), 1, num_workers=2, multiprocessing_context=context, collate_fn=list)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "seen.json")
        processes = torch.multiprocessing.start_processes(
            stage.write_seen, (str(path),), nprocs=1, join=False, start_method=method
        )
        answers: dict[str, Any] = {"DataLoader": [batch[0] for batch in loader]}
        while not processes.join():
            pass
        return answers | {"torch.multiprocessing": json.loads(path.read_text(encoding="utf-8"))}


def ask_prepared(context: BaseContext) -> dict[str, Any]:
    """What workers see that start with `worker_init`."""
    prepare = BlueprintRegistry.worker_init
    loader = DataLoader(
        stage.Asking(), 1, num_workers=1, multiprocessing_context=context, collate_fn=list,
        worker_init_fn=prepare,
    )  # fmt: skip
    with context.Pool(1, initializer=prepare) as pool:
        prints = pool.apply_async(stage.fingerprint)
        return {
            "DataLoader prepared": next(iter(loader))[0],
            "same fingerprint": prints.get() == BlueprintRegistry.fingerprint(),
            "pool prepared": pool.apply(stage.seen),
        }


def main(method: str) -> None:
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["torch"])
    register_in_a_function()
    print(json.dumps(ask_pools(context) | ask_torch(context, method) | ask_prepared(context)))


if __name__ == "__main__":
    BlueprintRegistry.register("guard", "stage", 0)(stage.Late)  # noqa: REG202  # what this script shows
    main(sys.argv[1])
