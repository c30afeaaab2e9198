"""The LibCST command: the codemod through `python -m libcst.tool codemod`, which may run files in parallel.

The tool rewrites files while others are still to be done, and a half-written file would mislead the analysis
of its neighbours. So every project is planned once, whole, before its first file is handed back: the process
that comes first plans, the others wait for its plan in a folder that the tool's own process made.
"""

from __future__ import annotations

import argparse
import atexit
import shutil
import tempfile
from pathlib import Path

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from registry_lint.codemod.original import read_original, universal
from registry_lint.codemod.outcomes import RefusalError
from registry_lint.codemod.plans import FilePlan, plan_of
from registry_lint.codemod.transform import apply_changes
from registry_lint.source import digest, find_root


class AddRegistryContract(CodemodCommand):
    """Writes the missing process contract into the docstrings of class-level registries."""

    DESCRIPTION: str = "State the process contract of class-level registries in their docstrings (REG101)."

    def __init__(self, context: CodemodContext, plans: str | None = None) -> None:
        """Take the folder of the plans that the processes of one run share."""
        super().__init__(context)
        self._plans = None if plans is None else Path(plans)

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """Hand the plans' folder to every process; it goes when the tool ends."""
        folder = tempfile.mkdtemp(prefix="registry-lint-plans-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        arg_parser.set_defaults(plans=folder)

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Return the module with the docstrings that its project's findings ask for.

        What is left alone is said in a warning. Raises SkipFile for a file that LibCST would not write back
        as it was proved, and `ConfigError` for a mistake in the settings.
        """
        if self.context.filename is None:
            self.warn("stdin stays as it is: a registry is judged by its whole project; name a file")
            return tree
        file = Path(self.context.filename).resolve()
        root = find_root([file])
        name = file.relative_to(root).as_posix()
        plan = plan_of(root, self._plans).get(name, FilePlan())
        for line, reason in plan.refusals:
            self.warn(f"{name}:{line}: left alone: {reason}")
        return _changed(tree, plan, file)


def _changed(tree: cst.Module, plan: FilePlan, file: Path) -> cst.Module:
    try:
        text = read_original(file).text
        if tree.code != text:
            raise SkipFile("LibCST would not write all of it back as it is; `registry-lint fix` does")
        if not plan.changes:
            return tree
        if digest(text) != plan.before:
            raise SkipFile("it has changed since its project was analysed; run again")
        changed = apply_changes(tree, plan.changes)
    except RefusalError as reason:
        raise SkipFile(str(reason)) from None
    if digest(universal(changed.code)) != plan.after:
        raise SkipFile("LibCST would write something else than was proved; `registry-lint fix` does not")
    return changed
