"""Verdicts of the linter against verdicts by hand: precision and recall of each rule.

    python tests/ecosystem/score_labels.py LABELS SOURCES [--verbose] [PROJECT ...]

LABELS is a folder of `*.jsonl`, one verdict a line (labels/README.md tells what they mean); the sources that
they speak of are in SOURCES/PROJECT-VERSION (fetch.py brings them). The linter says yes under rule A when
`map` has a registry of a class, undocumented, of that name there, and under rule B when it has a registration
there in a phase other than import. Ends with status 1 where a share of the firm verdicts is below 0.97 or a
project has no map.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mapped import NoMapError, last_name, registries, share

ENOUGH = 0.97
LINES_OFF_A, LINES_OFF_B = 3, 1

Label = dict[str, Any]


class Judged(NamedTuple):
    """A verdict by hand and the linter's."""

    label: Label
    flagged: bool

    @property
    def outcome(self) -> str:
        """Return tp, fp, fn or tn."""
        return ("t" if self.flagged == self.label["verdict"] else "f") + ("p" if self.flagged else "n")


def main(arguments: Sequence[str]) -> int:
    """Print the scores of each rule, of the firm verdicts and of all."""
    options = _options(arguments)
    by_project = _labels(options.labels, options.projects)
    judged: list[Judged] = []
    unmapped = 0
    for (project, version), labels in sorted(by_project.items()):
        try:
            found = registries(options.sources / f"{project}-{version}", options.timeout)
        except NoMapError as error:
            print(f"{project}: {error}; counted as nothing found", file=sys.stderr)
            found, unmapped = [], unmapped + 1
        judged += [Judged(label, _flagged(label, found)) for label in labels]
    good = [_score(rule, judged) for rule in ("A", "B")]
    if options.verbose:
        _show_mistakes(judged)
    return 0 if all(good) and not unmapped else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("sources", type=Path)
    parser.add_argument("projects", nargs="*", metavar="PROJECT")
    parser.add_argument("--verbose", action="store_true", help="also print every mistake")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="for each project")
    return parser.parse_args(arguments)


def _labels(folder: Path, projects: Sequence[str]) -> dict[tuple[str, str], list[Label]]:
    grouped = defaultdict(list)
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            label = json.loads(line)
            if not projects or label["project"] in projects:
                grouped[label["project"], label["version"]].append(label)
    return grouped


def _flagged(label: Label, found: Iterable[dict[str, Any]]) -> bool:
    if label["rule"] == "A":
        return any(
            registry["kind"] == "class"
            and not registry["documented"]
            and last_name(registry) == label["name"]
            and _near(label, registry, LINES_OFF_A)
            for registry in found
        )
    return any(
        each["phase"] != "import" and _near(label, each, LINES_OFF_B)
        for registry in found
        for each in registry["registrations"]
    )


def _near(label: Label, place: dict[str, Any], lines: int) -> bool:
    return bool(place["path"] == label["file"] and abs(place["line"] - label["line"]) <= lines)


def _score(rule: str, judged: Iterable[Judged]) -> bool:
    """Print the scores of a rule and return whether those of the firm verdicts are good enough."""
    own = [each for each in judged if each.label["rule"] == rule]
    firm = [each for each in own if not each.label.get("borderline")]
    _print_score(f"rule {rule} all ", own)
    return min(_print_score(f"rule {rule} firm", firm)) >= ENOUGH


def _print_score(title: str, judged: Sequence[Judged]) -> tuple[float, float]:
    """Print how often each outcome came, and return precision and recall."""
    count = Counter(each.outcome for each in judged)
    precision = share(count["tp"], count["tp"] + count["fp"])
    recall = share(count["tp"], count["tp"] + count["fn"])
    print(
        f"{title}  tp={count['tp']} fp={count['fp']} fn={count['fn']} tn={count['tn']}"
        f"  precision={precision:.3f} recall={recall:.3f} mean recall of projects={_mean_recall(judged):.3f}"
    )
    return precision, recall


def _mean_recall(judged: Iterable[Judged]) -> float:
    wanted: dict[str, list[bool]] = defaultdict(list)
    for each in judged:
        if each.label["verdict"]:
            wanted[each.label["project"]].append(each.flagged)
    recalls = [share(sum(flags), len(flags)) for flags in wanted.values()]
    return sum(recalls) / len(recalls) if recalls else 1.0


def _show_mistakes(judged: Iterable[Judged]) -> None:
    for each in judged:
        label = each.label
        if each.outcome in ("fp", "fn"):
            place = f"{label['project']} {label['file']}:{label['line']} {label['name']}"
            kind = f"{'borderline' if label.get('borderline') else 'firm'} {label['kind']}"
            print(f"{label['rule']} {each.outcome} {place} ({kind}): {label['why']}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
