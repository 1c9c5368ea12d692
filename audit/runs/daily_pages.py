"""Makers' pages in a run: looked at in the first run or sweep of a day, and never again on it.

A page that cannot be read leaves a run complete. Many makers refuse programs, and nothing about a
model hangs on it; the report names it each day.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from audit.drift.finding import WatchedTarget
from audit.observations.facts import WEB, Observation, Target
from audit.runs.plan import RunPlan
from audit.runs.weekly_revisions import is_revisions
from audit.store.run_status import Heartbeat

_DAY_LENGTH = len("2026-01-01")


def leave_out_extras(watched: Sequence[WatchedTarget]) -> list[WatchedTarget]:
    """What every run and sweep plans for itself: pages, branches and makers have days of their own."""
    return [watch for watch in watched if not _is_extra(watch.target)]


def _is_extra(target: Target) -> bool:
    return is_page(target) or is_revisions(target) or target.kind == "maker"


def add_due_pages(
    plan: RunPlan,
    watched: Sequence[WatchedTarget],
    before: Heartbeat | None,
    now: datetime,
    hosts: Collection[str],
) -> RunPlan:
    """The plan with the pages, where no run has looked at them today."""
    if WEB not in hosts or _was_today(before, now):
        return plan
    return replace(plan, lookups=(*plan.lookups, *_list_pages(watched)))


def _was_today(before: Heartbeat | None, now: datetime) -> bool:
    return before is not None and before.started[:_DAY_LENGTH] == now.date().isoformat()


def _list_pages(watched: Sequence[WatchedTarget]) -> list[Target]:
    return [watch.target for watch in watched if is_page(watch.target)]


def is_page(target: Target) -> bool:
    """Whether a target is a page of a maker."""
    return target.host == WEB


def leaves_run_incomplete(observation: Observation) -> bool:
    """Whether a run has not seen what it had to see."""
    return observation.state == "unverifiable" and not _is_extra(observation.target)
