"""The life of a finding, decided here and nowhere else. Pure: moments are passed in.

    suspected ── seen again ──> confirmed ── upstream went back ──> reverted
        |                           |------- the record was mended ──> accepted
        '------ not seen again -----+------- its record was removed ──> withdrawn

Runs, store, issues, feeds, digest and `accept` ask this module what a finding is, whether that is
news, whether it was reported before, and whether it is over. How a run carries it through one
observation is in audit/drift/advance.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from audit.core.errors import RegistryError
from audit.drift.events import Event
from audit.drift.finding import Finding, FindingStatus

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


class UnknownStatusError(RegistryError):
    """A status that this version does not know."""


class ImpossibleTransitionError(Exception):
    """A defect of ours: a finding was to take a status that cannot follow the one it has."""


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


def close_undeclared_finding(finding: Finding, *, record_exists: bool) -> Finding:
    """End a finding whose record does not speak of its target any more, or is gone itself."""
    was_mended = record_exists and finding.status == "confirmed"
    return change_status(finding, "accepted" if was_mended else "withdrawn")


def may_be_accepted(finding: Finding) -> bool:
    """Whether `accept` may take its value into the record."""
    return "accepted" in TRANSITIONS[finding.status]


def accept_finding(finding: Finding) -> Finding:
    """The finding after its value was taken into the record. Raises ImpossibleTransitionError."""
    return change_status(finding, "accepted")


def should_trip_breaker(newly_lost: int, models: int) -> bool:
    """Whether so many models would turn bad in one run that no fact may move."""
    return newly_lost > MAX_LOSSES and newly_lost > MAX_LOSS_SHARE * models


def change_status(finding: Finding, status: FindingStatus) -> Finding:
    """The finding with its next status. Raises ImpossibleTransitionError."""
    if status not in TRANSITIONS[finding.status]:
        raise ImpossibleTransitionError(f"{finding.id}: {finding.status} to {status}")
    return replace(finding, status=status)


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
