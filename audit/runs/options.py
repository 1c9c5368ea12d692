"""How one run is to be done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class RunOptions:
    """How one run is to be done."""

    root: Path
    now: datetime
    """Start of the run, in UTC. The only clock the audit has."""
    only: frozenset[str] = frozenset()
    dry_run: bool = False
    allow_mass_change: bool = False
    """A person inspected what the breaker held back and says that it is real."""
    sweep: bool = False
    """Look at what changed, at an hour's share of the rest, and at what is suspected."""
    clock: Callable[[], datetime] | None = None
    """For the end of the run; the start where there is none."""
