"""The life of a finding: looks, hours, returns."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.drift.advance import FindingContext, FindingsUpdate, advance_findings
from audit.drift.events import Event
from audit.drift.finding import (
    Difference,
    Finding,
    FindingStatus,
    LabelChange,
    LicenseTextDiff,
    compute_finding_id,
)
from audit.drift.finding_json import parse_finding, serialize_finding
from audit.drift.labels import LabelEffects
from audit.drift.lifecycle import (
    PUBLISHED_WORDS,
    TRANSITIONS,
    ImpossibleTransitionError,
    UnknownStatusError,
    accept_finding,
    close_undeclared_finding,
    find_closing_reason,
    has_changed_upstream,
    has_ended,
    is_already_reported,
    is_history,
    may_be_accepted,
    read_status,
    select_news,
    should_trip_breaker,
)
from tests.drift.builders import RECORD

START = datetime(2026, 1, 1, tzinfo=UTC)
GATED = Difference("weights-gated", "hub.gated", False, "manual", "more-closed")
RETAGGED = Difference("license-tag-changed", "hub.license_tag", "mit", "other", "unreviewed")


def advance_once(
    known: tuple[Finding, ...],
    *found: Difference,
    hours: float = 0,
    visible: bool = True,
    upstream_unchanged: bool = False,
) -> FindingsUpdate:
    now = START + timedelta(hours=hours)
    context = FindingContext(
        RECORD,
        "https://hub.example",
        None,
        now,
        lambda difference: LabelEffects(LabelChange(RECORD, "open-weight", "open-weight"), ()),
        upstream_unchanged=upstream_unchanged,
    )
    return advance_findings(known, found, lambda finding: visible, context)


def test_a_finding_is_named_by_record_kind_and_field_only():
    """The id is the first 12 hex digits of the sha256 of the three, joined by newlines: any program can compute it."""
    assert (
        compute_finding_id("models/a/b", "weights-gone", "hub.repo")
        == hashlib.sha256(b"models/a/b\nweights-gone\nhub.repo").hexdigest()[:12]
    )


def test_a_proved_change_is_confirmed_at_once():
    """A change of text or tag carries its own proof."""
    assert [each.status for each in advance_once((), RETAGGED).changed_findings] == ["confirmed"]


@pytest.mark.parametrize(
    ("hours", "statuses"),
    [
        ([0, 1], ["suspected"]),
        ([0, 5.9], ["suspected"]),
        ([0, 6], ["suspected", "confirmed"]),
        ([0, 3, 7], ["suspected", "confirmed"]),
    ],
)
def test_a_loss_is_confirmed_by_a_second_look_six_hours_later(
    hours: list[float], statuses: list[str]
):
    """Two looks within six hours are one look."""
    known: tuple[Finding, ...] = ()
    told = []
    for each in hours:
        result = advance_once(known, GATED, hours=each)
        known = result.open_findings
        told += [finding.status for finding in result.changed_findings]

    assert told == statuses


def test_a_suspicion_that_passes_is_only_noted():
    """A→B→A: the return is an event, and nothing stays open."""
    known = advance_once((), GATED).open_findings
    result = advance_once(known, hours=24)

    assert [each.status for each in result.changed_findings] == ["withdrawn"]
    assert result.open_findings == ()


@pytest.mark.parametrize(
    ("difference", "upstream_unchanged", "status"),
    [
        (RETAGGED, True, "accepted"),
        (RETAGGED, False, "reverted"),
        (GATED, True, "withdrawn"),
        (GATED, False, "withdrawn"),
    ],
)
def test_how_a_finding_ends(difference: Difference, upstream_unchanged: bool, status: str):
    """Only what was confirmed can be resolved by a person; a suspicion that the record mended was never told, and passes as it came."""
    known = advance_once((), difference).open_findings
    result = advance_once(known, hours=24, upstream_unchanged=upstream_unchanged)

    assert [(each.id, each.status) for each in result.changed_findings] == [(known[0].id, status)]
    assert result.open_findings == ()


def test_a_finding_carries_what_a_reader_needs():
    """Values, direction, labels, where and when it was seen, what it touches and what to read, all from the first look."""
    reading = LicenseTextDiff(None, "f" * 64, note="not kept")
    difference = Difference(
        "license-text-changed",
        "LICENSE",
        "MIT",
        "text",
        "unreviewed",
        extra_sightings=1,
        text_diff=reading,
    )
    own, other = (
        LabelChange(record, "open-weight", "closed") for record in (RECORD, "models/other/model")
    )
    labels = {difference: LabelEffects(own, (other,))}
    context = FindingContext(
        RECORD, "https://hub.example", "1" * 40, START, labels.__getitem__, ("models/other/model",)
    )
    result = advance_findings((), [difference], lambda finding: True, context)

    expected = Finding(
        RECORD,
        "license-text-changed",
        "LICENSE",
        "MIT",
        "text",
        "unreviewed",
        "suspected",
        "open-weight",
        "closed",
        "https://hub.example",
        "1" * 40,
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
        1,
        2,
        ("models/other/model",),
        reading,
        (other,),
    )
    assert result == FindingsUpdate((expected,), (expected,))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ([0, 6], (2, "suspected")),
        ([0, 6, 11.9], (2, "suspected")),
        ([0, 6, 12], (3, "confirmed")),
        ([0, 3, 6, 9, 12], (3, "confirmed")),
        ([0, 6, 12, 18, 24], (3, "confirmed")),
    ],
)
def test_every_look_that_counts_restarts_the_hours(hours: list[float], expected: tuple[int, str]):
    """Three looks are three looks six hours apart, counted one by one until they suffice; the first day stays as it was."""
    hidden = replace(GATED, extra_sightings=1)
    known: tuple[Finding, ...] = ()
    for each in hours:
        known = advance_once(known, hidden, hours=each).open_findings

    assert [(each.sightings, each.status) for each in known] == [expected]
    assert known[0].first_seen == "2026-01-01T00:00:00Z"


def test_the_last_look_says_how_many_are_needed():
    """Where a token now tells missing from private, two looks suffice; and the finding says so."""
    known = advance_once((), replace(GATED, extra_sightings=1)).open_findings
    result = advance_once(known, GATED, hours=6)

    assert [
        (each.status, each.sightings_needed, each.sightings, each.last_counted)
        for each in result.changed_findings
    ] == [("confirmed", 2, 2, "2026-01-01T06:00:00Z")]


def test_findings_stand_in_order_and_each_is_judged_alone():
    """By kind and field, whatever the order of the differences; what this look could not show stays, the rest has returned."""
    kinds = ("weights-replaced", "code-archived", "repo-moved", "data-gone")
    found = [Difference(each, "f", "a", "b", "neutral") for each in kinds]
    first = advance_once((), *found)
    assert (
        [each.kind for each in first.open_findings]
        == [each.kind for each in first.changed_findings]
        == sorted(kinds)
    )

    context = FindingContext(
        RECORD, "https://hub.example", None, START, lambda difference: LabelEffects(None, ())
    )
    second = advance_findings(
        first.open_findings[::-1], [], lambda finding: finding.kind in kinds[2:], context
    )
    assert [each.kind for each in second.open_findings] == ["code-archived", "weights-replaced"]
    assert [(each.kind, each.status) for each in second.changed_findings] == [
        ("data-gone", "withdrawn"),
        ("repo-moved", "reverted"),
    ]


def test_what_cannot_be_seen_stays():
    """A repository that does not answer shows nothing about its license."""
    known = advance_once((), RETAGGED).open_findings
    result = advance_once(known, hours=24, visible=False)

    assert result.open_findings == known
    assert result.changed_findings == ()


def test_another_value_starts_anew():
    """The same field with a new value is told again under the same id."""
    first = advance_once((), RETAGGED)
    second = advance_once(
        first.open_findings,
        Difference("license-tag-changed", "hub.license_tag", "mit", "gpl-3.0", "unreviewed"),
        hours=24,
    )

    assert [each.id for each in second.changed_findings] == [first.open_findings[0].id]
    assert second.changed_findings[0].after == "gpl-3.0"


@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 48)), max_size=12))
def test_nothing_is_told_twice(looks: list[tuple[bool, float]]):
    """Whatever the weather of a loss, two tellings in a row of one finding never say the same."""
    known: tuple[Finding, ...] = ()
    told: list[tuple[str, str]] = []
    hours = 0.0
    for there, gap in looks:
        hours += gap
        result = advance_once(known, *([GATED] if there else []), hours=hours)
        known = result.open_findings
        told += [(finding.status, str(finding.after)) for finding in result.changed_findings]

    assert all(first != second for first, second in pairwise(told))
    assert all(
        before == "suspected" for (before, _), (after, _) in pairwise(told) if after == "confirmed"
    )


def test_a_finding_survives_the_disk():
    """What is written is what is read."""
    finding = advance_once((), GATED).open_findings[0]

    assert parse_finding(serialize_finding(finding)) == finding


@pytest.mark.parametrize(
    ("lost", "models", "trips"),
    [
        (3, 10, False),
        (4, 10, True),
        (4, 40, False),
        (5, 40, True),
        (100, 1000, False),
        (101, 1000, True),
    ],
)
def test_the_breaker_needs_more_than_three_and_more_than_a_tenth(
    lost: int, models: int, trips: bool
):
    """Many losses at once are our fault until shown otherwise; few in a small registry are not many."""
    assert should_trip_breaker(lost, models) is trips


STATUSES = tuple(status for status in TRANSITIONS if status)
ENDS = ("reverted", "accepted", "withdrawn")


def make_event(status: FindingStatus, day: int = 1, **changes: Any) -> Event:
    """An event of the gate's finding."""
    (finding,) = advance_once((), GATED).open_findings
    return Event(replace(finding, status=status, **changes), "r", f"2026-01-0{day}T06:00:00Z")


