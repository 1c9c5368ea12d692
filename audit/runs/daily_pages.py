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
from audit.store.run_status import Heartbeat

_DAY_LENGTH = len("2026-01-01")


def leave_out_pages(watched: Sequence[WatchedTarget]) -> list[WatchedTarget]:
    """What every run and sweep plans for itself."""
    return [watch for watch in watched if not is_page(watch.target)]


def add_due_pages(
    plan: RunPlan,
    watched: Sequence[WatchedTarget],
    before: Heartbeat | None,
    now: datetime,
    hosts: Collection[str],
) -> RunPlan:
    """The plan with the pages, where no run has looked at them today."""
    was_today = before is not None and before.started[:_DAY_LENGTH] == now.date().isoformat()
    if was_today or WEB not in hosts:
        return plan
    pages = tuple(watch.target for watch in watched if is_page(watch.target))
    return replace(plan, lookups=(*plan.lookups, *pages))


def is_page(target: Target) -> bool:
    """Whether a target is a page of a maker."""
    return target.host == WEB


def leaves_run_incomplete(observation: Observation) -> bool:
    """Whether a run has not seen what it had to see."""
    return observation.state == "unverifiable" and not is_page(observation.target)
