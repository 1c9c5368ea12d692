"""What a run decided after comparison and the breaker, and how it ended by that. Pure."""

from dataclasses import dataclass

from audit.observations.facts import Observation
from audit.runs.daily_pages import leaves_run_incomplete
from audit.runs.outcome import Outcome
from audit.runs.report import RunStatus
from audit.runs.sweep import SweepPlan


@dataclass(frozen=True)
class RunDecision:
    """What a run will write and report, after comparison and the breaker."""

    observations: list[Observation]
    outcome: Outcome
    held_back: tuple[str, ...]
    """Models whose losses the breaker held back; none where it did not trip."""
    is_degraded: bool


def derive_run_status(decision: RunDecision, sweep: SweepPlan | None) -> RunStatus:
    """Whether everything was seen that had to be, and written."""
    if decision.is_degraded:
        return "degraded"
    if sweep and not sweep.is_whole:
        return "incomplete"
    if any(map(leaves_run_incomplete, decision.observations)):
        return "incomplete"
    return "complete"
