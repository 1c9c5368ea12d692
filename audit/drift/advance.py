"""Carries the findings of a record through one run: seen first, seen again, or not seen any more."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from audit.drift.finding import (
    Difference,
    Finding,
    FindingStatus,
    compute_finding_id,
    sort_by_place,
)
from audit.drift.kinds import find_drift_kind
from audit.drift.labels import LabelEffects
from audit.drift.lifecycle import change_status

CONFIRM_AFTER = timedelta(hours=6)
"""Checks count as two only this far apart: an outage must not confirm itself (docs/audit.md)."""

LabelEffectsFunction = Callable[[Difference], LabelEffects]
"""The labels of the record, and of the others that it touches, before and after a difference."""


@dataclass(frozen=True)
class FindingContext:
    """What the findings of one record in one run have in common."""

    record: str
    url: str
    revision: str | None
    now: datetime
    find_label_effects: LabelEffectsFunction
    affects: tuple[str, ...] = ()
    first_record: str = ""
    """The record's first name, where we renamed it since."""
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
    is_visible: Callable[[Finding], bool],
    context: FindingContext,
) -> FindingsUpdate:
    """Carry the open findings of a record through one verified observation.

    `is_visible` says whether this observation could have shown a finding at all: what could not be
    seen is neither confirmed nor gone.
    """
    unseen = {finding.id: finding for finding in known}
    seen: list[Finding] = []
    changed: list[Finding] = []
    for difference in found:
        before = unseen.pop(_compute_id(difference, context), None)
        after = _advance_finding(before, difference, context)
        seen.append(after)
        if not _is_same_report(before, after):
            changed.append(after)
    gone, hidden = _split_by(is_visible, unseen.values())
    changed += (_end_unseen_finding(finding, context) for finding in gone)
    return FindingsUpdate(sort_by_place([*seen, *hidden]), sort_by_place(changed))


def _split_by(
    is_visible: Callable[[Finding], bool], unseen: Iterable[Finding]
) -> tuple[list[Finding], list[Finding]]:
    """Findings that could have been seen, and those that could not."""
    visible: list[Finding] = []
    hidden: list[Finding] = []
    for finding in unseen:
        group = visible if is_visible(finding) else hidden
        group.append(finding)
    return visible, hidden


def _advance_finding(
    before: Finding | None, difference: Difference, context: FindingContext
) -> Finding:
    if before is None or before.after != difference.after:
        return _build_first_finding(difference, context)
    if before.status == "suspected" and _is_second_check(before, context.now):
        return _count_sighting(before, difference, context)
    return before


def _is_second_check(before: Finding, now: datetime) -> bool:
    return now - datetime.fromisoformat(before.last_counted) >= CONFIRM_AFTER


def _count_sighting(before: Finding, difference: Difference, context: FindingContext) -> Finding:
    sightings = before.sightings + 1
    counted = replace(
        before,
        sightings=sightings,
        sightings_needed=difference.sightings_needed,
        last_counted=context.timestamp,
    )
    return change_status(counted, _choose_open_status(sightings, difference))


def _build_first_finding(difference: Difference, context: FindingContext) -> Finding:
    labels = context.find_label_effects(difference)
    own = labels.own
    return Finding(
        record=context.record,
        kind=difference.kind,
        field=difference.field,
        before=difference.before,
        after=difference.after,
        direction=difference.direction,
        status=_choose_open_status(1, difference),
        verdict_before=own.before if own else None,
        verdict_after=own.after if own else None,
        url=context.url,
        revision=context.revision,
        first_seen=context.timestamp,
        last_counted=context.timestamp,
        sightings=1,
        sightings_needed=difference.sightings_needed,
        affects=tuple(dict.fromkeys((*context.affects, *difference.affects))),
        text_diff=difference.text_diff,
        label_changes=labels.others,
        first_record=context.first_record,
    )


def _choose_open_status(sightings: int, difference: Difference) -> FindingStatus:
    return "confirmed" if sightings >= difference.sightings_needed else "suspected"


def _end_unseen_finding(finding: Finding, context: FindingContext) -> Finding:
    if finding.status == "suspected":
        return change_status(finding, "withdrawn")
    # News of others ends when they are recorded: that they were published is never undone.
    is_mended = context.upstream_unchanged or find_drift_kind(finding.kind).is_news
    return change_status(finding, "accepted" if is_mended else "reverted")


def _compute_id(difference: Difference, context: FindingContext) -> str:
    first = context.first_record or context.record
    return compute_finding_id(first, difference.kind, difference.field)


def _is_same_report(before: Finding | None, after: Finding) -> bool:
    if before is None:
        return False
    return (before.status, before.after) == (after.status, after.after)
