"""`torch.compile(fullgraph=True)`: no graph breaks, the same values and gradients.

The graph is captured, and differentiated, with the backend `aot_eager`, which needs no compiler; one
blueprint goes through Inductor as well, which needs a C++ compiler on a CPU.
"""

from __future__ import annotations

import pathlib
import shutil

import pytest
import torch
from child import run
from test_blueprints import an_input, disturb, each_blueprint

from kasmina.blueprints import BlueprintSpec

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(autouse=True)
def nothing_compiled_before() -> None:
    torch.compiler.reset()
    torch.manual_seed(0)


def compare(spec: BlueprintSpec, backend: str) -> None:
    module = disturb(spec.create(16))
    compiled = torch.compile(module, fullgraph=True, backend=backend)
    x = an_input(spec, 16, requires_grad=True)
    results = []
    for call in (module, compiled):
        y = call(x)
        results.append([y, *torch.autograd.grad(y.square().sum(), [x, *module.parameters()])])
    for plain, fast in zip(*results, strict=True):
        torch.testing.assert_close(plain, fast, atol=1e-4, rtol=1e-4)


@each_blueprint
def test_it_compiles_as_one_graph(spec: BlueprintSpec) -> None:
    compare(spec, "aot_eager")


@pytest.mark.skipif(not shutil.which("g++") and not shutil.which("c++"), reason="no C++ compiler here")
def test_inductor_compiles_squeeze_and_excitation(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("TORCHINDUCTOR_COMPILE_THREADS", "1")
    # In a process of its own: Inductor imports setuptools, which minds what was imported before.
    told = run(
        """
        from test_compile import compare
        from kasmina.blueprints import BlueprintRegistry
        compare(BlueprintRegistry.get("cnn", "attention"), "inductor")
        print("equal")
        """,
        pathlib.Path(__file__).parent,
    )
    assert told == "equal"
