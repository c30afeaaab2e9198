"""What `check` finds in real projects against verdicts by hand: what is new, what is gone, and the precision.

    python tests/ecosystem/judge_findings.py SOURCES [PROJECT ...]

`findings/PROJECT.txt` judges each finding in SOURCES/PROJECT, one a line:

    CODE path:line registry  true|false alarm  the reason

A finding is that of a line with the same code, path and registry, the nearest if there are several, at most
LINES_OFF lines away. `gone` tells of lines without a finding, `new` of findings that nobody has judged. The
precision of a rule counts the judged findings that are there now. Ends with status 1 where there are new
findings, a precision is too low, or a project could not be checked.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from mapped import share

LEDGERS = Path(__file__).with_name("findings")
LINES_OFF = 5
ENOUGH = {"REG101": 0.97, "REG201": 0.95, "REG202": 0.95}
LINE = re.compile(r"(REG\d{3}) (\S+):(\d+) (\S+)  (true|false alarm)  (\S.*)")


class Finding(NamedTuple):
    """Which rule speaks where of which registry."""

    code: str
    path: str
    line: int
    registry: str

    @property
    def subject(self) -> tuple[str, str, str]:
        """Return all but the line, which may move."""
        return self.code, self.path, self.registry

    def __str__(self) -> str:
        return f"{self.code} {self.path}:{self.line} {self.registry}"


class Judgement(NamedTuple):
    """A line of a ledger."""

    finding: Finding
    true: bool
    reason: str

    def __str__(self) -> str:
        return f"{self.finding}  {'true' if self.true else 'false alarm'}  {self.reason}"


class Comparison(NamedTuple):
    """Findings set against a ledger."""

    judged: tuple[Judgement, ...]
    new: tuple[Finding, ...]
    gone: tuple[Judgement, ...]


class LedgerError(Exception):
    """A ledger or the findings of a project cannot be read: one line that says which and why."""


def read(ledger: Path) -> list[Judgement]:
    """Return the judgements of a ledger; raises LedgerError for a line of another form."""
    judgements = []
    for number, line in enumerate(ledger.read_text("utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        if match is None:
            raise LedgerError(
                f"{ledger.name}:{number}: not `CODE path:line registry  verdict  reason`: {line}"
            )
        code, path, at, registry, verdict, reason = match.groups()
        judgements.append(Judgement(Finding(code, path, int(at), registry), verdict == "true", reason))
    return judgements


def compare(findings: Sequence[Finding], judgements: Sequence[Judgement]) -> Comparison:
    """Give each finding the nearest judgement of its subject; none is given twice."""
    open_findings, open_judgements = dict(enumerate(findings)), dict(enumerate(judgements))
    judged = []
    for _, here, there in sorted(_near(findings, judgements)):
        if here in open_findings and there in open_judgements:
            del open_findings[here]
            judged.append(open_judgements.pop(there))
    return Comparison(tuple(judged), tuple(open_findings.values()), tuple(open_judgements.values()))


def _near(findings: Sequence[Finding], judgements: Sequence[Judgement]) -> Iterable[tuple[int, int, int]]:
    """Yield distance, finding and judgement of every pair that could belong together."""
    subjects: dict[tuple[str, str, str], tuple[list[int], list[int]]] = {}
    for here, finding in enumerate(findings):
        subjects.setdefault(finding.subject, ([], []))[0].append(here)
    for there, judgement in enumerate(judgements):
        subjects.setdefault(judgement.finding.subject, ([], []))[1].append(there)
    for of_findings, of_judgements in subjects.values():
        for here, there in product(of_findings, of_judgements):
            distance = abs(findings[here].line - judgements[there].finding.line)
            if distance <= LINES_OFF:
                yield distance, here, there


def check(sources: Path) -> list[Finding]:
    """Return what the linter finds in a project under the rules that are judged; raises LedgerError."""
    if not sources.is_dir():
        raise LedgerError(f"no sources in {sources}")
    command = [sys.executable, "-m", "registry_lint", "check", "--root", str(sources), "--format", "json"]
    command += ["--select", ",".join(ENOUGH), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if not done.stdout:
        raise LedgerError(f"status {done.returncode}: {done.stderr.strip()[-300:]}")
    found = json.loads(done.stdout)["findings"]
    return [Finding(each["code"], each["path"], each["line"], each["registry"]) for each in found]


def main(arguments: Sequence[str]) -> int:
    """Print what is new and gone in each project, and the precision of each rule over all."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    counts: Counter[tuple[str, bool]] = Counter()
    failed = 0
    for project in arguments[1:] or sorted(ledger.stem for ledger in LEDGERS.glob("*.txt")):
        try:
            result = compare(check(Path(arguments[0], project)), read(LEDGERS / f"{project}.txt"))
        except (LedgerError, OSError) as error:
            print(f"{project}: {error}", flush=True)
            failed = 1
            continue
        _tell(project, result)
        failed |= bool(result.new)
        counts.update((judgement.finding.code, judgement.true) for judgement in result.judged)
    return failed | _precisions(counts)


def _tell(project: str, result: Comparison) -> None:
    judged, new, gone = result
    print(f"{project}: {len(judged)} judged, {len(new)} new, {len(gone)} gone", flush=True)
    for finding in new:
        print(f"  new   {finding}")
    for judgement in gone:
        print(f"  gone  {judgement}")


def _precisions(counts: Counter[tuple[str, bool]]) -> int:
    """Print the precision of each rule; return 1 where one is too low."""
    low = 0
    for code, enough in ENOUGH.items():
        true, false = counts[code, True], counts[code, False]
        precision = share(true, true + false)
        print(f"{code} true={true} false={false} precision={precision:.3f}")
        low |= precision < enough
    return int(low)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
