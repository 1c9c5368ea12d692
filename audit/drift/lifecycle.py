"""The life of a finding, decided here and nowhere else. Pure: moments are passed in.

    suspected ── seen again ──> confirmed ── upstream went back ──> reverted
        |                           |------- the record was mended ──> accepted
        '------ not seen again -----+------- its record was removed ──> withdrawn

Runs, store, issues, feeds, digest and `accept` ask this module what a finding is, whether that is
news, whether it was reported before, and whether it is over.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from audit.core.errors import RegistryError
from audit.drift.events import Event
from audit.drift.finding import (
    Difference,
    Finding,
    FindingStatus,
    compute_finding_id,
    sort_by_place,
)

CONFIRM_AFTER = timedelta(hours=6)
"""Checks count as two only this far apart: an outage must not confirm itself (docs/audit.md)."""

MAX_LOSS_SHARE = 0.10
MAX_LOSSES = 3
"""The breaker: more than 10 % of the models, and more than 3 (docs/audit.md)."""

TRANSITIONS: Mapping[FindingStatus | None, frozenset[FindingStatus]] = {
    None: frozenset({"suspected", "confirmed"}),
    # Another observed value starts the same finding over, so that both may follow themselves.
    "suspected": frozenset({"suspected", "confirmed", "withdrawn"}),
    "confirmed": frozenset({"suspected", "confirmed", "reverted", "accepted", "withdrawn"}),
    # An end is final. What shows the same difference later begins a new life.
    "reverted": frozenset(),
    "accepted": frozenset(),
    "withdrawn": frozenset(),
}
"""What may follow what; None: the finding was not there."""

PUBLISHED_WORDS: Mapping[FindingStatus, str] = {
    "suspected": "suspected",
    "confirmed": "confirmed",
    "reverted": "returned",
    "accepted": "resolved",
    "withdrawn": "returned",
}
"""The words of format 1, in the ids of feed entries and messages and in the marks of comments.

These never change: whoever has read an entry must not get it again because we renamed something.
"""

OLD_STATUSES: Mapping[str, tuple[FindingStatus, FindingStatus]] = {
    "returned": ("reverted", "withdrawn"),
    "resolved": ("accepted", "withdrawn"),
}
"""What the words of format 1 mean: of a finding that was confirmed, and of one that never was."""

ClosingReason = Literal["reverted", "accepted", "removed"]
"""Why the issue of a finding is closed; `removed`: its record is gone."""

LabelChangeFunction = Callable[[Difference], tuple[str | None, str | None]]
"""The record's label before and after a difference."""


class UnknownStatusError(RegistryError):
    """A status that this version does not know."""


class ImpossibleTransitionError(Exception):
    """A defect of ours: a finding was to take a status that cannot follow the one it has."""


@dataclass(frozen=True)
class FindingContext:
    """What the findings of one record in one run have in common."""

    record: str
    url: str
    revision: str | None
    now: datetime
    compute_label_change: LabelChangeFunction
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


def read_status(word: str, sightings: int, sightings_needed: int) -> FindingStatus:
    """The status that a stored word means, in any format. Raises UnknownStatusError."""
    if word in OLD_STATUSES:
        confirmed, never_confirmed = OLD_STATUSES[word]
        return confirmed if sightings >= sightings_needed else never_confirmed
    for status in PUBLISHED_WORDS:
        if word == status:
            return status
    raise UnknownStatusError(
        f"{word!r} is not a status of a finding that this version knows; "
        "update the program, or correct the file that says so"
    )


# In a run


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
    still_open: list[Finding] = []
    changed: list[Finding] = []
    for difference in found:
        before = unseen.pop(_compute_id(difference, context), None)
        after = _advance_finding(before, difference, context)
        still_open.append(after)
        if not _is_same_report(before, after):
            changed.append(after)
    for finding in unseen.values():
        if is_visible(finding):
            changed.append(_end_unseen_finding(finding, context))
        else:
            still_open.append(finding)
    return FindingsUpdate(sort_by_place(still_open), sort_by_place(changed))


def close_undeclared_finding(finding: Finding, *, record_exists: bool) -> Finding:
    """End a finding whose record does not speak of its target any more, or is gone itself."""
    was_mended = record_exists and finding.status == "confirmed"
    return _change_status(finding, "accepted" if was_mended else "withdrawn")


def may_be_accepted(finding: Finding) -> bool:
    """Whether `accept` may take its value into the record."""
    return "accepted" in TRANSITIONS[finding.status]


def accept_finding(finding: Finding) -> Finding:
    """The finding after its value was taken into the record. Raises ImpossibleTransitionError."""
    return _change_status(finding, "accepted")


