"""The analysis as a library."""

from __future__ import annotations

import gc
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from registry_lint import check
from registry_lint.check import analyse
from registry_lint.check.extraction import extract_all
from registry_lint.config import Config, ConfigError
from registry_lint.source import SourceFile, Unreadable, digest

REGISTRY = """\
class Formats:
    known = {}

    @classmethod
    def register(cls, name, writer):
        cls.known[name] = writer
"""


def codes(analysis: object) -> list[str]:
    return [finding.code for finding in analysis.findings]  # type: ignore[attr-defined]


def test_one_call(write_project, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_project({"formats.py": REGISTRY, "quiet.py": REGISTRY.replace("{}", "{}  # noqa: REG101")})
    analysis = check([root])
    assert analysis.root == root
    assert [(finding.location.path, finding.code) for finding in analysis.findings] == [
        ("formats.py", "REG101")
    ]
    assert check([str(root / "quiet.py")]).findings == ()
    monkeypatch.chdir(root)
    assert check().findings == check(root=root).findings == analysis.findings
    assert check([root], config=Config(ignore=("REG1",))).findings == ()


def test_its_errors(write_project, tmp_path: Path) -> None:
    root = write_project({"pyproject.toml": "[tool.registry-lint]\nx = 1\n"})
    with pytest.raises(ConfigError):
        check([root])
    with pytest.raises(ValueError, match="outside the project"):
        check([tmp_path], root=root, config=Config())


@pytest.mark.parametrize("first", ["registry_lint.check.pipeline", "registry_lint", "registry_lint.cli"])
def test_the_name_is_the_function_and_its_room_whatever_came_first(first: str, write_project) -> None:
    root = write_project({"formats.py": REGISTRY})
    code = f"""import sys, {first}
from registry_lint import check
import registry_lint.check as room
print(len(check(sys.argv[1:]).findings), len(room(sys.argv[1:]).findings), room.analyse.__name__)
"""
    ran = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True)
    assert ran.stdout == "1 1 analyse\n"


@pytest.mark.parametrize("module", ["registry_lint", "registry_lint.check"])
def test_every_name_that_is_offered_is_there_and_no_other(module: str) -> None:
    offered = import_module(module)
    assert all(getattr(offered, name) for name in offered.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = offered.nothing


def test_an_overlay_stands_in_for_a_file_and_adds_one(write_project) -> None:
    root = write_project({"formats.py": REGISTRY})
    assert codes(analyse(root, Config(), overlay={"formats.py": "x = 1\n"})) == []
    assert codes(analyse(root, Config(), overlay={"new.py": REGISTRY})) == ["REG101", "REG101"]
    assert codes(analyse(root, Config())) == ["REG101"]


def test_what_an_analysis_is_made_from_is_named(write_project) -> None:
    root = write_project({"formats.py": REGISTRY, "bad.py": b"\xff"})
    analysis = analyse(root, Config())
    assert analysis.digests == {"formats.py": digest(REGISTRY)}
    assert [entry.path for entry in analysis.unreadable] == ["bad.py"]


def test_a_warm_run_is_the_cold_one(write_project) -> None:
    late = "\n\ndef late():\n    Formats.register('x', print)\n"
    root = write_project({"formats.py": REGISTRY + late, "bad.py": "("})
    cold, warm, without = (analyse(root, Config(), cache=cache) for cache in (True, True, False))
    assert cold == warm == without
    assert cold.project == warm.project == without.project
    assert cold.findings[0].edit is not None
    assert cold.findings[1].code == "REG201"


def test_a_warm_run_neither_extracts_nor_links(write_project, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_project({"formats.py": REGISTRY})
    cold = analyse(root, Config())
    monkeypatch.delattr(import_module("registry_lint.check.judging"), "link")
    assert analyse(root, Config()) == cold


@pytest.mark.parametrize(
    ("text", "is_linked"),
    [
        (REGISTRY.replace("known[name] = writer", "known[name] = writer  # as it is"), False),
        (REGISTRY.replace("    @classmethod", "    @classmethod  # noqa"), False),
        (REGISTRY.replace("known = {}", "known = {}  # noqa: REG101"), True),  # may be its documentation
        ("\n" + REGISTRY, True),
        (REGISTRY.replace("writer\n", "name\n"), True),
    ],
)
def test_a_text_that_says_the_same_is_not_linked_again(
    write_project, monkeypatch: pytest.MonkeyPatch, text: str, is_linked: bool
) -> None:
    root = write_project({"formats.py": REGISTRY, "other.py": REGISTRY})
    analyse(root, Config())
    (root / "formats.py").write_text(text)
    judging = import_module("registry_lint.check.judging")
    linked: list[object] = []
    link = judging.link
    monkeypatch.setattr(judging, "link", lambda *arguments: linked.append(1) or link(*arguments))
    again = analyse(root, Config())
    assert bool(linked) is is_linked
    assert again == analyse(root, Config()) == analyse(root, Config(), cache=False)
    assert again.project == analyse(root, Config()).project == analyse(root, Config(), cache=False).project


def test_facts_or_a_project_that_are_lost_are_made_again(write_project) -> None:
    root = write_project({"formats.py": REGISTRY, "other.py": REGISTRY})
    whole = analyse(root, Config(), cache=False)
    analyse(root, Config())
    warm = analyse(root, Config())
    for entry in (root / ".registry_lint_cache").rglob("*"):
        if len(entry.name) == 38:
            entry.unlink()
    assert warm.project == whole.project
    assert analyse(root, Config()) == whole


def test_settings_and_texts_are_part_of_what_is_remembered(write_project) -> None:
    root = write_project({"formats.py": REGISTRY})
    assert codes(analyse(root, Config())) == ["REG101"]
    assert codes(analyse(root, Config(not_registries=("formats:Formats.known",)))) == []
    (root / "formats.py").write_text("x = 1\n")
    assert codes(analyse(root, Config())) == []


def test_an_error_of_ours_is_a_finding_and_not_remembered(
    write_project, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_project({"formats.py": REGISTRY})
    with monkeypatch.context() as patch:
        patch.delattr(import_module("registry_lint.check.judging"), "link")
        (finding,) = analyse(root, Config()).findings
    assert finding.code == "REG000"
    assert "NameError" in finding.message
    assert codes(analyse(root, Config())) == ["REG101"]


def sources(number: int) -> list[SourceFile]:
    texts = [REGISTRY, "x = (", "y = 1\n"] * number
    return [SourceFile(f"m{at}.py", f"m{at}", False, text, digest(text)) for at, text in enumerate(texts)]


def test_processes_change_nothing() -> None:
    alone, together = (list(extract_all(sources(20), None, jobs)) for jobs in (1, 2))
    assert alone == together
    assert [source for source, _ in alone] == sources(20)
    assert sum(isinstance(result, Unreadable) for _, result in alone) == 20


def test_a_killed_process_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module("registry_lint.check.extraction")
    monkeypatch.setattr(module, "extract_batch", exit_at_once)
    assert list(extract_all(sources(20), None, 2)) == list(extract_all(sources(20), None, 1))


def exit_at_once(batch: object, store: object) -> None:
    import os

    os._exit(1)


def test_the_garbage_collector_is_left_as_it_was(write_project) -> None:
    root = write_project({"formats.py": REGISTRY})
    for enabled in (True, False):
        (gc.enable if enabled else gc.disable)()
        analyse(root, Config(), cache=False)
        assert gc.isenabled() is enabled
    gc.enable()
