"""The life of a finding: suspected, confirmed, returned or resolved. Pure: the run's start is passed in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from audit.drift.finding import Difference, Finding, FindingStatus, compute_finding_id

CONFIRM_AFTER = timedelta(hours=6)
"""Two looks count as two only this far apart: an outage of an hour must not confirm itself (docs/audit.md)."""

LabelChangeFunction = Callable[[Difference], tuple[str | None, str | None]]
"""The record's label before and after a difference."""


@dataclass(frozen=True)
class FindingContext:
    """What the findings of one record in one run have in common."""

    record: str
    url: str
    revision: str | None
    now: datetime
    compute_label_change: LabelChangeFunction
    affects: tuple[str, ...] = ()
    upstream_unchanged: bool = False
    """The facts are those of the last run: what has vanished was mended in the record."""

    @property
    def timestamp(self) -> str:
        """The run's start in UTC."""
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class FindingsUpdate:
    """Findings after a run, and those of them that changed in it."""

    open_findings: tuple[Finding, ...]
    changed_findings: tuple[Finding, ...]


def advance_findings(
    known: Sequence[Finding],
    found: Sequence[Difference],
    visible: Callable[[Finding], bool],
    context: FindingContext,
) -> FindingsUpdate:
    """Carry the open findings of a record through one verified look.

    `visible` says whether this look could have shown a finding at all: what could not be seen is neither confirmed nor gone.
    """
    by_id = {each.id: each for each in known}
    still: list[Finding] = []
    changed: list[Finding] = []
    for difference in found:
        before = by_id.pop(
            compute_finding_id(context.record, difference.kind, difference.field), None
        )
        after = (
            _count_sighting(before, difference, context)
            if before and before.after == difference.after
            else _build_first_finding(difference, context)
        )
        still.append(after)
        if before is None or (before.status, before.after) != (after.status, after.after):
            changed.append(after)
    for finding in by_id.values():
        if not visible(finding):
            still.append(finding)
        elif finding.status == "confirmed":
            changed.append(
                finding.replace_status("resolved" if context.upstream_unchanged else "returned")
            )
        else:
            changed.append(finding.replace_status("returned"))
    return FindingsUpdate(
        tuple(sorted(still, key=_get_sort_key)), tuple(sorted(changed, key=_get_sort_key))
    )


def _get_sort_key(finding: Finding) -> tuple[str, str, str]:
    return (finding.record, finding.kind, finding.field)


def _build_first_finding(difference: Difference, context: FindingContext) -> Finding:
    verdict_before, verdict_after = context.compute_label_change(difference)
    return Finding(
        record=context.record,
        kind=difference.kind,
        field=difference.field,
        before=difference.before,
        after=difference.after,
        direction=difference.direction,
        status="confirmed" if difference.sightings_needed <= 1 else "suspected",
        verdict_before=verdict_before,
        verdict_after=verdict_after,
        url=context.url,
        revision=context.revision,
        first_seen=context.timestamp,
        last_counted=context.timestamp,
        sightings=1,
        sightings_needed=difference.sightings_needed,
        affects=context.affects,
        text_diff=difference.text_diff,
    )


def _count_sighting(finding: Finding, difference: Difference, context: FindingContext) -> Finding:
    last = datetime.fromisoformat(finding.last_counted)
    if finding.status != "suspected" or context.now - last < CONFIRM_AFTER:
        return finding
    sightings = finding.sightings + 1
    status: FindingStatus = "confirmed" if sightings >= difference.sightings_needed else "suspected"
    return replace(
        finding,
        sightings=sightings,
        last_counted=context.timestamp,
        sightings_needed=difference.sightings_needed,
        status=status,
    )
