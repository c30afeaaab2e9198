"""Topologies from other distributions, tested with ones that pip really installs."""

from __future__ import annotations

import importlib.util
import pathlib
import subprocess
import sys
import zipfile

import pytest
from child import run

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pip") is None, reason="this environment has no pip to install with"
)

GRAPH = """
from torch import nn
from kasmina.blueprints import BlueprintRegistry

@BlueprintRegistry.register("mean", "graph", 0, "mean of the neighbours")
class Mean(nn.Identity):
    pass
"""
MORE_CNN = GRAPH.replace('"mean", "graph"', '"more", "cnn"')
ASK = """
    import sys, warnings
    from kasmina.blueprints import BlueprintRegistry, UnknownBlueprintError
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            print([spec.name for spec in BlueprintRegistry.list_for_topology({topology!r})])
        except UnknownBlueprintError as error:
            print(str(error).split(";")[0])
    for warning in caught:
        print(warning.category.__name__, warning.message)
    print("graph_blueprints" in sys.modules)
"""


@pytest.fixture
def site(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "site"


def install(site: pathlib.Path, name: str, module: str, topology: str) -> None:
    """Build a wheel with one module and one entry point, and install it into the folder `site`."""
    information = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": module,
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{information}/entry_points.txt": f"[kasmina.blueprints]\n{topology} = {name}\n",
    }
    wheel = site.parent / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        record = "".join(f"{path},,\n" for path in [*files, f"{information}/RECORD"])
        archive.writestr(f"{information}/RECORD", record)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--target", str(site)]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)


def test_a_package_adds_a_topology_that_is_imported_when_it_is_asked_for(site: pathlib.Path) -> None:
    install(site, "graph_blueprints", GRAPH, "graph")
    assert run(ASK.format(topology="graph"), site).splitlines() == ["['mean']", "True"]
    assert run(ASK.format(topology="cnn"), site).splitlines()[-1] == "False"


def test_a_package_adds_to_a_topology_that_ships_here(site: pathlib.Path) -> None:
    install(site, "more_cnn", MORE_CNN, "cnn")
    names = run(ASK.format(topology="cnn"), site).splitlines()[0]
    assert names.startswith("['more', 'noop', 'norm'")


def test_a_broken_package_is_a_warning_that_names_it_and_hides_no_other(site: pathlib.Path) -> None:
    install(site, "a_broken_one", "import not_there_at_all", "cnn")
    install(site, "more_cnn", MORE_CNN, "cnn")
    names, warning, _ = run(ASK.format(topology="cnn"), site).splitlines()
    assert names.startswith("['more', 'noop', 'norm'")
    assert warning.startswith("BrokenEntryPointWarning entry point 'cnn = a_broken_one' of a_broken_one 1.0")
    assert warning.endswith("ModuleNotFoundError: No module named 'not_there_at_all'")


def test_a_package_that_breaks_after_registering_leaves_nothing(site: pathlib.Path) -> None:
    install(site, "half_made", GRAPH + "\nraise RuntimeError('half made')", "graph")
    told = run(ASK.format(topology="graph"), site).splitlines()
    assert told[0] == "no blueprints for topology 'graph'"
    assert told[1].endswith("RuntimeError: half made")


def test_two_packages_that_claim_one_name_are_told_apart_by_a_warning(site: pathlib.Path) -> None:
    install(site, "graph_blueprints", GRAPH, "graph")
    install(site, "second_graph", GRAPH, "graph")
    names, warning, _ = run(ASK.format(topology="graph"), site).splitlines()
    assert names == "['mean']"
    assert "DuplicateBlueprintError: blueprint graph/mean is registered at" in warning


def test_a_reloaded_registry_finds_the_packages_topologies_again(site: pathlib.Path) -> None:
    install(site, "graph_blueprints", GRAPH, "graph")
    told = run(
        """
        import importlib
        import kasmina.blueprints.registry as module
        before = module.BlueprintRegistry.get("graph", "mean")
        importlib.reload(module)
        print(module.BlueprintRegistry.get("graph", "mean") is before)
        """,
        site,
    )
    assert told == "True"
