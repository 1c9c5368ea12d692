"""One line of a table of measurements."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BenchRow:
    """What was measured over how many, and what came out."""

    what: str
    count: int
    result: str
