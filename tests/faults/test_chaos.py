"""A short chaos: the long one is `nox -s chaos`."""

from pathlib import Path

import pytest

from tests.faults.chaos import play_month
from tests.faults.sweep_month import play_sweep_month


@pytest.mark.parametrize("seed", [101])
def test_nothing_invented_nothing_missed_nothing_corrupt(seed: int, tmp_path: Path):
    """Twelve disturbed runs with real drift, then fair weather."""
    month = play_month(seed, 12, tmp_path)
    assert month.expected


def test_sweeps_invent_and_miss_nothing_either(tmp_path: Path):
    """Ten disturbed hours with real drift, then fair ones for the slowest loss."""
    month = play_sweep_month(7, 10, tmp_path)
    assert month.made
