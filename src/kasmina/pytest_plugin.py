"""A pytest fixture that gives a test a registry it may change.

It lives outside `kasmina.blueprints` and imports that inside the fixture, so that a test run that does
not ask for it neither needs torch nor waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kasmina.blueprints import BlueprintRegistry


@pytest.fixture
def isolated_blueprints() -> Iterator[type[BlueprintRegistry]]:
    """The `BlueprintRegistry`, unsealed; whatever the test does to its entries ends with the test."""
    from kasmina.blueprints import BlueprintRegistry

    with BlueprintRegistry.isolated() as registry:
        yield registry
