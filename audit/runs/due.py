"""What is due in a run: the plan that follows from what the last runs left behind."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from audit.drift.compare.identity import PINNED_REVISION_FIELD
from audit.drift.finding import WatchedTarget
from audit.observations.facts import Target
from audit.runs.outcome import KnownStates
from audit.runs.plan import RunPlan, build_run_plan, is_pin_due
from audit.sources.base import HeadCheckPlanner
from audit.sources.registered import PLANNERS
from audit.store.observations import TargetState
from audit.store.run_status import Heartbeat


def plan_due_checks(
    watched: Sequence[WatchedTarget],
    known: KnownStates,
    before: Heartbeat | None,
    now: datetime,
    planners: Mapping[str, HeadCheckPlanner] = PLANNERS,
) -> RunPlan:
    """The plan of a run that begins now."""
    targets = [watch.target for watch in watched]
    missed_since = list_missed_targets(targets, before)
    lessons = before.owners if before else {}
    pins = select_due_pins(watched, known, now.date())
    return build_run_plan(targets, lessons, missed_since, pins, planners)


def list_missed_targets(targets: Sequence[Target], before: Heartbeat | None) -> dict[Target, str]:
    """Since when the last runs could not verify a target."""
    unseen = before.unseen if before else {}
    return {target: unseen[target.key].since for target in targets if target.key in unseen}


def select_due_pins(
    watched: Sequence[WatchedTarget], known: KnownStates, day: date
) -> dict[Target, str]:
    """Pinned revisions whose day it is, and those that were missing before."""
    due = {}
    for watch in watched:
        pin = _find_pin(watch)
        if pin is None:
            continue
        if is_pin_due(watch.target, day) or _has_open_pin_finding(known.get(watch.target)):
            due[watch.target] = pin
    return due


def _find_pin(watch: WatchedTarget) -> str | None:
    pins = (declared.revision for declared in watch.declarations if declared.revision)
    return next(pins, None)


def _has_open_pin_finding(state: TargetState | None) -> bool:
    if state is None:
        return False
    return any(finding.field == PINNED_REVISION_FIELD for finding in state.findings)
