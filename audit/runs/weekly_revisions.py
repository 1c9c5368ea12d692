"""Branches and tags in a run: each repository once a week, on a day that follows from its name.

One request each. A look that failed leaves a run complete: nothing is concluded from it, the
observation says why, and the next week's look comes. What is suspected is looked at again as soon
as that counts.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from audit.drift.finding import WatchedTarget
from audit.drift.kinds import IDENTITY_CHANGED
from audit.observations.facts import HUGGING_FACE, Target
from audit.records.revision_names import expand_revision_names
from audit.runs.outcome import KnownStates
from audit.runs.plan import PIN_CHECK_DAYS, RunPlan, is_pin_due
from audit.runs.sweep_due import list_due_suspicions
from audit.store.run_status import Heartbeat


def is_revisions(target: Target) -> bool:
    """Whether a target is the branches and tags of a repository."""
    return target.kind == "revisions"


def add_due_revisions(
    plan: RunPlan,
    watched: Sequence[WatchedTarget],
    known: KnownStates,
    before: Heartbeat | None,
    now: datetime,
    hosts: Collection[str],
) -> RunPlan:
    """The plan with the branches and tags whose day has come since the last run."""
    if HUGGING_FACE not in hosts:
        return plan
    due = {
        watch.target: list_named_revisions(watch)
        for watch in _list_due(watched, known, before, now)
    }
    return replace(plan, lookups=(*plan.lookups, *due), named_revisions=due)


def _list_due(
    watched: Sequence[WatchedTarget],
    known: KnownStates,
    before: Heartbeat | None,
    now: datetime,
) -> Iterator[WatchedTarget]:
    own = {watch.target: watch for watch in watched if is_revisions(watch.target)}
    days = list(_list_days(before, now.date()))
    due = {target for target in own if any(is_pin_due(target, day) for day in days)}
    due |= list_due_suspicions(own, known, now)
    yield from (own[target] for target in sorted(due) if not _is_other_repository(target, known))


def _list_days(before: Heartbeat | None, today: date) -> Iterator[date]:
    """The days since the last run, today included; a week at most."""
    passed = PIN_CHECK_DAYS
    if before is not None:
        passed = (today - datetime.fromisoformat(before.started).date()).days
    for number in range(min(passed, PIN_CHECK_DAYS)):
        yield today - timedelta(days=number)


def _is_other_repository(target: Target, known: KnownStates) -> bool:
    """Whether another repository stands under the name: its branches say nothing."""
    state = known.get(Target(target.host, "model", target.repo))
    findings = state.findings if state else ()
    return any(finding.kind == IDENTITY_CHANGED.id for finding in findings)


def list_named_revisions(watch: WatchedTarget) -> frozenset[str]:
    """The branches and tags that records name in this repository."""
    names = [expand_revision_names(declared.revisions) for declared in watch.declarations]
    return frozenset().union(*names)
