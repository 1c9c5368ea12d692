"""Is the audit alive?

Silence must not look like peace: a dead scheduler opens no issue about itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from audit.core.pausing import PAUSE_FILE_NAME, is_paused
from audit.core.wording import count_things, join_first
from audit.sources.failures import BAD_TOKEN_REASON
from audit.store.run_status import Heartbeat, read_heartbeat

MAX_MISSED_PERIODS = 3
"""Periods without a good run that are too many.

One can be missed, and two looks at a bad day are no more than bad luck.
"""
MAX_NAMED = 10
NEVER_RUN = "the audit has never run here; run it once, or fetch what a scheduled run saved"
BREAKER_STOPPED = (
    "the breaker stopped the last run: so many losses at once that our side is suspected; "
    "look, then run with --allow-mass-change"
)


@dataclass(frozen=True)
class AuditHealth:
    """What the heartbeat says."""

    alive: bool
    last_run: str | None
    last_complete: str | None
    unseen: int
    """Targets that the last run could not verify."""
    said: tuple[str, ...]
    """What is wrong and what to do, or that nothing is."""


def check_health(root: Path, now: datetime, every: int) -> AuditHealth:
    """Judge the heartbeat of a registry that is audited once in `every` hours. Raises BadFile."""
    heartbeat = read_heartbeat(root)
    paused = _describe_pause(root)
    if heartbeat is None:
        return AuditHealth(False, None, None, 0, (NEVER_RUN, *paused))
    faults = (*paused, *_describe_runs(heartbeat, now, every))
    return AuditHealth(
        not faults,
        heartbeat.finished,
        heartbeat.last_complete,
        len(heartbeat.unseen),
        faults or ("alive",),
    )


def _describe_runs(heartbeat: Heartbeat, now: datetime, every: int) -> Iterator[str]:
    """What is wrong with the last run, and with the last one that saw everything."""
    limit = timedelta(hours=MAX_MISSED_PERIODS * every)
    yield from _describe_last_run(heartbeat, now, limit)
    yield from _describe_refused_token(heartbeat)
    yield from _describe_last_complete(heartbeat, now, limit)
    yield from _describe_stuck_targets(heartbeat)


def _describe_pause(root: Path) -> tuple[str, ...]:
    if not is_paused(root):
        return ()
    return (f"{root.name}/{PAUSE_FILE_NAME} stands, so nothing runs; remove the file to go on",)


def _describe_last_run(heartbeat: Heartbeat, now: datetime, limit: timedelta) -> tuple[str, ...]:
    """What is wrong with the last run, whether it was complete or not."""
    if _compute_age(heartbeat.finished, now) > limit:
        return (f"no run since {heartbeat.finished}; look at the scheduler",)
    if heartbeat.status == "degraded":
        return (BREAKER_STOPPED,)
    return ()


def _describe_refused_token(heartbeat: Heartbeat) -> Iterator[str]:
    """A token that a host refused: no later run will mend that, so it is told at once."""
    refused = [key for key, miss in heartbeat.unseen.items() if miss.reason == BAD_TOKEN_REASON]
    if refused:
        hosts = sorted({key.partition("/")[0] for key in refused})
        yield (
            f"{' and '.join(hosts)} refused the token of the last run, so that "
            f"{count_things(len(refused), 'target')} could not be verified; renew it"
        )


def _describe_last_complete(
    heartbeat: Heartbeat, now: datetime, limit: timedelta
) -> tuple[str, ...]:
    """What is wrong where runs end, and none of them sees everything."""
    since = heartbeat.last_complete
    if since is not None and _compute_age(since, now) <= limit:
        return ()
    unseen = len(heartbeat.unseen)
    reasons = _format_reasons(heartbeat)
    return (
        f"last complete run: {since or 'never'}; "
        f"{count_things(unseen, 'target')} could not be verified in the last one: {reasons}",
    )


def _describe_stuck_targets(heartbeat: Heartbeat) -> Iterator[str]:
    """Targets that fail in one way again and again: a change of theirs is seen by nobody."""
    stuck = {key: row for key, row in sorted(heartbeat.unseen.items()) if row.is_stuck}
    if stuck:
        rows = [f"{key} ({row.reason}, {row.same} runs)" for key, row in stuck.items()]
        yield (
            f"{len(stuck)} targets fail in the same way run after run, so that a change of theirs "
            f"is not seen: {join_first(rows, MAX_NAMED)}; look at them by hand"
        )


def _compute_age(stamp: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(stamp)


def _format_reasons(heartbeat: Heartbeat) -> str:
    reasons = {miss.reason for miss in heartbeat.unseen.values()}
    return ", ".join(sorted(reasons)) or "no reason is recorded"