def test_an_end_is_final():
    """Of the five statuses three are ends: nothing follows them, and everything else can still end."""
    assert sorted(STATUSES) == sorted(get_args(FindingStatus)) == sorted(PUBLISHED_WORDS)
    assert [status for status in STATUSES if has_ended(status)] == list(ENDS)
    assert "accepted" not in TRANSITIONS["suspected"]
    assert "withdrawn" in TRANSITIONS["suspected"] & TRANSITIONS["confirmed"]


@pytest.mark.parametrize("status", ["suspected", *ENDS])
def test_only_what_is_confirmed_is_accepted(status: FindingStatus):
    """`accept` takes no suspicion into a record, and ends nothing twice."""
    finding = make_event(status).finding
    assert not may_be_accepted(finding)
    with pytest.raises(ImpossibleTransitionError):
        accept_finding(finding)
    assert accept_finding(replace(finding, status="confirmed")).status == "accepted"


@pytest.mark.parametrize(
    ("status", "record_exists", "expected"),
    [
        ("confirmed", True, "accepted"),
        ("confirmed", False, "withdrawn"),
        ("suspected", True, "withdrawn"),
        ("suspected", False, "withdrawn"),
    ],
)
def test_what_no_record_declares_any_more_ends(
    status: FindingStatus, record_exists: bool, expected: FindingStatus
):
    """A record that names another repository was mended; a record that is gone takes its findings with it."""
    finding = make_event(status).finding
    assert close_undeclared_finding(finding, record_exists=record_exists).status == expected


