"""Prediction against proof on installed packages: every registration in real processes.

    python tests/ecosystem/prove.py /path/to/environment/bin/python catalogue gymnasium …

For each package: all modules that declare or fill a registry are imported, as far as they can be, by a
parent and by a worker of each start method, and what they hold is set against the phases that the analysis
predicts. The interpreter is that of an environment which has the packages. What the ledger (proof.txt:
`package registry key  reason`, `*` for any key) explains is counted apart; anything else ends with status 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from registry_lint.verify.comparing import shown
from registry_lint.verify.interpreter import TargetError, examine
from registry_lint.verify.predicting import EARLY, origin
from registry_lint.verify.proving import Proof, prove, question
from registry_lint.verify.targets import Target, find_roots, know

LEDGER = Path(__file__).with_name("proof.txt")
METHODS = ("fork", "spawn")
TRY = """
import importlib, json, sys
able, unable = [], {}
for name in json.loads(sys.argv[1]):
    try:
        importlib.import_module(name)
        able.append(name)
    except BaseException as error:
        unable[name] = f"{type(error).__name__}: {error}"
sys.__stdout__.write("\\n" + json.dumps([able, unable]) + "\\n")
"""


def main(arguments: Sequence[str]) -> int:
    """Print one line a package and every disagreement that the ledger does not explain."""
    python, *packages = arguments
    unexplained = 0
    for package in packages:
        try:
            unexplained += _prove(python, package)
        except (TargetError, subprocess.SubprocessError) as error:
            print(f"{package}: {error}")
            unexplained += 1
    return min(unexplained, 1)


def _prove(python: str, package: str) -> int:
    target = know(find_roots(examine(python, [package], []).places, None), None)
    able, unable = _importable(python, package, target)
    asked = question(target, python, [], modules=able, timeout=300)
    proof = prove(asked, target, examine(python, [], []), METHODS)
    explained, open_ones = _sorted_out(package, list(_contradictions(proof)))
    agreed = sum(row.verdict.agreed for row in proof.rows)
    failures = [f"{method}: {failure.reason}" for method, failure in proof.failures.items()]
    print(
        f"{package}: {len(proof.rows)} of {len(target.registries)} registries compared, {len(able)} modules "
        f"imported and {len(unable)} not; {agreed} predictions hold, {len(explained)} explained, "
        f"{len(open_ones)} open {' '.join(failures)}".rstrip()
    )
    print(f"    {_nameless(proof)} places predict an entry without naming it; {_unforeseen(proof)}")
    for line in open_ones:
        print(f"    {line}")
    for name, reason in unable.items():
        print(f"    not imported: {name}: {reason.splitlines()[0][:100]}")
    return len(open_ones) + len(failures)


def _importable(python: str, package: str, target: Target) -> tuple[list[str], dict[str, str]]:
    """Return the modules of the registries that can be imported there, and why the others cannot."""
    names = {module for known in target.registries for module in known.modules.values()}
    wanted = [
        package,
        *sorted(name for name in names if name.startswith(f"{package}.") and not _is_apart(name)),
    ]
    answer = subprocess.run(
        [python, "-c", TRY, json.dumps(wanted)], capture_output=True, text=True, timeout=600, check=True
    )
    able, unable = json.loads(answer.stdout.splitlines()[-1])
    return able, unable


def _is_apart(module: str) -> bool:
    """Return whether a module is a program or a test, which nothing imports in use."""
    return any(part in ("__main__", "tests", "test", "conftest", "testing") for part in module.split("."))


def _contradictions(proof: Proof) -> Iterator[tuple[str, str, str]]:
    for row in proof.rows:
        for each in row.verdict.disagreements:
            where = f"{each.place.location.path}:{each.place.location.span.line}"
            yield each.registry, each.key, f"{each.words} ({where})"
        for path in row.origins:
            if not any(each.key == shown(path) for each in row.verdict.disagreements):
                yield row.known.record.id, shown(path), "missing in a worker"


def _nameless(proof: Proof) -> int:
    """Return how many places of import predict neither a key nor a definition: nothing can be looked for."""
    return sum(
        place.phase == EARLY and place.key is None and place.value is None
        for row in proof.rows
        for place in row.known.record.registrations
    )


def _unforeseen(proof: Proof) -> str:
    """Return how many entries the parent holds, and of how many the analysis names no place."""
    held = [
        (row, path, values)
        for row in proof.rows
        for path, values in row.parent.entries.items()
        if len(path) == 2
    ]
    placeless = sum(origin(row.known.record, path, values) is None for row, path, values in held)
    return f"{len(held)} entries held, {placeless} from places that the analysis cannot tell"


def _sorted_out(
    package: str, found: list[tuple[str, str, str]]
) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Return what the ledger explains, and the rest as lines."""
    lines = LEDGER.read_text("utf-8").splitlines() if LEDGER.exists() else []
    entries = [line.split(maxsplit=3) for line in lines if line.strip() and not line.startswith("#")]
    explained, rest = [], []
    for each in found:
        known = any(
            entry[0] == package and entry[1] == each[0] and fnmatchcase(each[1], entry[2])
            for entry in entries
        )
        if known:
            explained.append(each)
        else:
            rest.append(" ".join(each))
    return explained, rest


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
