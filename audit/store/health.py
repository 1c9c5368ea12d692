"""Is the audit alive? Silence must not look like peace: a dead scheduler opens no issue about itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from audit.core.pausing import PAUSE_FILE_NAME, is_paused
from audit.store.run_status import Heartbeat, read_heartbeat

MAX_MISSED_PERIODS = 3
"""Periods without a good run that are too many; one can be missed, and two looks at a bad day are no more than bad luck."""


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
    paused = (
        (f"{root.name}/{PAUSE_FILE_NAME} stands, so nothing runs; remove the file to go on",)
        if is_paused(root)
        else ()
    )
    if heartbeat is None:
        return AuditHealth(
            False,
            None,
            None,
            0,
            (
                "the audit has never run here; run it once, or fetch what a scheduled run saved",
                *paused,
            ),
        )
    limit = timedelta(hours=MAX_MISSED_PERIODS * every)
    said = list(paused)
    if _compute_age(heartbeat.finished, now) > limit:
        said.append(f"no run since {heartbeat.finished}; look at the scheduler")
    elif heartbeat.status == "degraded":
        said.append(
            "the breaker stopped the last run: so many losses at once that our side is suspected; look, then run with --allow-mass-change"
        )
    if heartbeat.last_complete is None or _compute_age(heartbeat.last_complete, now) > limit:
        since = heartbeat.last_complete or "never"
        said.append(
            f"last complete run: {since}; {len(heartbeat.unseen)} targets could not be verified in the last one: {_format_reasons(heartbeat)}"
        )
    return AuditHealth(
        not said,
        heartbeat.finished,
        heartbeat.last_complete,
        len(heartbeat.unseen),
        tuple(said) or ("alive",),
    )


def _compute_age(stamp: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(stamp)


def _format_reasons(heartbeat: Heartbeat) -> str:
    return (
        ", ".join(sorted({each.reason for each in heartbeat.unseen.values()}))
        or "no reason is recorded"
    )
