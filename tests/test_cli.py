from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from registry_lint import __version__
from registry_lint.cli import main
from registry_lint.rules import RULES

REGISTRY = """\
class Formats:
    known = {}

    @classmethod
    def register(cls, name, writer):
        cls.known[name] = writer


def enable():
    Formats.register("late", print)
"""
DOCUMENTED = REGISTRY.replace(
    "class Formats:\n", 'class Formats:\n    """Process-wide; spawned workers register anew."""\n\n'
)


class Done(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def root(write_project, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = write_project({"formats.py": REGISTRY, "sub/quiet.py": ""})
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in the project."""

    def run(*arguments: str) -> Done:
        try:
            status = main(arguments)
        except SystemExit as left:
            status = int(left.code or 0)
        return Done(status, *capsys.readouterr())

    return run


def codes(done: Done) -> list[str]:
    return re.findall(r"^\S+?:\d+:\d+: (REG\d+)", done.out, re.MULTILINE)


def test_findings_are_lines_and_status_1(run: Run) -> None:
    done = run("check")
    assert codes(done) == ["REG101", "REG201"]
    assert done.out.startswith("formats.py:2:5: REG101 ")
    assert (done.status, done.err) == (1, "")


def test_no_findings_are_silence_and_status_0(run: Run) -> None:
    assert run("check", "sub") == Done(0, "", "")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "REG1"], ["REG101"]),
        (["--select", "REG101,REG201"], ["REG101", "REG201"]),
        (["--ignore", "REG101"], ["REG201"]),
        (["--select", "REG101", "--ignore", "REG1"], ["REG101"]),
        (["--ignore", "REG"], []),
    ],
)
def test_selection(run: Run, options: list[str], expected: list[str]) -> None:
    assert codes(run("check", *options)) == expected


def test_options_replace_what_is_configured(run: Run, root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.registry-lint]\nselect = ["REG2"]\n')
    assert codes(run("check")) == ["REG201"]
    assert codes(run("check", "--select", "REG1")) == ["REG101"]
    (root / "other.toml").write_text('[tool.registry-lint]\nignore = ["REG2"]\n')
    assert codes(run("check", "--config", "other.toml")) == ["REG101"]


def test_per_path_ignore(run: Run, root: Path) -> None:
    (root / "pyproject.toml").write_text(
        '[tool.registry-lint]\nper-path-ignore = { "form*.py" = ["REG2"], "sub" = ["REG1"] }\n'
    )
    assert codes(run("check")) == ["REG101"]


def test_exit_zero_and_statistics(run: Run) -> None:
    done = run("check", "--exit-zero", "--statistics")
    assert done.status == 0
    assert codes(done) == ["REG101", "REG201"]
    assert done.err == "     1 REG101 undocumented-registry\n     1 REG201 late-registration\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["chekc"], "invalid choice: 'chekc'"),
        (["check", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["check", "--form", "json"], "unrecognized arguments: --form"),
        (["check", "--format", "xml"], "invalid choice: 'xml'"),
        (["check", "--select", "REG901"], "--select: 'REG901': no such rule; did you mean 'REG"),
        (["check", "--ignore", "E501"], "--ignore: 'E501': no such rule"),
        (["check", "--select", ","], "expected codes"),
        (["check", "--jobs", "many"], "expected a number of processes"),
        (["check", "absent"], "absent: no such file or folder"),
        (["check", "--root", "absent"], "--root absent: no such folder"),
        (["check", "--config", "absent.toml"], "absent.toml: cannot read the configuration: No such file"),
        (["check", ".."], "outside the project"),
        (["check", "--baseline", "absent.json"], "absent.json: cannot read the baseline: No such file"),
        (["check", "--changed-since", "HEAD"], "is no revision of a git repository"),
        (["check", "--output", "absent/out.txt"], "absent/out.txt: cannot be written: No such file"),
        (["check", "--format", "json", "--format", "sarif"], "only one output may go to the screen"),
        (["map", "--format", "sarif"], "invalid choice: 'sarif'"),
        (["explain", "REG999"], "'REG999': no such rule"),
        (["explain", "late-registratoin"], "did you mean 'late-registration'?"),
        (["init", "absent"], "absent: no such file or folder"),
    ],
)
def test_misuse_is_one_line_and_status_2(run: Run, root: Path, arguments: list[str], expected: str) -> None:
    root_option = ["--root", "."] if ".." in arguments else []
    done = run(*arguments, *root_option)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("registry-lint")
    assert expected in done.err
    assert done.err.count("\n") == 1


def test_a_mistake_in_the_configuration_is_one_line_and_status_2(run: Run, root: Path) -> None:
    (root / "pyproject.toml").write_text("[tool.registry-lint]\nselekt = []\n")
    for command in ("check", "map", "fix", "init"):
        assert run(command) == Done(
            2,
            "",
            "registry-lint: error: pyproject.toml: [tool.registry-lint] selekt: unknown key;"
            " did you mean 'select'?\n",
        )


def test_version_and_help(run: Run) -> None:
    assert run("--version") == Done(0, f"registry-lint {__version__}\n", "")
    done = run("--help")
    assert done.status == 0
    for command in ("check", "map", "fix", "explain", "verify", "init"):
        assert re.search(rf"^ +{command} ", done.out, re.MULTILINE)
        assert run(command, "--help").status == 0


def test_several_outputs_in_one_run(run: Run, root: Path) -> None:
    files = ("--format", "sarif", "--output", "out.sarif", "--format", "json", "--output", "out.json")
    done = run("check", *files, "--format", "text")
    assert codes(done) == ["REG101", "REG201"]
    assert json.loads((root / "out.sarif").read_text())["version"] == "2.1.0"
    assert len(json.loads((root / "out.json").read_text())["findings"]) == 2


@pytest.mark.parametrize(
    "arguments", [("--output", "o", "--format", "json"), ("--format", "json", "--output", "o")]
)
def test_an_output_may_stand_on_either_side_of_its_format(
    run: Run, root: Path, arguments: tuple[str, ...]
) -> None:
    assert run("check", *arguments).out == ""
    assert json.loads((root / "o").read_text())["schema"] == 1


def test_an_output_alone_is_text(run: Run, root: Path) -> None:
    assert run("check", "--output", "out.txt") == Done(1, "", "")
    assert (root / "out.txt").read_text().count("\n") == 2


def test_an_output_is_whole_or_untouched(run: Run, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "out.txt").write_text("old")

    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    done = run("check", "--no-cache", "--output", "out.txt")
    assert done.err == "registry-lint: error: out.txt: cannot be written: No space left on device\n"
    assert (root / "out.txt").read_text() == "old"
    assert sorted(path.name for path in root.iterdir()) == ["formats.py", "out.txt", "pyproject.toml", "sub"]


def test_an_output_keeps_mode_and_link(run: Run, root: Path) -> None:
    (root / "real.txt").write_text("")
    (root / "real.txt").chmod(0o640)
    (root / "link.txt").symlink_to("real.txt")
    run("check", "--output", "link.txt")
    assert (root / "link.txt").is_symlink()
    assert (root / "real.txt").stat().st_mode & 0o777 == 0o640
    assert "REG101" in (root / "real.txt").read_text()


def test_an_output_may_be_a_device(run: Run) -> None:
    assert run("check", "--output", os.devnull) == Done(1, "", "")


def test_baseline(run: Run, root: Path) -> None:
    done = run("check", "--write-baseline", "accepted.json", "sub")
    assert done == Done(0, "", "registry-lint: accepted.json: accepted 2 findings\n")
    assert run("check", "--baseline", "accepted.json") == Done(0, "", "")
    (root / "formats.py").write_text("\n\n" + DOCUMENTED)
    done = run("check", "--baseline", "accepted.json")
    assert (done.status, done.out) == (0, "")
    assert re.fullmatch(
        r"registry-lint: stale baseline entry, the finding is gone: formats.py: REG101 registry .*\n",
        done.err,
    )
    (root / "formats.py").write_text(REGISTRY + '    Formats.register("more", print)\n')
    assert codes(run("check", "--baseline", "accepted.json")) == ["REG201"]


def test_changed_since(run: Run, root: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    assert run("check", "--changed-since", "HEAD") == Done(0, "", "")
    (root / "formats.py").write_text(REGISTRY + '    Formats.register("more", print)\n')
    done = run("check", "--changed-since", "HEAD")
    assert done.out.startswith("formats.py:11:5: REG201 ")
    assert codes(done) == ["REG201"]


def test_the_map(run: Run) -> None:
    done = run("map")
    assert done.status == 0
    assert done.out.startswith("formats:Formats.known  class dict  formats.py:2  undocumented\n")
    document = json.loads(run("map", "--format", "json").out)
    assert [record["id"] for record in document["registries"]] == ["formats:Formats.known"]
    assert document["files"] == 2
    assert "others" not in document


def test_a_map_that_cannot_be_written_is_one_line_and_status_2(run: Run) -> None:
    done = run("map", "--output", "no/such/folder/map.txt")
    assert (done.status, done.out) == (2, "")
    assert (
        done.err
        == "registry-lint: error: no/such/folder/map.txt: cannot be written: No such file or directory\n"
    )


def test_paths_filter_the_map(run: Run) -> None:
    assert json.loads(run("map", "--format", "json", "sub").out)["registries"] == []


def test_the_map_of_everything_says_why(run: Run, root: Path) -> None:
    (root / "constant.py").write_text("COLOURS = {'red': 1}\n")
    (other,) = json.loads(run("map", "--all", "--format", "json").out)["others"]
    assert (other["id"], other["role"]) == ("constant:COLOURS", "constant")
    assert other["reason"]
    assert "constant:COLOURS" in run("map", "--all").out


def test_explain_prints_pages_and_the_list(run: Run) -> None:
    listed = run("explain")
    assert [line.split()[0] for line in listed.out.splitlines()] == [rule.code for rule in RULES]
    for rule in RULES:
        done = run("explain", rule.code.lower())
        assert done.out.startswith(f"# {rule.name} ({rule.code})")
        assert run("explain", rule.name) == done


def test_scripts_without_a_suffix_are_checked_when_named(run: Run, root: Path) -> None:
    (root / "tool").write_text("#!/usr/bin/env python3\n" + REGISTRY)
    (root / "notes").write_text("class X: known = {\n")
    assert {line.split(":")[0] for line in run("check", "tool").out.splitlines()} == {"tool"}
    assert run("check", "notes", "pyproject.toml") == Done(0, "", "")


def test_a_script_that_is_named_is_mended(run: Run, root: Path) -> None:
    (root / "tool").write_text("#!/usr/bin/env python3\n" + REGISTRY)
    done = run("fix", "tool")
    assert (done.status, done.err) == (1, "")
    assert codes(run("check", "tool")) == ["REG201"]


@pytest.mark.parametrize(("option", "kept"), [("--no-cache", False), ("--jobs=1", True)])
def test_fix_keeps_a_cache_only_where_it_may(run: Run, root: Path, option: str, kept: bool) -> None:
    assert run("fix", option).status == 1
    assert (root / ".registry_lint_cache").exists() is kept


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    """What `check` prints on a terminal."""
    terminal = Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        patch.delenv("NO_COLOR", raising=False)
        patch.setenv("TERM", "xterm")
        for name, value in environment.items():
            patch.setenv(name, value)
        main(["check"])
    return terminal.getvalue()


def test_a_terminal_gets_colour_and_source(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = on_a_terminal(monkeypatch)
    assert "\x1b[31mREG101\x1b[0m" in shown
    assert "    known = {}" in shown


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_can_be_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    shown = on_a_terminal(monkeypatch, **environment)
    assert "\x1b" not in shown
    assert "    known = {}" in shown


def test_progress_is_shown_on_a_terminal_only(root: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    for number in range(45):
        (root / f"m{number}.py").write_text("")
    assert run("map", "--no-cache").err == ""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    main(["map", "--no-cache"])
    assert "reading files: 20 of 47" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_reader_that_stops_reading_is_no_error(root: Path) -> None:
    for number in range(300):
        (root / f"m{number}.py").write_text(REGISTRY)
    script = f"{sys.executable} -m registry_lint map --format json | head -n 1"
    done = subprocess.run(script, shell=True, capture_output=True, text=True, cwd=root)
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_an_ascii_terminal_is_no_error(root: Path) -> None:
    (root / "größe.py").write_text(REGISTRY, encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "registry_lint", "check"], cwd=root, env=environment, capture_output=True
    )
    assert done.stderr == b""
    assert rb"gr\xf6\xdfe.py:2:5: REG101" in done.stdout


def test_an_interruption_is_one_line(root: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("registry_lint.cli.check_command.run", interrupt)
    assert run("check") == Done(130, "", "registry-lint: interrupted\n")


def test_an_error_of_ours_asks_for_a_report(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise LookupError("lost\nsomething")

    monkeypatch.setattr("registry_lint.cli.check_command.run", fail)
    done = run("check")
    assert done.status == 2
    assert "LookupError: lost something (at test_cli.py:" in done.err
    assert "please report this line" in done.err
    assert done.err.count("\n") == 1


def test_the_console_script_and_the_module_are_the_same(root: Path) -> None:
    script = [str(Path(sys.executable).with_name("registry-lint"))]
    module = [sys.executable, "-m", "registry_lint"]
    done = [subprocess.run([*way, "check"], cwd=root, capture_output=True) for way in (script, module)]
    assert done[0].stdout == done[1].stdout != b""
    assert [each.returncode for each in done] == [1, 1]
