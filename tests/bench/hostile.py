"""Texts that are made to cost time, in CPU seconds: no upstream may hold a run up with a license."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from audit.licenses.text.diff import text_change
from audit.licenses.text.identify import identify
from audit.records.load import load_registry
from tests.bench.measured import Measured
from tests.hostile.texts import PAIRS, TEXTS

SECONDS = 2.0
"""Promised for one text, whatever stands in it."""


def measure_hostile_texts(source: Path) -> Iterator[Measured]:
    """Compare every pair and name every text of the collection; the slowest of each sort is told."""
    registry = load_registry(source)
    # The first text pays for the tables of all.
    identify(b"The text of no license.", registry)
    compared = {name: _time(lambda pair=pair: text_change(*pair)) for name, pair in PAIRS.items()}
    named = {name: _time(lambda text=text: identify(text, registry)) for name, text in TEXTS.items()}
    for task, seconds in (("compare two texts", compared), ("name a text", named)):
        worst = max(seconds, key=lambda name: seconds[name])
        yield Measured(f"{task}, the worst of {len(seconds)}: {worst}", seconds[worst], "s of CPU", SECONDS)


def _time(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
