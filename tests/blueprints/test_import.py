"""What importing the library costs, needs and leaves alone."""

from __future__ import annotations

import importlib.util

import pytest
from child import run

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="torch, the extra `blueprints`, is not installed"
)


@pytest.mark.parametrize("module", ["kasmina", "kasmina.pytest_plugin"])
def test_the_package_and_the_plugin_do_not_import_torch(module: str) -> None:
    assert run(f"import sys, {module}; print('torch' in sys.modules)") == "False"


def test_without_torch_the_error_names_the_extra() -> None:
    told = run("""
        import sys
        sys.modules["torch"] = None
        try:
            import kasmina.blueprints
        except ImportError as error:
            print(error)
    """)
    assert told.startswith("kasmina.blueprints needs torch")
    assert told.endswith('pip install "registry-lint[blueprints]"')


@needs_torch
def test_a_topology_is_imported_when_it_is_asked_for_and_the_other_stays_out() -> None:
    told = run("""
        import sys
        from kasmina.blueprints import BlueprintRegistry
        print(BlueprintRegistry.entries(), "kasmina.blueprints.cnn" in sys.modules)
        BlueprintRegistry.get("cnn", "norm")
        print("kasmina.blueprints.cnn" in sys.modules, "kasmina.blueprints.transformer" in sys.modules)
    """)
    assert told.splitlines() == ["() False", "True False"]


@needs_torch
def test_importing_a_topology_directly_is_the_same_as_asking_for_it() -> None:
    told = run("""
        import kasmina.blueprints.cnn
        from kasmina.blueprints import BlueprintRegistry
        print(len(BlueprintRegistry.entries()), len(BlueprintRegistry.list_for_topology("cnn")))
    """)
    assert told == "8 8"
