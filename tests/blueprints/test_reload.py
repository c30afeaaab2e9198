"""What a reload, a dropped module and a failed import leave in the registry."""

from __future__ import annotations

import importlib
import pathlib
import sys
from types import ModuleType
from typing import Any

import pytest
from child import run

from kasmina.blueprints import BlueprintRegistry, UnknownBlueprintError

REGISTERS = """
from torch import nn
from kasmina.blueprints import BlueprintRegistry

@BlueprintRegistry.register("made", "made up", 0)
class Made(nn.Identity):
    pass
"""


@pytest.fixture
def made(isolated_blueprints: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """An imported module that registers one blueprint."""
    (tmp_path / "made_blueprints.py").write_text(REGISTERS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "made_blueprints", raising=False)
    return importlib.import_module("made_blueprints")


def test_reloading_a_registering_module_replaces_its_entries(made: ModuleType) -> None:
    before = BlueprintRegistry.get("made up", "made").factory
    importlib.reload(made)
    after = BlueprintRegistry.get("made up", "made").factory
    assert after is made.Made is not before


def test_dropping_a_registering_module_drops_its_entries_until_it_is_imported_again(made: ModuleType) -> None:
    del sys.modules["made_blueprints"]
    with pytest.raises(UnknownBlueprintError):
        BlueprintRegistry.get("made up", "made")
    importlib.import_module("made_blueprints")
    assert BlueprintRegistry.get("made up", "made").factory is not made.Made


def test_an_import_that_fails_leaves_no_entry_and_does_not_mask_its_cause(
    isolated_blueprints: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "half_made.py").write_text(REGISTERS + "import a_module_that_is_not_there\n")
    monkeypatch.syspath_prepend(tmp_path)
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError, match="a_module_that_is_not_there"):
            importlib.import_module("half_made")
        assert [spec for spec in BlueprintRegistry.entries() if spec.topology == "made up"] == []


def test_a_name_left_by_a_failed_import_is_free(made: ModuleType, tmp_path: pathlib.Path) -> None:
    (tmp_path / "half_made.py").write_text(REGISTERS.replace("made up", "free") + "raise RuntimeError")
    (tmp_path / "whole.py").write_text(REGISTERS.replace("made up", "free"))
    with pytest.raises(RuntimeError):
        importlib.import_module("half_made")
    whole = importlib.import_module("whole")
    assert BlueprintRegistry.get("free", "made").factory is whole.Made


def test_a_script_run_by_path_keeps_its_entries(isolated_blueprints: Any, tmp_path: pathlib.Path) -> None:
    import runpy

    (tmp_path / "configuration.py").write_text(REGISTERS)
    runpy.run_path(str(tmp_path / "configuration.py"))
    assert BlueprintRegistry.get("made up", "made").create(3)


def test_topology_modules_dropped_from_sys_modules_are_imported_again() -> None:
    told = run("""
        import sys
        from kasmina.blueprints import BlueprintRegistry
        before = BlueprintRegistry.get("cnn", "norm").factory
        for name in [name for name in sys.modules if name.startswith("kasmina.blueprints.cnn")]:
            del sys.modules[name]
        with BlueprintRegistry.isolated():
            print(len(BlueprintRegistry.list_for_topology("cnn")))
        print(len(BlueprintRegistry.list_for_topology("cnn")))
        print(BlueprintRegistry.get("cnn", "norm").factory is before)
    """)
    assert told.splitlines() == ["8", "8", "False"]


def test_reloading_the_registry_starts_an_empty_one_that_fills_itself_while_importers_keep_the_old() -> None:
    told = run("""
        import importlib
        from torch import nn
        import kasmina.blueprints.registry as module
        from kasmina.blueprints import BlueprintRegistry as old
        norm = old.get("cnn", "norm")
        old.register("mine", "cnn", 0)(nn.Identity)
        importlib.reload(module)
        new = module.BlueprintRegistry
        print(new is old, len(new.entries()), len(old.entries()))
        try:
            new.register("norm", "cnn", 0)(nn.Identity)
        except ValueError as error:
            print(type(error).__name__)
        print(len(new.list_for_topology("cnn")), new.get("cnn", "norm") is norm)
        print(new.create("transformer", "mlp", 8).norm.weight.numel(), len(old.list_for_topology("cnn")))
    """)
    assert told.splitlines() == ["False 0 9", "DuplicateBlueprintError", "8 True", "8 9"]


def test_reloading_a_module_that_ships_here_works_too() -> None:
    told = run("""
        import importlib
        from kasmina.blueprints import BlueprintRegistry
        BlueprintRegistry.get("cnn", "norm")
        import kasmina.blueprints.cnn.norm as norm
        importlib.reload(norm)
        print(BlueprintRegistry.get("cnn", "norm").factory is norm.GatedGroupNorm)
        print(len(BlueprintRegistry.list_for_topology("cnn")))
    """)
    assert told.splitlines() == ["True", "8"]