@pytest.mark.parametrize(
    ("word", "sightings", "expected"),
    [
        *((status, 1, status) for status in STATUSES),
        ("returned", 2, "reverted"),
        ("returned", 1, "withdrawn"),
        ("resolved", 2, "accepted"),
    ],
)
def test_every_word_that_was_ever_stored_is_read(word: str, sightings: int, expected: str):
    """The old words say less than the new ones; whether it was ever confirmed, the counted checks say."""
    assert read_status(word, sightings, 2) == expected


def test_a_word_that_nobody_knows_is_an_error():
    """A status of a newer version is refused in one line."""
    with pytest.raises(UnknownStatusError, match="'paused' is not a status") as error:
        read_status("paused", 1, 2)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("statuses", "news"),
    [
        (["suspected", "confirmed", "reverted"], [1, 2]),
        (["suspected", "withdrawn"], []),
        (["confirmed", "accepted"], [0]),
        (["confirmed", "withdrawn"], [0]),
        (["confirmed", "suspected", "reverted"], [0]),
        (["reverted"], []),
    ],
)
def test_only_confirmed_drift_and_its_end_are_news(statuses: list[FindingStatus], news: list[int]):
    """Suspicions, their end, and what the registry did itself reach nobody; the order of the input does not count."""
    events = [make_event(status, day) for day, status in enumerate(statuses, start=1)]
    assert select_news(events[::-1]) == [events[index] for index in news]


