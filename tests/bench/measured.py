"""One number of a measurement."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """What was measured, and what was promised."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    def print_row(self) -> bool:
        """Print it; returns whether a promised number is missed."""
        verdict = "" if self.limit is None else "ok" if self.value <= self.limit else "MISSED"
        limit = "" if self.limit is None else f"at most {self.limit:g} {self.unit}"
        print(f"{self.name:64} {self.value:10.3f} {self.unit:18} {limit:28} {verdict}", flush=True)
        return verdict == "MISSED"
