"""The two examples of the reference library do what they say, in time."""

from __future__ import annotations

import multiprocessing
import os
import pathlib
from xml.etree import ElementTree

import pytest
from child import run_python

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"


def processor_time() -> float:
    """Seconds that child processes have used: unlike a clock, the same on a busy machine."""
    times = os.times()
    return times.children_user + times.children_system


@pytest.mark.skipif(
    len(multiprocessing.get_all_start_methods()) < 3, reason="this platform lacks a start method of the table"
)
def test_the_data_loader_example_prints_exactly_its_expected_output() -> None:
    start = processor_time()
    told = run_python(str(EXAMPLES / "spawn_dataloader.py"))
    assert told + "\n" == (EXAMPLES / "spawn_dataloader.expected.txt").read_text(encoding="utf-8")
    assert processor_time() - start < 60


def test_growing_a_host_keeps_the_loss_from_jumping_lowers_it_and_draws_it(tmp_path: pathlib.Path) -> None:
    start = processor_time()
    told = run_python(str(EXAMPLES / "grow_a_host.py"), str(tmp_path / "loss.svg"))
    assert processor_time() - start < 60
    rows = {
        line[:14].strip(): [float(cell.rstrip("%")) for cell in line[14:].split()]
        for line in told.splitlines()[1:6]
    }
    parameters, loss, accuracy = 0, 1, 2
    assert rows["after graft"][loss] == pytest.approx(rows["before graft"][loss], abs=2e-4)
    assert rows["after graft"][parameters] > rows["before graft"][parameters]
    assert rows["end"][loss] < 0.6 * rows["end, no graft"][loss]
    assert rows["end"][accuracy] > rows["end, no graft"][accuracy] > rows["start"][accuracy]
    line = ElementTree.parse(tmp_path / "loss.svg").getroot().find("{http://www.w3.org/2000/svg}polyline")
    assert line is not None
    assert len(line.attrib["points"].split()) == 400
