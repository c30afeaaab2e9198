"""Laws of findings on any project: one line, in order, named apart, the same in any order of input."""

from __future__ import annotations

import random
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from registry_lint.findings import Finding
from registry_lint.places import Location, Span, Step
from registry_lint.project import ContainerRecord, Owner, Project, Registrar, Registration
from registry_lint.project.model import Kind, Phase, Role
from registry_lint.rules import RULES

names = st.sampled_from(["alpha", "Beta._items", "γ"])
paths = st.sampled_from(["a.py", "pkg/b.py"])
spans = st.builds(Span, st.integers(1, 9), st.integers(0, 3), st.integers(9, 12), st.integers(0, 9))
locations = st.builds(Location, paths, spans)
steps = st.builds(Step, paths, st.integers(1, 9), st.sampled_from(["function main", "module body"]))
registrars = st.builds(Registrar, names, locations, st.sampled_from(["call", "decorator", "subclass"]))
registrations = st.builds(
    Registration,
    key=st.none() | st.text(max_size=5),
    value=st.none() | names,
    location=locations,
    phase=st.sampled_from(get_args(Phase)),
    registrar=st.none() | names,
    trace=st.lists(steps, max_size=8).map(tuple),
)
containers = st.builds(
    ContainerRecord,
    id=names.map("pkg.mod:{}".format),
    kind=st.sampled_from(get_args(Kind)),
    role=st.sampled_from(["registry", *get_args(Role)]),
    reason=st.just("callers hand it entries"),
    location=locations,
    container=st.sampled_from(["dict", "defaultdict"]),
    documented=st.booleans(),
    owner=st.none() | st.builds(Owner, names, locations),
    registrars=st.lists(registrars, max_size=2).map(tuple),
    registrations=st.lists(registrations, max_size=4).map(tuple),
)
records = st.lists(containers, max_size=4)


def findings(records: list[ContainerRecord]) -> list[Finding]:
    return [finding for rule in RULES for finding in rule.check(Project(2, tuple(records)))]


@given(records)
def test_a_message_is_one_printable_line(records: list[ContainerRecord]) -> None:
    for finding in findings(records):
        assert finding.message.isprintable()
        assert finding.message == finding.message.strip()


@given(records)
def test_no_two_findings_have_one_fingerprint(records: list[ContainerRecord]) -> None:
    fingerprints = [finding.fingerprint for finding in findings(records)]
    assert len(set(fingerprints)) == len(fingerprints)


@given(records)
def test_a_rule_of_phases_reports_a_place_once_and_in_order(records: list[ContainerRecord]) -> None:
    for rule in RULES[1:]:
        places = [finding.location for finding in rule.check(Project(2, tuple(records)))]
        assert places == sorted(set(places))


@given(records, st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order_of_the_input(
    records: list[ContainerRecord], shuffle: random.Random
) -> None:
    shuffled = shuffle.sample(records, len(records))
    before, after = findings(records), findings(shuffled)
    assert {(f.code, f.location) for f in before} == {(f.code, f.location) for f in after}


@given(records)
def test_an_edit_names_every_undocumented_registry_of_its_class(records: list[ContainerRecord]) -> None:
    for finding in findings(records):
        if finding.edit is not None:
            owner = Owner(finding.edit.owner, finding.edit.location)
            expected = [
                record.id.rpartition(".")[2]
                for record in records
                if (record.role, record.kind, record.documented) == ("registry", "class", False)
                if record.owner == owner
            ]
            assert sorted(finding.edit.attributes) == sorted(expected)
