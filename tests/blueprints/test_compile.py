"""`torch.compile(fullgraph=True)`: no graph breaks, the same values and gradients.

The graph is captured, and differentiated, with the backend `aot_eager`, which needs no compiler; one
blueprint of each topology goes through Inductor as well, which needs a C++ compiler on a CPU.
"""

from __future__ import annotations

import shutil

import pytest
import torch
from test_blueprints import an_input, disturb, each_blueprint

from kasmina.blueprints import BlueprintRegistry, BlueprintSpec

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(autouse=True)
def forget_graphs() -> None:
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
@pytest.mark.parametrize(("topology", "name"), [("cnn", "attention"), ("transformer", "mlp_small")])
def test_inductor_compiles_it(topology: str, name: str) -> None:
    compare(BlueprintRegistry.get(topology, name), "inductor")
