"""Rules judged on projects built by hand: what they find, where, in which words, and under which name."""

from __future__ import annotations

import pytest

from registry_lint.findings import DocumentRegistry, Finding, Rule
from registry_lint.places import Location, Span, Step
from registry_lint.project import ContainerRecord, Owner, Project, Registrar, Registration
from registry_lint.project.model import Kind, Phase, Role
from registry_lint.rules import RULES

REG101, REG201, REG202 = RULES[:3]


def at(line: int, path: str = "pkg/mod.py", column: int = 4) -> Location:
    return Location(path, Span(line, column, line, column + 10))


OWNER = Owner("Registry", at(1, column=0))
REGISTER = Registrar("pkg.mod:Registry.register", at(5), "decorator")


def container(
    *registrations: Registration,
    name: str = "Registry._items",
    kind: Kind = "class",
    role: Role = "registry",
    documented: bool = False,
    line: int = 2,
    owner: Owner | None = OWNER,
    registrars: tuple[Registrar, ...] = (REGISTER,),
) -> ContainerRecord:
    return ContainerRecord(
        id=f"pkg.mod:{name}",
        kind=kind,
        role=role,
        reason="callers hand it entries",
        location=at(line),
        container="dict",
        documented=documented,
        owner=owner,
        registrars=registrars,
        registrations=registrations,
    )


def entry(
    phase: Phase = "late",
    key: str | None = "a",
    line: int = 9,
    path: str = "app.py",
    registrar: str | None = REGISTER.id,
    trace: tuple[Step, ...] = (),
) -> Registration:
    return Registration(key, None, at(line, path), phase, registrar, trace)


def found(rule: Rule, *containers: ContainerRecord) -> list[Finding]:
    return list(rule.check(Project(2, containers)))


def test_reg101_stands_on_the_attribute_and_names_it() -> None:
    (finding,) = found(REG101, container())
    assert (finding.code, finding.location) == ("REG101", at(2))
    assert finding.registry == "pkg.mod:Registry._items"
    assert finding.message == (
        "registry Registry._items (dict) lacks a documented process contract (that it is process-wide,"
        " and what fork, spawn, forkserver and reload do to it); a spawn or forkserver worker will see only"
        " the entries that its own imports register"
    )


@pytest.mark.parametrize(
    "silent",
    [
        container(documented=True),
        container(kind="module", owner=None),
        container(kind="object"),
        container(role="cache"),
        container(role="tracker"),
        container(role="constant"),
        container(role="shadowed"),
        container(role="declaration"),
    ],
    ids=["documented", "module", "object", "cache", "tracker", "constant", "shadowed", "declaration"],
)
def test_reg101_leaves_everything_else_alone(silent: ContainerRecord) -> None:
    assert not found(REG101, silent)


def test_all_registries_of_a_class_share_one_edit() -> None:
    unregister = Registrar("pkg.mod:Registry.add", at(8), "call")
    first, second = found(
        REG101,
        container(entry(phase="import", registrar=None)),
        container(name="Registry._tags", line=3, registrars=(REGISTER, unregister)),
        container(name="Registry._known", line=4, documented=True),
    )
    assert first.edit is second.edit
    assert first.edit == DocumentRegistry(
        owner="Registry",
        location=OWNER.location,
        attributes=("_items", "_tags"),
        containers=("dict", "dict"),
        registrars=("pkg.mod:Registry.register", "pkg.mod:Registry.add"),
        ways=("call", "decorator", "write"),
    )


def test_a_registrar_that_nothing_calls_is_no_direct_write() -> None:
    register = Registrar("pkg.mod:Registry.register", at(6), "write")
    (finding,) = found(REG101, container(registrars=(register,)))
    assert finding.edit is not None
    assert finding.edit.ways == ("call",)


def test_what_tests_write_is_no_way_to_fill_a_registry() -> None:
    (finding,) = found(REG101, container(entry(phase="test", registrar=None), registrars=(REGISTER,)))
    assert finding.edit is not None
    assert "write" not in finding.edit.ways


def test_classes_of_one_name_have_edits_of_their_own() -> None:
    other = Owner("Registry", at(20, column=0))
    first, second = found(REG101, container(), container(line=21, owner=other))
    assert first.edit is not None
    assert second.edit is not None
    assert (first.edit.location, second.edit.location) == (OWNER.location, other.location)


def test_a_registry_without_an_owner_is_found_but_cannot_be_mended() -> None:
    (finding,) = found(REG101, container(owner=None))
    assert not finding.fixable


@pytest.mark.parametrize(
    ("rule", "phase"), [(REG201, "late"), (REG202, "main-guard")], ids=["REG201", "REG202"]
)
@pytest.mark.parametrize("other", ["import", "worker", "lookup", "hook", "test", "late", "main-guard"])
def test_each_rule_of_phases_judges_its_own_phase(rule: Rule, phase: Phase, other: Phase) -> None:
    findings = found(rule, container(entry(phase=other)))
    assert bool(findings) == (phase == other)


@pytest.mark.parametrize("rule", [REG201, REG202], ids=["REG201", "REG202"])
@pytest.mark.parametrize("kind", ["class", "module", "object"])
def test_registrations_are_judged_in_registries_of_every_kind(rule: Rule, kind: Kind) -> None:
    entries = entry(phase="late"), entry(phase="main-guard", line=10)
    assert len(found(rule, container(*entries, kind=kind))) == 1


