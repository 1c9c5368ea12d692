"""The heartbeat that a run leaves.

What it could not verify, for how long, and what its listings taught. Pure.
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from audit.runs.daily_pages import leaves_run_incomplete
from audit.runs.report import RunReport
from audit.sources.base import Lessons, OwnerCost
from audit.store.run_status import Heartbeat, UnverifiedTarget

USUAL_COST = (1, 0)
"""Pages and look-ups of an owner whose first page shows everything; it need not be remembered."""


def build_heartbeat(
    report: RunReport,
    before: Heartbeat | None,
    lessons: Lessons,
    *,
    is_partial: bool,
) -> Heartbeat:
    """The heartbeat after a run.

    A partial run keeps what is known of the targets that it left out.
    """
    is_complete = report.status == "complete" and not is_partial
    last_complete = before.last_complete if before else None
    return Heartbeat(
        run=report.run_id,
        started=report.started,
        finished=report.finished,
        status=report.status,
        last_complete=report.started if is_complete else last_complete,
        unseen=_list_unverified_targets(report, before, is_partial=is_partial),
        owners=_merge_lessons(before, {} if is_partial else lessons),
    )


def build_sweep_heartbeat(
    report: RunReport, before: Heartbeat | None, lessons: Lessons, targets: AbstractSet[str]
) -> Heartbeat:
    """The heartbeat after a sweep: what it left out is as it was, unless no record names it.

    `targets`: keys of everything that is tracked.
    """
    heartbeat = build_heartbeat(report, before, {}, is_partial=True)
    last_complete = report.started if report.status == "complete" else heartbeat.last_complete
    unseen = dict(heartbeat.unseen)
    if before and report.status == "degraded":
        # What was seen now was not kept: what had been missed is missed still.
        unseen = {**before.unseen, **unseen}
    return replace(
        heartbeat,
        last_complete=last_complete,
        unseen={key: row for key, row in unseen.items() if key in targets},
        owners=_merge_lessons(before, lessons),
    )


def _list_unverified_targets(
    report: RunReport, before: Heartbeat | None, *, is_partial: bool
) -> dict[str, UnverifiedTarget]:
    earlier = before.unseen if before else {}
    unseen = dict(earlier) if is_partial else {}
    for observation in report.target_observations:
        key = observation.target.key
        unseen.pop(key, None)
        if leaves_run_incomplete(observation):
            unseen[key] = _count_miss(earlier.get(key), report.started, observation.reason)
    return unseen


def _count_miss(last: UnverifiedTarget | None, started: str, reason: str) -> UnverifiedTarget:
    if last is None:
        return UnverifiedTarget(1, started, reason)
    same = last.same + 1 if reason == last.reason else 1
    return UnverifiedTarget(last.attempts + 1, last.since, reason, same)


def _merge_lessons(before: Heartbeat | None, lessons: Lessons) -> dict[str, OwnerCost]:
    earlier = before.owners if before else {}
    owners = {**earlier, **lessons}
    return {owner: cost for owner, cost in owners.items() if not _is_usual(cost)}


def _is_usual(cost: OwnerCost) -> bool:
    return (cost.pages, cost.missing) == USUAL_COST
