"""The life of a finding: suspected, confirmed, returned or resolved. Pure: the run's start is passed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from audit.drift.finding import Difference, Finding, FindingStatus, finding_id

CONFIRM_AFTER = timedelta(hours=6)
"""Two looks count as two only this far apart: an outage of an hour must not confirm itself (audit anchors, rule 14)."""

Verdicts = Callable[[Difference], tuple[str | None, str | None]]
"""The record's label before and after a difference."""


@dataclass(frozen=True)
class Context:
    """What the findings of one record in one run have in common."""

    record: str
    url: str
    revision: str | None
    now: datetime
    verdicts: Verdicts
    affects: tuple[str, ...] = ()
    upstream_unchanged: bool = False
    """The facts are those of the last run: what has vanished was mended in the record."""

    @property
    def stamp(self) -> str:
        """The run's start in UTC."""
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Advance:
    """Findings after a run, and those of them that changed in it."""

    open: tuple[Finding, ...]
    changed: tuple[Finding, ...]


def advance(known: Sequence[Finding], found: Sequence[Difference], visible: Callable[[Finding], bool], context: Context) -> Advance:
    """Carry the open findings of a record through one verified look.

    `visible` says whether this look could have shown a finding at all: what could not be seen is neither confirmed nor gone.
    """
    by_id = {each.id: each for each in known}
    still: list[Finding] = []
    changed: list[Finding] = []
    for difference in found:
        before = by_id.pop(finding_id(context.record, difference.kind, difference.field), None)
        after = _seen_again(before, difference, context) if before and before.after == difference.after else _first(difference, context)
        still.append(after)
        if before is None or (before.status, before.after) != (after.status, after.after):
            changed.append(after)
    for finding in by_id.values():
        if not visible(finding):
            still.append(finding)
        elif finding.status == "confirmed":
            changed.append(finding.with_status("resolved" if context.upstream_unchanged else "returned"))
        else:
            changed.append(finding.with_status("returned"))
    return Advance(tuple(sorted(still, key=_order)), tuple(sorted(changed, key=_order)))


def _order(finding: Finding) -> tuple[str, str, str]:
    return (finding.record, finding.kind, finding.field)


def _first(difference: Difference, context: Context) -> Finding:
    verdict_before, verdict_after = context.verdicts(difference)
    return Finding(
        record=context.record,
        kind=difference.kind,
        field=difference.field,
        before=difference.before,
        after=difference.after,
        direction=difference.direction,
        status="confirmed" if difference.runs <= 1 else "suspected",
        verdict_before=verdict_before,
        verdict_after=verdict_after,
        url=context.url,
        revision=context.revision,
        first_seen=context.stamp,
        last_counted=context.stamp,
        sightings=1,
        runs=difference.runs,
        affects=context.affects,
        reading=difference.reading,
    )


def _seen_again(finding: Finding, difference: Difference, context: Context) -> Finding:
    last = datetime.fromisoformat(finding.last_counted)
    if finding.status != "suspected" or context.now - last < CONFIRM_AFTER:
        return finding
    sightings = finding.sightings + 1
    status: FindingStatus = "confirmed" if sightings >= difference.runs else "suspected"
    return replace(finding, sightings=sightings, last_counted=context.stamp, runs=difference.runs, status=status)
