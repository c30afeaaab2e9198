"""The words of the contract: what the built-in text names, and a project's own template."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from places import READERS, run_fix

from registry_lint.codemod.contract_text import write_contract
from registry_lint.config import Config
from registry_lint.findings import DocumentRegistry
from registry_lint.places import Location, Span
from registry_lint.project.contract import is_documented

EDIT = DocumentRegistry(
    owner="Readers",
    location=Location("pkg/readers.py", Span(1, 0, 1, 0)),
    attributes=("items",),
    containers=("dict",),
    registrars=("pkg.readers:Readers.add",),
    ways=("call",),
)


def first_sentence(edit: DocumentRegistry) -> str:
    return write_contract(edit, "pkg.readers", ("`", "`")).paragraphs[0].partition(". A forked")[0]


@pytest.mark.parametrize(
    ("registrars", "ways", "filled"),
    [
        (["Readers.add"], ["call"], "filled by `add()`"),
        (["Readers.add"], ["decorator"], "filled by `add()`, used as a decorator"),
        (["Readers.add"], ["call", "decorator"], "filled by `add()`, called or used as a decorator"),
        (
            ["Readers.add", "reader"],
            ["decorator"],
            "filled by `add()`, used as a decorator",
        ),
        (["add", "reader"], ["decorator"], "filled by `add()` and `reader()`, used as decorators"),
        (["add", "reader"], ["call", "write"], "filled by `add()` and `reader()`, and by direct writes"),
        (["Readers._add", "Readers.add"], ["call"], "filled by `add()`"),
        (["Readers.__post_init__"], ["call"], "filled by `Readers()`"),
        (["Readers.__init_subclass__"], ["call"], "filled as subclasses are defined"),
        (["Base.__init_subclass__"], ["subclass"], "filled as this class and its subclasses are defined"),
        (
            ["Readers.__init_subclass__", "Special.__init_subclass__"],
            ["subclass", "write"],
            "filled as subclasses are defined, and by direct writes",
        ),
        (["Readers.__new__"], ["subclass"], "filled as classes with this metaclass are defined"),
        (["Readers.__prepare__"], ["call"], "filled as classes with this metaclass are defined"),
        (["Meta.__init__"], ["subclass"], "filled as subclasses are defined"),
        (
            ["Field.__set_name__"],
            ["subclass"],
            "filled as class bodies bind names to instances of `Field`",
        ),
        (["Base.add"], ["call"], "filled by `Base.add()`"),
        (
            ["Readers.add", "Readers.b", "Readers.c", "Readers.d", "e"],
            ["call"],
            "`add()`, `b()`, `c()` and others",
        ),
        (["Readers.__init_subclass__"], ["subclass"], "filled as subclasses are defined"),
        (
            ["Meta.__new__", "Readers.add"],
            ["call", "subclass"],
            "by `add()` and as subclasses are defined",
        ),
        ([], ["write"], "filled by direct writes"),
        (["Readers.add"], ["call", "write"], "filled by `add()` and by direct writes"),
        ([], [], "`items` is a process-wide registry (a dict)"),
    ],
)
def test_it_says_how_entries_get_in(registrars: list[str], ways: list[str], filled: str) -> None:
    edit = EDIT._replace(registrars=tuple(f"pkg.readers:{name}" for name in registrars), ways=tuple(ways))
    assert first_sentence(edit).endswith(filled)


def test_functions_of_other_modules_are_named_with_their_module() -> None:
    edit = EDIT._replace(
        registrars=("pkg.plugins:install", "pkg.base:Base.add", "pkg.plugins:deco.<locals>.inner")
    )
    assert first_sentence(edit).endswith("by `pkg.plugins.install()`, `Base.add()` and `pkg.plugins.deco()`")


def test_functions_of_tests_are_not_named() -> None:
    edit = EDIT._replace(registrars=("pkg.tests.test_a:teardown", "pkg.plugins:install"))
    assert first_sentence(edit).endswith("filled by `pkg.plugins.install()`")
    edit = EDIT._replace(registrars=("pkg.tests.test_a:teardown", "pkg.readers:Readers.__init_subclass__"))
    assert first_sentence(edit).endswith("filled as subclasses are defined")


def test_every_registry_is_named_with_its_container() -> None:
    edit = EDIT._replace(attributes=("a", "b"), containers=("OrderedDict", "collections.deque"))
    assert first_sentence(edit).startswith(
        "`a` (an OrderedDict) and `b` (a collections.deque) are process-wide registries"
    )


def test_registries_of_one_container_are_named_together() -> None:
    edit = EDIT._replace(attributes=("a", "b", "c"), containers=("set", "dict", "set"))
    assert first_sentence(edit).startswith(
        "`a` and `c` (each a set), and `b` (a dict) are process-wide registries, filled by `add()`"
    )


def test_a_reload_is_not_said_to_leave_nothing() -> None:
    written = write_contract(EDIT, "pkg.readers", ("`", "`"))
    assert "the registry anew, with only what the module itself puts in" in written.paragraphs[0]
    assert "empty" not in written.paragraphs[0]


def test_the_text_is_a_contract_by_the_rule_s_own_judgement() -> None:
    written = write_contract(EDIT, "pkg.readers", ("`", "`"))
    assert is_documented(written.paragraphs[0], Config().contract_words)


def test_a_template_replaces_the_text(tmp_path: Path) -> None:
    template = "{attributes} of {owner} ({containers}, {registrars}, {ways}) is per process.\n\nMind fork."
    file = tmp_path / "readers.py"
    file.write_text(READERS, encoding="utf-8")
    assert run_fix(tmp_path, config=Config(template=template)).status == 1
    assert file.read_text(encoding="utf-8").startswith(
        '''class Readers:
    """Readers by format.

    ``items`` of Readers (dict, ``add()``, call) is per process.

    Mind fork.
    """
'''
    )


def test_a_template_may_add_to_the_text(tmp_path: Path) -> None:
    (tmp_path / "readers.py").write_text(READERS, encoding="utf-8")
    assert run_fix(tmp_path, config=Config(template="{contract} See the guide.")).status == 1
    assert "See the guide." in " ".join((tmp_path / "readers.py").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("Be careful with {attributes}.", "would not satisfy REG101"),
        ("{attributes} is process-wide.", "would not satisfy REG101"),
        (
            "{attribute} is process-wide: mind fork.",
            "unknown field {attribute}; known are {owner}, {attributes}",
        ),
        ("{0} is process-wide: mind fork.", "unknown field {0}"),
        ("{owner.__class__} is process-wide: mind fork.", "unknown field"),
        ("{owner!r} is process-wide: mind fork.", "unknown field"),
        ("{attributes is process-wide: mind fork.", "for braces"),
        ('"""{contract}"""', "cannot stand in a docstring"),
        ("{contract} \\d", "cannot stand in a docstring"),
    ],
)
@pytest.mark.parametrize("source", [READERS, "x = 1\n"], ids=["something to do", "nothing to do"])
def test_a_template_that_would_not_do_is_refused(
    tmp_path: Path, template: str, reason: str, source: str
) -> None:
    file = tmp_path / "readers.py"
    file.write_text(source, encoding="utf-8")
    run = run_fix(tmp_path, config=replace(Config(), template=template))
    assert (run.status, run.out, run.err.count("\n")) == (2, "", 1)
    assert run.err.startswith("registry-lint: pyproject.toml: [tool.registry-lint] template: ")
    assert reason in run.err
    assert file.read_text(encoding="utf-8") == source
