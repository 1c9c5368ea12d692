"""A short chaos: the long one is `nox -s chaos`."""

from pathlib import Path

import pytest

from tests.faults.chaos import play_month


@pytest.mark.parametrize("seed", [101])
def test_nothing_invented_nothing_missed_nothing_corrupt(seed: int, tmp_path: Path):
    """Twelve disturbed runs with real drift, then fair weather."""
    month = play_month(seed, 12, tmp_path)
    assert month.expected
