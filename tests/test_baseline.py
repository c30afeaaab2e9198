from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry_lint.check.baseline import compare, configured_baseline, dump_baseline, load_baseline
from registry_lint.config import Config, ConfigError
from registry_lint.findings import Finding
from registry_lint.places import Location, Span


def finding(fingerprint: str, line: int = 1, path: str = "a.py") -> Finding:
    place = Location(path, Span(line, 0, line, 5))
    return Finding("REG201", "late-registration", place, "message", "a:R", fingerprint)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "baseline.json"


def test_accepted_findings_are_left_out_wherever_they_have_moved(file: Path) -> None:
    file.write_text(dump_baseline([finding("one", 1), finding("two", 2)]))
    moved = [finding("one", 90), finding("two", 91), finding("three", 2)]
    compared = compare(moved, moved, (), load_baseline(file))
    assert compared.new == (finding("three", 2),)
    assert compared.stale == ()


def test_a_finding_that_is_gone_is_stale(file: Path) -> None:
    file.write_text(dump_baseline([finding("one"), finding("two")]))
    compared = compare([finding("two")], [finding("two")], (), load_baseline(file))
    assert [entry.fingerprint for entry in compared.stale] == ["one"]


def test_a_finding_that_is_not_shown_is_not_stale(file: Path) -> None:
    file.write_text(dump_baseline([finding("one")]))
    assert compare([], [finding("one")], (), load_baseline(file)).stale == ()


def test_nothing_is_stale_in_a_file_that_could_not_be_read(file: Path) -> None:
    file.write_text(dump_baseline([finding("one", path="a.py"), finding("two", path="b.py")]))
    compared = compare([], [], ["a.py"], load_baseline(file))
    assert [entry.path for entry in compared.stale] == ["b.py"]


def test_the_file_is_the_same_whatever_the_order() -> None:
    findings = [finding("one"), finding("two"), finding("three")]
    assert dump_baseline(findings) == dump_baseline(reversed(findings))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "expected JSON from --write-baseline"),
        ("[" * 100_000, "expected JSON from --write-baseline"),
        ("[]", "expected schema 1"),
        ('{"schema": 2, "findings": []}', "expected schema 1"),
        ('{"schema": 1}', "expected a list of findings"),
        ('{"schema": 1, "findings": [1]}', "a finding needs fingerprint, code, path, message"),
        (json.dumps({"schema": 1, "findings": [{"fingerprint": 1}]}), "a finding needs fingerprint"),
    ],
)
def test_what_is_no_baseline_says_so_in_one_line(file: Path, content: str, expected: str) -> None:
    file.write_text(content)
    with pytest.raises(ConfigError) as caught:
        load_baseline(file)
    assert str(caught.value).startswith(f"{file}: not a baseline: ")
    assert expected in str(caught.value)


def test_a_device_instead_of_a_baseline_does_not_hang(tmp_path: Path) -> None:
    (tmp_path / "endless").symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match="Not a regular file"):
        load_baseline(tmp_path / "endless")


def test_a_configured_baseline_that_is_absent_names_the_key(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"^pyproject.toml: \[tool.registry-lint\] baseline: .*No such file"
    ):
        configured_baseline(tmp_path, Config(baseline="absent.json"))
    assert configured_baseline(tmp_path, Config()) == ()
