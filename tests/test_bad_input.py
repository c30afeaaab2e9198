"""Input that is broken or means harm: one clear line, the right status, and the other files are checked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from registry_lint.cache import FOLDER
from registry_lint.cli import main

SKIPPED = "skipped (list it in `exclude` to leave it out)"
GOOD = """\
class Formats:
    known = {}

    @classmethod
    def register(cls, name, writer):
        cls.known[name] = writer
"""


def check(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "registry_lint", "check", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)
    assert "Traceback" not in done.stdout + done.stderr
    assert "REG000" not in done.stdout
    return done


def flake8(root: Path, select: str = "E9,REG") -> str | None:
    """What flake8 prints; None where it ends with a traceback, as it does for errors it does not expect."""
    command = [sys.executable, "-m", "flake8", "--isolated", f"--select={select}", "-j1"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)
    return None if "Traceback" in done.stderr else done.stdout


BROKEN = {
    "syntax error": (b"x = (\n", r"bad.py:1: cannot be parsed: '\(' was never closed"),
    "NUL byte": (b"x = 1\x00\n", r"bad.py(:1)?: cannot be parsed: source code .*null bytes"),
    "unknown cookie": (b"# coding: no-such\n", r"bad.py: cannot be decoded: unknown encoding: no-such"),
    "cookie that is no text": (b"# coding: rot13\n", r"bad.py: cannot be decoded: .*rot13.*"),
    "Latin-1 bytes": (b"x = '\xe9'\n", r"bad.py: cannot be decoded: .*"),
    "nested parentheses": (b"(" * 10_000 + b")" * 10_000, r"bad.py(:1)?: cannot be parsed: .*"),
    "unterminated nesting": (b"(" * 10_000, r"bad.py(:1)?: cannot be parsed: .*"),
    "nested operators": (b"x = " + b"-" * 100_000 + b"1", r"bad.py(:\d+)?: cannot be parsed: .*"),
    "mixed indentation": (b"if 1:\n\tx\n        y\n", r"bad.py:\d: cannot be parsed: .*tabs and spaces.*"),
}


@pytest.mark.parametrize(("data", "line"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_line_and_status_2(write_project, data: bytes, line: str) -> None:
    root = write_project({"good.py": GOOD, "bad.py": data})
    done = check(root)
    assert done.returncode == 2
    assert re.fullmatch(rf"registry-lint: {line}; {re.escape(SKIPPED)}\n", done.stderr)
    assert done.stdout.startswith("good.py:2:5: REG101")
    alone, with_us = flake8(root, "E9"), flake8(root)
    assert (alone is None) == (with_us is None)
    assert with_us is None or "good.py:2:5: REG101" in with_us


def test_broken_files_outside_the_asked_paths_do_not_fail_the_run(write_project) -> None:
    root = write_project({"good/good.py": GOOD, "bad/bad.py": "x = ("})
    done = check(root, "good")
    assert (done.returncode, done.stderr) == (1, "")


FINE = {
    "empty": b"",
    "byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "CRLF": GOOD.replace("\n", "\r\n").encode(),
    "CR": GOOD.replace("\n", "\r").encode(),
    "Latin-1 with a cookie": b"# coding: latin-1\nx = '\xe9'\n",
    "form feed": GOOD.replace("\n\n", "\n\x0c\n").encode(),
    "no line end": GOOD.rstrip().encode(),
}


@pytest.mark.parametrize("data", FINE.values(), ids=FINE)
def test_an_unusual_file_is_no_error(write_project, data: bytes) -> None:
    root = write_project({"good.py": GOOD, "unusual.py": data})
    done = check(root)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count("REG101") == 1 + (b"class Formats" in data)
    assert (flake8(root) or "").count("REG101") == done.stdout.count("REG101")


def test_a_file_that_may_not_be_read(write_project) -> None:
    root = write_project({"good.py": GOOD, "bad.py": GOOD})
    (root / "bad.py").chmod(0)
    done = check(root)
    if os.access(root / "bad.py", os.R_OK):  # root may read everything
        assert done.stdout.count("REG101") == 2
    else:
        assert done.stderr == f"registry-lint: bad.py: cannot be read: Permission denied; {SKIPPED}\n"
        assert done.returncode == 2


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


def make_folder_loop(path: Path) -> None:
    path.mkdir()
    (path / "again.py").symlink_to("..")


def make_dangling(path: Path) -> None:
    path.symlink_to("nowhere.py")


def make_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [make_pipe, make_loop, make_folder_loop, make_dangling, make_device])
def test_what_is_no_file_is_no_danger(write_project, make: Callable[[Path], None]) -> None:
    root = write_project({"good.py": GOOD})
    make(root / "x.py")
    done = check(root)
    assert done.stdout.startswith("good.py:2:5: REG101")
    assert done.returncode == (2 if make is make_pipe else 1)
    assert done.stderr == (
        f"registry-lint: x.py: cannot be read: Not a regular file; {SKIPPED}\n" * (make is make_pipe)
    )


def test_links_out_of_the_root_are_not_followed(write_project, tmp_path: Path) -> None:
    root = write_project({"good.py": GOOD})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text(GOOD)
    (root / "link").symlink_to(tmp_path / "outside")
    (root / "secret.py").symlink_to(tmp_path / "outside/secret.py")
    assert check(root).stdout.count("REG101") == 1


def test_nothing_is_imported_or_executed(write_project) -> None:
    trap = "import os\nopen('trap-' + str(os.getpid()), 'w')\n"
    names = ["good.py", "setup.py", "conftest.py", "sitecustomize.py", "pkg/__init__.py", "ast.py", "json.py"]
    root = write_project(dict.fromkeys(names, trap + GOOD))
    script = Path(sys.executable).with_name("registry-lint")
    for command in ([str(script), "check"], [str(script), "map"], [str(script), "fix", "--diff"]):
        subprocess.run(command, cwd=root, capture_output=True, timeout=300)
    assert not list(root.glob("trap-*"))


HOSTILE_NAMES = [
    "new\nline.py",
    "\x1b[2Jclear.py",
    "::error::x.py",
    "%0A.py",
    "a,b:c.py",
    "\u202etxt.py",
    "é.py",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_file_names(write_project, name: str) -> None:
    root = write_project({name: GOOD, f"bad{name}": "("})
    done = check(root)
    assert done.returncode == 2
    for line in (*done.stdout.splitlines(), *done.stderr.splitlines()):
        assert line.isprintable()
    assert (len(done.stdout.splitlines()), len(done.stderr.splitlines())) == (1, 1)
    (finding,) = json.loads(check(root, "--format", "json").stdout)["findings"]
    assert finding["path"] == name
    for form in ("github", "gitlab", "sarif"):
        assert "REG101" in check(root, "--format", form).stdout


def test_a_file_name_that_is_no_text(write_project) -> None:
    root = write_project({"good.py": GOOD})
    (Path(os.fsdecode(os.fsencode(root) + b"/\xff.py"))).write_text(GOOD)
    assert check(root).stdout.count("REG101") == 2
    for form in ("json", "github", "gitlab", "sarif"):
        assert check(root, "--format", form).stdout.count("REG101") >= 2


def test_hostile_keys(write_project) -> None:
    late = "\n\ndef late():\n    Formats.register('\\x1b[2J\\n::error::%0A\\u202e', print)\n"
    root = write_project({"good.py": GOOD + late})
    for form in ("text", "github"):
        done = check(root, "--format", form)
        assert "REG201" in done.stdout
        assert len(done.stdout.splitlines()) == 2
        assert all(line.isprintable() for line in done.stdout.splitlines())


def children_cpu() -> float:
    """Processor seconds of all child processes that have ended, whatever else the machine does."""
    times = os.times()
    return times.children_user + times.children_system


LARGE = {
    "a long function": "def f():\n" + "    x = 1\n" * 50_000,
    "many classes": "".join(f"class C{n}:\n    known = {{}}\n" for n in range(5_000)),
    "a large dict": "D = {" + ",".join(f"{n}: {n}" for n in range(1_000_000)) + "}\n",
    "a long attribute chain": "x = a" + ".b" * 2_000 + "\n",
    "a long ladder": "if a:\n    pass\n" + "elif b:\n    pass\n" * 2_000,
    "a long sum": "x = " + " + ".join(["1"] * 5_000) + "\n",
    "long calls": "x = " + "f(" * 90 + ")" * 90 + "\n",
    "an alias of itself": "a = b\nb = a\na.known = a\na[b] = b\ndef f(x=f): return f(f)\nf = f(f)\n",
    "an inheritance cycle": "class A(B):\n    known = {}\nclass B(A):\n    def r(cls, x): cls.known[x] = x\n",
    "scripts of the world": "class Größe漢字Ж:\n    数 = {}\n    def 登録(cls, 名): cls.数[名] = 名\n",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_large_and_twisted_source_ends_in_time(write_project, text: str) -> None:
    root = write_project({"good.py": GOOD, "large.py": text})
    before = children_cpu()
    done = check(root)
    assert children_cpu() - before < 60
    assert "good.py:2:5: REG101" in done.stdout
    assert re.fullmatch(
        r"(registry-lint: large.py.*: cannot be parsed: .*nested too deeply.*; skipped \(.*\)\n)?",
        done.stderr,
    )


LIMITED = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from registry_lint.cli import main
sys.exit(main())
"""
# Each line holds the one before it twice: forty of them are more than there is memory in the world.
DOUBLING = {
    "texts in a text": 'x{n} = f"{{x{before}}}{{x{before}}}"',
    "a percent sign": 'x{n} = "%s%s" % (x{before}, x{before})',
    "a sum": "x{n} = x{before} + x{before}",
    "format": 'x{n} = "{{}}{{}}".format(x{before}, x{before})',
    "joined": 'x{n} = "".join([x{before}, x{before}])',
    "joined by itself": 'x{n} = x{before}.join(["a", x{before}, "b"])',
    "replaced": 'x{n} = x{before}.replace("a", x{before})',
    "spread": "x{n} = [*x{before}, *x{before}]",
    "nested": "x{n} = (x{before}, x{before})",
    "returned": "def x{n}(a=x{before}): return x{before}(a) + x{before}(a)",
    "called": "def x{n}(a): Formats.register(x{before}(a), x{before}(a + 'b'))",
}


