"""The comparison of `registry-lint verify`, as something that a test calls."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from registry_lint.config import ConfigError
from registry_lint.verify.inquiry import Inquiry, inquire
from registry_lint.verify.interpreter import TargetError
from registry_lint.verify.proving import METHODS, Proof
from registry_lint.verify.showing import render


class Contract:
    """Proves, in processes of its own, that workers see what their parent sees."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def __call__(
        self,
        *modules: str,
        methods: Sequence[str] = METHODS,
        run: str | None = None,
        script: str | Path | None = None,
        timeout: float = 60.0,
    ) -> Proof:
        """Return the proof; fail the test when a worker lacks an entry, or when nothing was compared.

        Methods that the platform does not have are left out. The import path is the test's.
        """
        unknown = sorted(set(methods) - set(METHODS))
        if unknown:
            pytest.fail(f"registry_contract: unknown start method {unknown[0]!r}", pytrace=False)
        file = Path(script) if script else None
        first = [str(file.resolve().parent)] if file else []
        path = (*first, *(entry for entry in sys.path if entry))
        try:
            proof = inquire(
                Inquiry(modules, run, file, methods=tuple(methods), path=path, timeout=timeout)
            ).proof
        except (TargetError, ConfigError) as error:
            pytest.fail(f"registry_contract: {error}", pytrace=False)
        if proof.nothing_compared:
            pytest.fail(f"registry_contract: nothing was compared: {proof.nothing_compared}", pytrace=False)
        if not proof.holds:
            pytest.fail(f"workers lack entries of a registry\n\n{render(proof)}", pytrace=False)
        return proof
