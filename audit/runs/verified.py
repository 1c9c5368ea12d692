"""What a run's observations prove: which of them count, and how far the run came."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from audit.observations.facts import Observation, Target
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
    left = Counter(look.target.host for look in observations if look.reason in UNFINISHED_REASONS)
    if not left:
        return None
    seen = [look.target for look in observations if look.state != "unverifiable"]
    due = [target for target in seen if target in plan.missed_since or target not in known]
    runs = _count_remaining_runs(left, _count_hosts(due), _count_hosts(seen))
    return RunProgress(left.total(), len(observations), runs)


def _count_hosts(targets: Sequence[Target]) -> Counter[str]:
    return Counter(target.host for target in targets)


def _count_remaining_runs(left: Counter[str], due: Counter[str], seen: Counter[str]) -> int:
    """Of the host that takes longest, since each has limits of its own; 0 where one stands still.

    `due`: verified targets that had never been seen, or were missed by the last run.
    """
    paces = {host: due[host] or seen[host] for host in left}
    if not all(paces.values()):
        return 0
    return max(-(-left[host] // pace) for host, pace in paces.items())
