"""The scores on real projects: their verdicts are well-formed, and the commands count right."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ECOSYSTEM = Path(__file__).parent / "ecosystem"
LABELS = sorted((ECOSYSTEM / "labels").glob("*.jsonl"))
FORMATS = """\
class Formats:
    known = {}

    @classmethod
    def register(cls, name, writer):
        cls.known[name] = writer


class Words:
    known = {"a": 1}


Formats.register("csv", print)


def enable():
    Formats.register("late", print)
"""


def score(script: str, *arguments: object) -> tuple[int, list[str]]:
    command = [sys.executable, str(ECOSYSTEM / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, [" ".join(line.split()) for line in done.stdout.splitlines()]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "demo-1").mkdir()
    (tmp_path / "demo-1" / "demo.py").write_text(FORMATS, "utf-8")
    (tmp_path / "demo").symlink_to("demo-1")
    return tmp_path


@pytest.mark.parametrize("file", LABELS, ids=lambda file: file.stem)
def test_every_verdict_is_one_of_a_pinned_wheel(file: Path) -> None:
    labels = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    pins = {line.split()[0] for line in (ECOSYSTEM / "labels/wheels.txt").read_text("utf-8").splitlines()}
    assert {f"{label['project']}=={label['version']}" for label in labels} <= pins
    assert {label["rule"] for label in labels} == {"A", "B"}
    places = [tuple(label[part] for part in ("project", "rule", "file", "line", "name")) for label in labels]
    assert len(set(places)) == len(places)


def test_each_verdict_is_counted_by_what_the_map_says(sources: Path, tmp_path: Path) -> None:
    def label(rule: str, line: int, name: str, verdict: bool) -> str:
        where = {"project": "demo", "version": "1", "file": "demo.py", "line": line}
        return json.dumps({**where, "rule": rule, "name": name, "verdict": verdict, "kind": "k", "why": "w"})

    by_hand = [
        label("A", 2, "known", True),
        label("A", 10, "known", True),
        label("B", 13, "known", False),
        label("B", 17, "known", False),
        label("B", 6, "known", True),
    ]
    (tmp_path / "labels.jsonl").write_text("\n".join(by_hand), "utf-8")
    status, lines = score("score_labels.py", tmp_path, sources, "--verbose")
    firm = [line.partition(" mean")[0] for line in lines if " firm tp" in line]
    assert firm == [
        "rule A firm tp=1 fp=0 fn=1 tn=0 precision=1.000 recall=0.500",
        "rule B firm tp=0 fp=1 fn=1 tn=1 precision=0.000 recall=0.000",
    ]
    assert [line.split()[:4] for line in lines[4:]] == [
        ["A", "fn", "demo", "demo.py:10"],
        ["B", "fp", "demo", "demo.py:17"],
        ["B", "fn", "demo", "demo.py:6"],
    ]
    assert status == 1


@pytest.mark.parametrize(("key", "found", "status"), [("csv", 1, 0), ("tsv", 0, 1)])
def test_what_was_observed_is_looked_up_in_the_map(
    sources: Path, tmp_path: Path, key: str, found: int, status: int
) -> None:
    row = {"file": "demo.py", "line": 2, "name": "known", "type": "dict", "shape": "api", "scope": "class"}
    added = {"keys": [[repr(key), "demo:13", "call"], ["1", "<no module>", "other"]]}
    table = {**row, "shape": "table", "line": 10, "noise": [], "added_import": {"keys": []}}
    grew = [{**row, "noise": [], "added_import": added}, table]
    truth = tmp_path / "truth"
    truth.mkdir()
    (truth / "demo.json").write_text(json.dumps({"grew": grew}), "utf-8")
    got, lines = score("score_observed.py", truth, sources)
    assert lines[-2] == f"all registries 1.000 (1/1) registrations 1.000 (1/1) keys {found}.000 ({found}/1)"
    assert got == status


def test_a_package_without_sources_is_said_and_fails(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "gone.json").write_text('{"grew": []}', "utf-8")
    assert score("score_observed.py", tmp_path, sources)[0] == 1
