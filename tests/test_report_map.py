from __future__ import annotations

import json

from registry_lint.places import Location, Span, Step
from registry_lint.project import ContainerRecord, Owner, Registrar, Registration
from registry_lint.report.registry_map import RegistryMap, map_json, map_text
from registry_lint.source import Unreadable


def at(path: str, line: int, column: int = 0) -> Location:
    return Location(path, Span(line, column, line, column + 5))


REGISTRY = ContainerRecord(
    id="pkg.mod:Owner._attr",
    kind="class",
    role="registry",
    reason="callers hand it entries",
    location=at("pkg/mod.py", 12, 4),
    container="dict",
    documented=False,
    owner=Owner("Owner", at("pkg/mod.py", 10)),
    registrars=(Registrar("pkg.mod:Owner.register", at("pkg/mod.py", 20, 4), "decorator"),),
    registrations=(
        Registration(
            "resnet18",
            "pkg.nets:resnet18",
            at("pkg/nets.py", 88),
            "import",
            "pkg.mod:Owner.register",
            (Step("pkg/nets.py", 88, "module body"),),
        ),
        Registration(None, None, at("pkg/app.py", 5, 4), "late", None, ()),
    ),
)
CACHE = REGISTRY._replace(id="pkg.mod:_memo", kind="module", role="cache", reason="the writer computes it")


def test_json_is_the_contract() -> None:
    shown = RegistryMap(123, (Unreadable("bad.py", 3, "cannot be parsed"),), (REGISTRY,))
    assert json.loads(map_json(shown)) == {
        "schema": 1,
        "root": ".",
        "files": 123,
        "unreadable": [{"path": "bad.py", "line": 3, "reason": "cannot be parsed"}],
        "registries": [
            {
                "id": "pkg.mod:Owner._attr",
                "kind": "class",
                "path": "pkg/mod.py",
                "line": 12,
                "column": 4,
                "container": "dict",
                "documented": False,
                "registrars": [{"id": "pkg.mod:Owner.register", "path": "pkg/mod.py", "line": 20}],
                "registrations": [
                    {
                        "key": "resnet18",
                        "value": "pkg.nets:resnet18",
                        "path": "pkg/nets.py",
                        "line": 88,
                        "column": 0,
                        "phase": "import",
                        "registrar": "pkg.mod:Owner.register",
                        "trace": [{"path": "pkg/nets.py", "line": 88, "what": "module body"}],
                    },
                    {
                        "key": None,
                        "value": None,
                        "path": "pkg/app.py",
                        "line": 5,
                        "column": 4,
                        "phase": "late",
                        "registrar": None,
                        "trace": [],
                    },
                ],
            }
        ],
    }


def test_all_adds_the_others_with_role_and_reason() -> None:
    (other,) = json.loads(map_json(RegistryMap(1, (), (), (CACHE,))))["others"]
    assert other == {
        "id": "pkg.mod:_memo",
        "kind": "module",
        "path": "pkg/mod.py",
        "line": 12,
        "column": 4,
        "container": "dict",
        "role": "cache",
        "reason": "the writer computes it",
    }


def test_the_tree() -> None:
    assert map_text(RegistryMap(2, (), (REGISTRY,), (CACHE,))) == (
        "pkg.mod:Owner._attr  class dict  pkg/mod.py:12  undocumented\n"
        "├─ filled by (1)\n"
        "│  └─ pkg.mod:Owner.register  pkg/mod.py:20\n"
        "├─ import (1)\n"
        "│  └─ resnet18 = pkg.nets:resnet18  pkg/nets.py:88\n"
        "└─ late (1)\n"
        "   └─ ?  pkg/app.py:5\n"
        "\n"
        "pkg.mod:_memo  module dict  pkg/mod.py:12\n"
        "└─ cache: the writer computes it\n"
        "1 registry with 2 entries in 2 files\n"
    )


def test_keys_cannot_steer_a_terminal() -> None:
    entry = REGISTRY.registrations[0]._replace(key="\x1b[2J\n", value=None)
    text = map_text(RegistryMap(1, (), (REGISTRY._replace(registrations=(entry,)),)))
    assert "\\x1b[2J\\x0a" in text
    assert all(line.isprintable() for line in text.splitlines())
