from __future__ import annotations

import os
from pathlib import Path

import pytest

from registry_lint.check import analyse
from registry_lint.check.selection import check_codes
from registry_lint.config import CONTRACT_WORDS, STARTUP_HOOKS, WORKER_HOOKS, Config, ConfigError, load

ON_START = "def on_start(): ...\n"


def configure(folder: Path, table: str) -> Config:
    (folder / "pyproject.toml").write_text(f"[tool.registry-lint]\n{table}\n")
    return load(folder)


def mistake(folder: Path, table: str) -> str:
    with pytest.raises(ConfigError) as caught:
        check_codes(configure(folder, table))
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_without_a_file_or_a_table_there_are_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == Config()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load(tmp_path) == Config()


def test_every_key_is_read(tmp_path: Path) -> None:
    config = configure(
        tmp_path,
        """
        src = ["code"]
        exclude = ["old"]
        select = ["REG2"]
        ignore = ["REG202"]
        per-path-ignore = { "tests/*" = ["REG101"] }
        startup-hooks = ["on_start"]
        worker-hooks = ["on_worker"]
        registries = ["a:X.y"]
        not-registries = ["a:Z"]
        contract-words = { state = ["Per Interpreter"], boundary = [] }
        baseline = "baseline.json"
        template = "contract.txt"
        """,
    )
    assert config == Config(
        src=("code",),
        exclude=("old",),
        select=("REG2",),
        ignore=("REG202",),
        per_path_ignore=(("tests/*", ("REG101",)),),
        startup_hooks=(*STARTUP_HOOKS, "on_start"),
        worker_hooks=(*WORKER_HOOKS, "on_worker"),
        registries=("a:X.y",),
        not_registries=("a:Z",),
        contract_words=CONTRACT_WORDS._replace(state=(*CONTRACT_WORDS.state, "per interpreter")),
        baseline="baseline.json",
        template="contract.txt",
    )


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("selekt = []", "selekt: unknown key; did you mean 'select'?"),
        ("per_path_ignore = {}", "per_path_ignore: unknown key; did you mean 'per-path-ignore'?"),
        ("zzz = 1", "zzz: unknown key; known are src, exclude,"),
        ("select = 'REG101'", "select: expected a list of strings, got 'REG101'"),
        ("select = [101]", "select: expected a list of strings, got [101]"),
        ("exclude = ['']", "exclude: expected a list of strings that are not empty"),
        ("exclude = ['/etc']", "exclude: '/etc': expected a path below the project root"),
        ("src = ['../other']", "src: '../other': expected a path below the project root"),
        ("select = ['E501']", "select: 'E501': expected codes such as 'REG101'"),
        ("ignore = ['REG109']", "ignore: 'REG109': no such rule; did you mean 'REG101'?"),
        ("per-path-ignore = ['a']", "per-path-ignore: expected a table of pattern = [codes], got ['a']"),
        ("per-path-ignore = {'a' = ['REG999']}", "per-path-ignore: 'REG999': no such rule"),
        ("contract-words = ['fork']", "contract-words: expected a table with 'state' and 'boundary'"),
        (
            "contract-words = {bounds = []}",
            "contract-words: 'bounds': unknown group; did you mean 'boundary'?",
        ),
        ("baseline = true", "baseline: expected a string, got true"),
        ("registries = [" + "[]," * 30 + "]", "..."),
    ],
)
def test_mistakes_name_file_key_and_what_was_expected(tmp_path: Path, table: str, expected: str) -> None:
    message = mistake(tmp_path, table)
    assert message.startswith("pyproject.toml: [tool.registry-lint] ")
    assert expected in message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[tool", "not valid TOML"),
        (b"a = \xff", "not UTF-8"),
        (b"tool = 1", "tool: expected a table"),
        (b"[tool]\nregistry-lint = 1", "[tool.registry-lint]: expected a table"),
        (b"a = " + b"[" * 10_000, "not valid TOML"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert str(tmp_path / "pyproject.toml") in str(caught.value)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").mkdir()
    with pytest.raises(ConfigError, match="cannot read the configuration: Is a directory"):
        load(tmp_path)


def test_a_pipe_instead_of_a_file_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pyproject.toml")
    with pytest.raises(ConfigError, match="cannot read the configuration: Not a regular file"):
        load(tmp_path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xef\xbb\xbf[tool.registry-lint]\r\nselect = ['REG2']\r\n")
    assert load(tmp_path).select == ("REG2",)


def test_a_named_file_must_have_the_table(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[tool.registry-lint]\nselect = ['REG2']\n")
    (tmp_path / "empty.toml").write_text("")
    assert load(tmp_path, tmp_path / "other.toml").select == ("REG2",)
    with pytest.raises(ConfigError, match=r"no \[tool.registry-lint\] table"):
        load(tmp_path, tmp_path / "empty.toml")
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path, tmp_path / "absent.toml")


@pytest.mark.parametrize(
    "table",
    [
        "src = ['code']",
        "exclude = ['exmples']",
        "exclude = ['*.txtt']",
        "per-path-ignore = {'test/*' = ['REG101']}",
        "registries = ['pkg:Nothing']",
        "not-registries = ['pkg:*']",
        "startup-hooks = ['Tool.on_strat']",
        "worker-hooks = ['on_strat']",
        "worker-hooks = ['@tool.on_strat']",
    ],
)
def test_an_entry_that_matches_nothing_is_a_mistake(write_project, table: str) -> None:
    root = write_project({"examples/a.py": "", "tests/a.py": ON_START})
    config = configure(root, table)
    with pytest.raises(
        ConfigError, match=r"^pyproject.toml: \[tool.registry-lint\] .*matches nothing; expected"
    ):
        analyse(root, config, cache=False)


@pytest.mark.parametrize(
    "table",
    [
        "src = ['examples']",
        "exclude = ['examples', 'examples/a.py']",
        "exclude = ['*.txt', 'build', '.tox', 'node_modules']",
        "per-path-ignore = {'tests' = ['REG101'], 'a.py' = ['REG2']}",
        "startup-hooks = ['Tool.on_start', 'on_start(app)', '@app.on_start']",
        "worker-hooks = ['on_start']",
    ],
)
def test_an_entry_that_matches_is_none(write_project, table: str) -> None:
    root = write_project({"examples/a.py": "", "tests/a.py": ON_START, "notes.txt": ""})
    assert analyse(root, configure(root, table), cache=False).findings == ()


@pytest.mark.parametrize("table", ["registries = ['b:KNOWN']", "startup-hooks = ['on_start']"])
def test_what_cannot_be_read_may_hold_what_an_entry_names(write_project, table: str) -> None:
    root = write_project({"a.py": "", "b.py": f"KNOWN = {{}}\n{ON_START}def ("})
    assert [entry.path for entry in analyse(root, configure(root, table)).unreadable] == ["b.py"]
