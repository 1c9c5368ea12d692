"""What a sweep looks at whatever the lists say: suspicions, what was missed, what is unfinished."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from audit.drift.advance import CONFIRM_AFTER
from audit.drift.finding import Finding
from audit.drift.kinds import find_drift_kind
from audit.observations.facts import MODEL_KINDS, HubFacts, Target
from audit.runs.outcome import KnownStates
from audit.runs.rotation import RotationUnit
from audit.runs.verified import GOOD_STATES
from audit.store.observations import TargetState
from audit.store.run_status import Heartbeat, UnverifiedTarget

OWN_REASONS = frozenset({"too-large", "unreadable", "schema", "invalid-id", "error", "not-written"})
"""Failures that come from the target itself, or from us: asking again each hour mends nothing."""


DAY = timedelta(hours=24)


def list_due_suspicions(
    targets: Iterable[Target], known: KnownStates, now: datetime
) -> set[Target]:
    """Targets with a suspicion whose next look counts."""
    return {target for target in targets if _is_due(known.get(target), now)}


def _is_due(state: TargetState | None, now: datetime) -> bool:
    return any(_is_time(finding, now) for finding in _list_suspicions(state))


def _is_time(finding: Finding, now: datetime) -> bool:
    return now - datetime.fromisoformat(finding.last_counted) >= CONFIRM_AFTER


def _list_suspicions(state: TargetState | None) -> list[Finding]:
    findings = state.findings if state else ()
    return [finding for finding in findings if finding.status == "suspected"]


def is_suspected(target: Target, known: KnownStates) -> bool:
    """Whether anything is suspected of a target: a list is not asked about it."""
    return bool(_list_suspicions(known.get(target)))


def list_recently_lost_models(known: KnownStates, now: datetime) -> set[str]:
    """Models of which a loss was first suspected within a day."""
    return {
        finding.record
        for target, state in known.items()
        for finding in _list_suspicions(state)
        if target.kind in MODEL_KINDS
        and find_drift_kind(finding.kind).is_loss
        and now - datetime.fromisoformat(finding.first_seen) < DAY
    }


def list_unfinished_targets(targets: Iterable[Target], known: KnownStates) -> set[Target]:
    """Targets that were never seen, and those of which a license text is still to be read."""
    return {target for target in targets if _is_unfinished(known.get(target))}


def _is_unfinished(state: TargetState | None) -> bool:
    if state is None:
        return True
    facts = state.facts
    if not isinstance(facts, HubFacts):
        return False
    return bool(facts.texts_due) or (facts.card is not None and facts.card.is_due)


def list_resting_targets(targets: Iterable[Target], before: Heartbeat | None) -> set[Target]:
    """Targets that fail by themselves again and again, and are left to the rotation."""
    missed = before.unseen if before else {}
    return {target for target in targets if _is_resting(missed.get(target.key))}


def _is_resting(miss: UnverifiedTarget | None) -> bool:
    return miss is not None and miss.is_stuck and miss.reason in OWN_REASONS


def list_missed_units(
    units: Sequence[RotationUnit], before: Heartbeat | None
) -> list[RotationUnit]:
    """What the last sweeps could not verify: by the lists that show it, or one by one."""
    missed = before.unseen if before else {}
    found = []
    for unit in units:
        hit = [target for target in unit.targets if target.key in missed]
        hit = [target for target in hit if not _is_resting(missed[target.key])]
        if hit and unit.cost <= len(hit):
            found.append(unit)
        else:
            found += map(RotationUnit, hit)
    return found


def choose_controls(
    planned: set[Target], targets: Sequence[Target], known: KnownStates
) -> set[Target]:
    """A target of each host that will probably answer, where none of the planned ones does.

    Without a good answer of the same host, no absence is believed.
    """
    hosts = {target.host for target in planned}
    controlled = {target.host for target in planned if _is_good(target, known)}
    chosen = (_choose_control(host, targets, known) for host in hosts - controlled)
    return {target for target in chosen if target is not None}


def _choose_control(host: str, targets: Sequence[Target], known: KnownStates) -> Target | None:
    good = (target for target in targets if target.host == host and _is_good(target, known))
    return min(good, key=lambda target: RotationUnit(target).place, default=None)


def _is_good(target: Target, known: Mapping[Target, TargetState]) -> bool:
    state = known.get(target)
    return state is not None and state.state in GOOD_STATES and not is_suspected(target, known)