def test_registrations_in_what_is_no_registry_are_nothing() -> None:
    assert not found(REG201, container(entry(), role="cache"))


def test_reg201_tells_the_entry_the_registry_the_way_and_the_worker() -> None:
    trace = (
        Step("cli.py", 3, "function main"),
        Step("app.py", 8, "function load"),
        Step("app.py", 9, "call"),
    )
    (finding,) = found(REG201, container(entry(trace=trace)))
    assert finding.trace == trace
    assert finding.message == (
        "'a' is added to registry Registry._items of pkg.mod after import: function main (cli.py:3)"
        " > function load (line 8); workers started by spawn or forkserver (Linux's default since"
        " Python 3.14) will not see this entry"
    )


def test_reg201_names_the_function_that_nothing_calls() -> None:
    (finding,) = found(REG201, container(entry(trace=(Step("app.py", 9, "in load"),))))
    assert "of pkg.mod after import, in load; workers" in finding.message


def test_reg202_says_that_the_guard_is_to_blame() -> None:
    (finding,) = found(REG202, container(entry(phase="main-guard", key=None)))
    assert finding.message == (
        'an entry is added to registry Registry._items of pkg.mod only under `if __name__ == "__main__"`;'
        " workers started by spawn or forkserver (Linux's default since Python 3.14) will not see this entry"
    )


def test_reg202_names_the_guard_once() -> None:
    (finding,) = found(REG202, container(entry(phase="main-guard", trace=(Step("app.py", 9, "main guard"),))))
    assert 'only under `if __name__ == "__main__"`; workers' in finding.message


def test_a_long_chain_is_cut_in_the_middle() -> None:
    trace = tuple(Step("app.py", line, f"function f{line}") for line in range(1, 9))
    (finding,) = found(REG201, container(entry(trace=trace)))
    assert "function f1 (line 1) > function f2 (line 2) > 4 more > function f7" in finding.message
    assert finding.trace == trace


def test_one_place_that_fills_several_registries_is_one_finding() -> None:
    tags = container(entry(), name="Registry._tags", line=3)
    (finding,) = found(REG201, container(entry()), tags)
    assert "registry Registry._items of pkg.mod and 1 more registry" in finding.message


def test_one_place_that_fills_several_registries_names_each_with_its_own_keys() -> None:
    tags = container(entry(key="b"), entry(key="c"), name="Registry._tags", line=3)
    (finding,) = found(REG201, container(entry(key="a")), tags)
    assert finding.message.startswith(
        "'a' is added to registry Registry._items of pkg.mod and 'b', 'c' are added to registry"
        " Registry._tags of pkg.mod"
    )


def test_one_place_that_fills_many_registries_names_two_of_them() -> None:
    tables = [container(entry(key=key), name=f"Registry._{key}", line=3) for key in "abcd"]
    (finding,) = found(REG201, *tables)
    assert (
        "and 'b' is added to registry Registry._b of pkg.mod, others to 2 more registries" in finding.message
    )


def test_one_place_that_adds_several_keys_is_one_finding() -> None:
    (finding,) = found(REG201, container(*[entry(key=key) for key in "abcde"]))
    assert finding.message.startswith("'a', 'b', 'c' and 2 more are added to")
    assert finding.message.endswith("these entries")


@pytest.mark.parametrize("keys", ["ab", "ba"])
def test_the_keys_of_one_place_are_told_in_order(keys: str) -> None:
    (finding,) = found(REG201, container(*[entry(key=key) for key in keys]))
    assert finding.message.startswith("'a', 'b' are added to")


@pytest.mark.parametrize("key", ["line\nbreak", "quote'", "тест", "\x00"])
def test_a_message_is_one_line_whatever_the_key(key: str) -> None:
    (finding,) = found(REG201, container(entry(key=key)))
    assert len(finding.message.splitlines()) == 1
    assert "\x00" not in finding.message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_messages_have_no_full_stop(rule: Rule) -> None:
    findings = found(rule, container(entry(phase="late"), entry(phase="main-guard", line=10)))
    assert findings
    assert not any(finding.message.endswith(".") for finding in findings)


def test_a_fingerprint_outlives_a_move_within_the_file() -> None:
    (before,) = found(REG201, container(entry(line=9)))
    (after,) = found(REG201, container(entry(line=90), line=70))
    assert before.fingerprint == after.fingerprint


def test_equal_fingerprints_are_told_apart_by_their_order() -> None:
    first, second = found(REG201, container(entry(line=9, key=None), entry(line=12, key=None)))
    assert first.fingerprint != second.fingerprint
    assert second.fingerprint == f"{first.fingerprint}|2"


@pytest.mark.parametrize(
    "other",
    [entry(key="b"), entry(registrar=None), entry(path="other.py")],
    ids=["key", "registrar", "file"],
)
def test_a_fingerprint_tells_registrations_apart(other: Registration) -> None:
    (first,) = found(REG201, container(entry()))
    (second,) = found(REG201, container(other))
    assert first.fingerprint != second.fingerprint


def test_findings_come_in_order_of_place() -> None:
    registrations = entry(line=30), entry(line=9, path="zoo.py"), entry(line=12)
    findings = found(REG201, container(*registrations))
    assert [finding.location for finding in findings] == sorted(finding.location for finding in findings)


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.code for rule in RULES] == sorted(rule.code for rule in RULES)
