"""The server's side and the engine's side of the engine process."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection

from engine.models import ModelRegistry


def generate(model: str, prompt: str) -> str:
    """Return the model's answer, computed in an engine process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=run_engine, args=(model, theirs))
    process.start()
    theirs.close()
    try:
        ours.send(prompt)
        return ours.recv()
    except (EOFError, ConnectionError):
        raise RuntimeError("the engine process died, see above") from None
    finally:
        process.join()


def run_engine(model: str, pipe: Connection) -> None:
    load = ModelRegistry.load(model)
    pipe.send(load(pipe.recv()))