def should_trip_breaker(newly_lost: int, models: int) -> bool:
    """Whether so many models would turn bad in one run that no fact may move."""
    return newly_lost > MAX_LOSSES and newly_lost > MAX_LOSS_SHARE * models


def _advance_finding(
    before: Finding | None, difference: Difference, context: FindingContext
) -> Finding:
    if before is None or before.after != difference.after:
        return _build_first_finding(difference, context)
    if before.status != "suspected":
        return before
    since_counted = context.now - datetime.fromisoformat(before.last_counted)
    if since_counted < CONFIRM_AFTER:
        return before
    return _count_sighting(before, difference, context)


def _count_sighting(before: Finding, difference: Difference, context: FindingContext) -> Finding:
    sightings = before.sightings + 1
    counted = replace(
        before,
        sightings=sightings,
        sightings_needed=difference.sightings_needed,
        last_counted=context.timestamp,
    )
    return _change_status(counted, _choose_open_status(sightings, difference))


def _build_first_finding(difference: Difference, context: FindingContext) -> Finding:
    verdict_before, verdict_after = context.compute_label_change(difference)
    return Finding(
        record=context.record,
        kind=difference.kind,
        field=difference.field,
        before=difference.before,
        after=difference.after,
        direction=difference.direction,
        status=_choose_open_status(1, difference),
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
        first_record=context.first_record,
    )


def _choose_open_status(sightings: int, difference: Difference) -> FindingStatus:
    return "confirmed" if sightings >= difference.sightings_needed else "suspected"


def _end_unseen_finding(finding: Finding, context: FindingContext) -> Finding:
    if finding.status == "suspected":
        return _change_status(finding, "withdrawn")
    return _change_status(finding, "accepted" if context.upstream_unchanged else "reverted")


def _change_status(finding: Finding, status: FindingStatus) -> Finding:
    if status not in TRANSITIONS[finding.status]:
        raise ImpossibleTransitionError(f"{finding.id}: {finding.status} to {status}")
    return replace(finding, status=status)


def _compute_id(difference: Difference, context: FindingContext) -> str:
    first = context.first_record or context.record
    return compute_finding_id(first, difference.kind, difference.field)


def _is_same_report(before: Finding | None, after: Finding) -> bool:
    if before is None:
        return False
    return (before.status, before.after) == (after.status, after.after)


# In the history


def has_ended(status: FindingStatus) -> bool:
    """Whether nothing can follow."""
    return not TRANSITIONS[status]


def is_already_reported(last: Event | None, event: Event) -> bool:
    """Whether the history, whose last event of this finding is `last`, ends with the same already.

    A killed run finds the same again, and a finding that has ended cannot end again: what `accept`
    wrote is not repeated by the next run, which sees it gone.
    """
    if last is None:
        return False
    old, new = last.finding, event.finding
    same_status = old.status == new.status or (has_ended(old.status) and has_ended(new.status))
    return same_status and (old.before, old.after) == (new.before, new.after)


def select_news(events: Iterable[Event]) -> list[Event]:
    """What people should hear of, oldest first: confirmed drift, and its end if upstream went back.

    Neither a suspicion nor its end is news, and a record that was mended is our own doing.
    """
    last: dict[str, FindingStatus] = {}
    news = []
    for event in sorted(events, key=lambda event: event.time):
        finding = event.finding
        if _is_news(last.get(finding.id), finding.status):
            news.append(event)
        last[finding.id] = finding.status
    return news


def _is_news(before: FindingStatus | None, now: FindingStatus) -> bool:
    if now == "reverted":
        return before == "confirmed"
    return now == "confirmed"


def is_history(event: Event) -> bool:
    """Whether the event belongs to a record's history: a suspicion and its quiet end do not."""
    return event.finding.status not in ("suspected", "withdrawn")


def has_changed_upstream(event: Event) -> bool:
    """Whether upstream itself changed with this event, forth or back."""
    return event.finding.status in ("confirmed", "reverted")


def find_closing_reason(
    event: Event, *, record_exists: bool, was_checked_again: bool
) -> ClosingReason | None:
    """Why a finding that is not open any more is over for good; None while that is not certain.

    `event` is its last one. `was_checked_again`: a later run could verify the target too. What
    flickers is not closed and opened twice a day: an end upstream counts from the second check on.
    """
    status = event.finding.status
    if not record_exists:
        return "removed"
    if status == "accepted":
        return "accepted"
    if has_ended(status) and was_checked_again:
        return "reverted"
    return None
