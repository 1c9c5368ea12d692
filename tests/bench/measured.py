"""One number of a measurement."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """What was measured, and what was promised."""

    name: str
    value: float
    unit: str
    limit: float | None = None
