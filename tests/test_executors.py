"""Extraction on the workers of any executor, down to those of a real Dask cluster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import Executor, ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from registry_lint.cache import FOLDER
from registry_lint.check import analyse
from registry_lint.check.extraction import extract_all
from registry_lint.check.failures import internal_error
from registry_lint.config import Config
from registry_lint.source import SourceFile, digest

REGISTRY = """\
class Formats:
    known = {}

    @classmethod
    def register(cls, name, load):
        cls.known[name] = load
"""
PROJECT = {
    "formats.py": REGISTRY,
    "broken.py": "x = (",
    **{
        f"use_{n}.py": f"from formats import Formats\n\n\ndef f():\n    Formats.register('{n}', print)\n"
        for n in range(40)
    },
}
EXTRACTION = import_module("registry_lint.check.extraction")


def sources(number: int, text: str = REGISTRY) -> list[SourceFile]:
    texts = [f"{text}\n# {at}\n" for at in range(number)]
    return [SourceFile(f"m{at}.py", f"m{at}", False, text, digest(text)) for at, text in enumerate(texts)]


def by_another_version(batch: list[SourceFile], store: object) -> tuple[str, list[object]]:
    return "another", [None for _ in batch]


def that_trips(batch: list[SourceFile], store: object) -> tuple[str, list[object]]:
    return EXTRACTION.maker(), [internal_error(SystemError(), source.path, "reading") for source in batch]


def that_fails(batch: list[SourceFile], store: object) -> None:
    raise ConnectionError


def test_an_executor_changes_no_finding(write_project) -> None:
    root = write_project(PROJECT)
    with ThreadPoolExecutor(2) as executor:
        elsewhere = analyse(root, Config(), cache=False, executor=executor)
    here = analyse(root, Config(), cache=False)
    assert len(here.findings) == 41
    assert elsewhere == here


def test_what_an_executor_extracts_is_kept(write_project, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_project(PROJECT)
    with ThreadPoolExecutor(2) as executor:
        cold = analyse(root, Config(), executor=executor)
    kept = [file for file in (root / FOLDER).rglob("*") if len(file.name) == 38]
    # the facts of 41 files, the project with lines and without, the findings by texts and those by facts
    assert len(kept) == 45
    assert analyse(root, Config()) == cold


@pytest.mark.parametrize("batch", [by_another_version, that_trips, that_fails])
def test_what_an_executor_loses_or_makes_otherwise_is_made_here(
    batch: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EXTRACTION, "extract_batch", batch)
    with ThreadPoolExecutor(2) as executor:
        assert list(extract_all(sources(40), None, 1, executor)) == list(extract_all(sources(40), None, 1))


def test_an_executor_that_takes_no_work_loses_nothing() -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    assert list(extract_all(sources(3), None, 1, executor)) == list(extract_all(sources(3), None, 1))


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "registry_lint", "check", str(root), "--format", "json", *arguments]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_an_executor_of_another_kind_is_refused(write_project) -> None:
    done = command(write_project(PROJECT), "--executor", "http://localhost:1")
    assert done.returncode == 2
    assert done.stderr == (
        "registry-lint: error: --executor 'http://localhost:1': expected dask://HOST:PORT, "
        "the address of a Dask scheduler\n"
    )


@pytest.mark.skipif(find_spec("distributed") is not None, reason="Dask is installed")
def test_without_dask_it_is_said_what_to_install(write_project) -> None:
    done = command(write_project(PROJECT), "--executor", "dask://localhost:1")
    assert done.returncode == 2
    assert done.stderr.endswith("Dask is not installed; pip install 'registry-lint[dask]'\n")


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield cluster


@pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed")
@pytest.mark.filterwarnings("default")  # Dask's own
class TestDask:
    """A cluster of two workers, each a process of its own."""

    def test_the_command_reports_the_same(self, cluster, write_project) -> None:
        root = write_project(PROJECT)
        url = cluster.scheduler_address.replace("tcp://", "dask://")
        elsewhere, here = command(root, "--no-cache", "--executor", url), command(root, "--no-cache")
        assert here.returncode == 2  # a file is broken
        assert json.loads(here.stdout)
        assert (elsewhere.returncode, elsewhere.stdout, elsewhere.stderr) == (2, here.stdout, here.stderr)

    def test_a_killed_worker_loses_nothing(self, cluster, monkeypatch: pytest.MonkeyPatch) -> None:
        from distributed import Client

        work = sources(160, REGISTRY * 100)
        expected = list(extract_all(work, None, 1))
        made_here = self._count(monkeypatch)
        with Client(cluster, set_as_default=False) as client, client.get_executor() as executor:
            assert list(self._with_a_kill(client, executor, work)) == expected
        # Dask itself does the lost batches again; single files may need it where CPython trips over threads.
        assert len(made_here) < EXTRACTION.FILES_IN_A_BATCH

    def _count(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        made, extract_one = [], EXTRACTION.extract_one
        monkeypatch.setattr(
            EXTRACTION,
            "extract_one",
            lambda source, store: made.append(source.path) or extract_one(source, store),
        )
        return made

    def _with_a_kill(self, client, executor: Executor, work: list[SourceFile]):
        results = extract_all(work, None, 1, executor)
        yield next(results)
        pids = client.run(os.getpid)
        busy = [worker for worker, tasks in client.processing().items() if tasks]
        assert len(pids) == 2
        assert busy
        os.kill(pids[busy[0]], signal.SIGKILL)
        yield from results
