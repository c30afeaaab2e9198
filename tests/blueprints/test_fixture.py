"""The fixture that gives a test a registry of its own."""

from __future__ import annotations

import pytest


def test_what_a_test_registers_ends_with_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        from torch import nn
        from kasmina.blueprints import BlueprintRegistry

        def test_registers(isolated_blueprints):
            isolated_blueprints.register("tmp", "cnn", 0)(nn.Identity)
            isolated_blueprints.unregister("cnn", "norm")
            assert BlueprintRegistry.get("cnn", "tmp")

        def test_sees_nothing_of_it():
            names = [spec.name for spec in BlueprintRegistry.list_for_topology("cnn")]
            assert "tmp" not in names and "norm" in names
    """)
    pytester.makeconftest("from kasmina.pytest_plugin import isolated_blueprints")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)