@pytest.mark.parametrize("last", [None, *STATUSES])
@pytest.mark.parametrize("status", STATUSES)
def test_the_history_does_not_say_the_same_twice(last: FindingStatus | None, status: FindingStatus):
    """The same status with the same values, or one end after another, is reported already; another value is not."""
    before = make_event(last) if last else None
    event = make_event(status, 2)
    expected = last == status or (last in ENDS and status in ENDS)
    assert is_already_reported(before, event) is expected
    assert not is_already_reported(before, make_event(status, 2, after="auto"))
    assert not is_already_reported(before, make_event(status, 2, before="auto"))


@pytest.mark.parametrize(
    ("status", "record_exists", "checked_again", "reason"),
    [
        ("accepted", True, False, "accepted"),
        ("reverted", True, False, None),
        ("reverted", True, True, "reverted"),
        ("withdrawn", True, False, None),
        ("withdrawn", True, True, "reverted"),
        ("confirmed", True, True, None),
        ("suspected", True, True, None),
        ("confirmed", False, False, "removed"),
        ("accepted", False, True, "removed"),
    ],
)
def test_when_a_finding_is_over(
    status: FindingStatus, record_exists: bool, checked_again: bool, reason: str | None
):
    """Upstream's return must be seen twice before an issue closes; a mended or a removed record settles it at once."""
    found = find_closing_reason(
        make_event(status), record_exists=record_exists, was_checked_again=checked_again
    )
    assert found == reason


def test_what_history_and_the_past_take_from_an_event():
    """A suspicion and its quiet end are no history; an accepted value changed the record and nothing upstream."""
    assert [each for each in STATUSES if is_history(make_event(each))] == [
        "confirmed",
        "reverted",
        "accepted",
    ]
    assert [each for each in STATUSES if has_changed_upstream(make_event(each))] == [
        "confirmed",
        "reverted",
    ]
    assert make_event("confirmed").values == (False, "manual")
    assert make_event("reverted").values == ("manual", False)


def test_a_renamed_record_keeps_the_ids_of_its_findings():
    """A finding carries the first name of its record, and its id follows from that name."""
    context = FindingContext(
        record="models/new/name",
        url="https://hub.example/new/name",
        revision=None,
        now=START,
        find_label_effects=lambda difference: LabelEffects(None, ()),
        first_record=RECORD,
    )
    (finding,) = advance_findings((), [GATED], lambda finding: True, context).open_findings
    assert finding.first_record == RECORD
    assert finding.id == compute_finding_id(RECORD, GATED.kind, GATED.field)
