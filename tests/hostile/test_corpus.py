"""The kept corpus of the fuzzer: every input is borne, most lines are reached, old faults are told."""

import pytest

from tests.hostile.line_coverage import measure_line_coverage
from tests.hostile.old_bugs import OLD_BUGS, put_back
from tests.hostile.readers import MODULES, READERS, list_corpus

MIN_SHARE = 0.9


@pytest.mark.parametrize("name", sorted(READERS))
def test_the_corpus_is_borne_and_reaches_nine_lines_of_ten(name: str):
    """No kept input raises, and together they run 90 % of the reader's lines."""

    def read_corpus() -> None:
        for path in list_corpus(name):
            READERS[name](path.read_bytes())

    READERS[name](b"")  # what is loaded once need not be traced
    coverage = measure_line_coverage(MODULES[name], read_corpus)
    assert coverage.share >= MIN_SHARE, sorted(coverage.missed)


@pytest.mark.parametrize("name", sorted(OLD_BUGS))
def test_an_old_fault_put_back_is_told(name: str):
    """The input that is named after the fault fails with it."""
    with put_back(name) as bug:
        path = next(path for path in list_corpus(bug.reader) if path.name == name)
        with pytest.raises(Exception):  # noqa: B017, PT011 -- whatever it is: the reader bears no fault
            READERS[bug.reader](path.read_bytes())