@pytest.mark.parametrize("line", DOUBLING.values(), ids=DOUBLING)
def test_what_doubles_line_by_line_stays_small(write_project, line: str) -> None:
    lines = "".join(f"{line.format(n=n, before=n - 1)}\n" for n in range(1, 41))
    uses = "Formats.register(x40, x40)\nfor x in x40:\n    Formats.register(x, x)\n"
    root = write_project({"good.py": GOOD + "\nx0 = 'aaaaaaaaaa'\n" + lines + uses})
    before = children_cpu()
    command = [sys.executable, "-c", LIMITED, "check", "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300)
    assert children_cpu() - before < 30
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("good.py:2:5: REG101")
    assert "REG000" not in done.stdout


def test_import_cycles(write_project) -> None:
    ring = {f"m{n}.py": f"from m{(n + 1) % 50} import *\nimport m{(n + 7) % 50} as x\n" for n in range(50)}
    done = check(write_project({**ring, "good.py": GOOD}))
    assert done.stdout.count("REG101") == 1


def test_a_hostile_cache_folder_can_at_worst_slow_us_down(write_project) -> None:
    root = write_project({"good.py": GOOD})
    honest = check(root).stdout
    for file in [path for path in (root / FOLDER).rglob("*") if path.is_file()]:
        for content in (
            b"",
            b"0" * 64 + b"\n{}",
            b"\x80\x04cos\nsystem\n(S'touch trap'\ntR.",
            b"[" * 100_000,
        ):
            file.write_bytes(content)
            assert check(root).stdout == honest
    assert not (root / "trap").exists()


TABLES = {
    "broken": ("[tool.registry-lint\n", "not valid TOML"),
    "mistyped key": ("[tool.registry-lint]\nexclud = []\n", "exclud: unknown key; did you mean 'exclude'?"),
    "mistyped value": (
        "[tool.registry-lint]\nexclude = 'x'\n",
        "exclude: expected a list of strings, got 'x'",
    ),
}


@pytest.mark.parametrize(("table", "expected"), TABLES.values(), ids=TABLES)
def test_a_bad_configuration_is_one_line_and_status_2(write_project, table: str, expected: str) -> None:
    done = check(write_project({"good.py": GOOD, "pyproject.toml": table}))
    assert (done.returncode, done.stdout) == (2, "")
    assert expected in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("number", ["0x" + "f" * 5000, "2" * 24, str(2**63), str(2**63 - 1), str(2**31)])
def test_numbers_of_any_size_in_keys_and_ranges(tmp_path: Path, number: str) -> None:
    uses = [
        *("'%d' % N", "'%c' % N", "f'{N}'", "'{}'.format(N)", "'a' + str(N)", "'{0[{1}]}'.format('a', N)"),
        *(
            "'abc'[N:]",
            "'abc'[N]",
            "'abc'.center(N)",
            "'a'.zfill(-N)",
            "'a.b'.split('.', N)[0]",
            "N - N",
            "N",
        ),
    ]
    lines = [f"Formats.register({use.replace('N', number)}, print)" for use in uses]
    lines += [
        f"for at in range({ends}):\n    Formats.register('%d' % at, print)"
        for ends in (number, f"5, {number}")
    ]
    (tmp_path / "sizes.py").write_text(GOOD + "\n\n" + "\n".join(lines) + "\n")
    assert check(tmp_path, "--no-cache").stdout.count("REG101") == 1


@pytest.mark.parametrize("command", ["map", "fix"])
def test_what_the_analysis_failed_at_is_said_where_no_findings_are_shown(
    write_project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("lost")

    root = write_project({"good.py": GOOD})
    monkeypatch.setattr(import_module("registry_lint.check.judging"), "link", fail)
    assert main([command, "--no-cache", "--root", str(root), str(root)]) == 2
    said = capsys.readouterr().err
    assert "REG000 internal error" in said
    assert "RuntimeError: lost" in said
