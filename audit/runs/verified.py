"""What a run's observations prove: which of them count, and how far the run came."""

from dataclasses import replace

from audit.observations.facts import Observation
from audit.runs.outcome import KnownStates
from audit.runs.plan import RunPlan
from audit.runs.report import RunProgress

Observations = list[Observation]
GOOD_STATES = ("ok", "gated", "moved")
"""States of a target that its host answered for."""
LOST_STATES = ("absent", "disabled")
SELF_PROVING_REASONS = frozenset({"blocked-dmca", "blocked-terms", "blocked-legal", "gone"})
"""Losses that the host itself explains, in its own form: no outage says so."""
UNFINISHED_REASONS = ("budget", "rate-limited")
"""Why a run left a target out that another run will reach."""


def require_control_answers(observations: Observations) -> Observations:
    """Absence needs a control: a good answer of the same host in this run. Else it is unverifiable.

    A good answer of one host proves nothing about another.
    """
    answered = {seen.target.host for seen in observations if seen.state in GOOD_STATES}
    return [_require_control(observation, answered) for observation in observations]


def _require_control(observation: Observation, answered: set[str]) -> Observation:
    if observation.state not in LOST_STATES or observation.target.host in answered:
        return observation
    if observation.reason in SELF_PROVING_REASONS:
        return observation
    return replace(observation, state="unverifiable", reason="no-control", is_our_fault=True)


def measure_progress(
    observations: Observations, known: KnownStates, plan: RunPlan
) -> RunProgress | None:
    """How far a run came that its budget or a limit ended; None for any other run."""
    left = sum(observation.reason in UNFINISHED_REASONS for observation in observations)
    if not left:
        return None
    seen = [look.target for look in observations if look.state != "unverifiable"]
    fresh = sum(target in plan.missed_since or target not in known for target in seen)
    return RunProgress(left, len(observations), fresh or len(seen))
