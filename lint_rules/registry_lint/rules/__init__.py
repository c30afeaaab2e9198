"""All rules, as a plain tuple in the order of their codes; a linter of registries needs none itself."""

from __future__ import annotations

from registry_lint.findings import Rule
from registry_lint.rules.reg101_undocumented_registry import RULE as REG101
from registry_lint.rules.reg201_late_registration import RULE as REG201
from registry_lint.rules.reg202_main_guard_registration import RULE as REG202

RULES: tuple[Rule, ...] = (REG101, REG201, REG202)

__all__ = ["RULES"]
