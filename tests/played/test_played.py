"""Real events, played through the whole audit: the harness tells good from bad, and a few stand for all.

The whole list takes minutes and is the session `played-events`.
"""

from pathlib import Path

import pytest

from tests.drift.builders import make_finding
from tests.played.play import TEXTS, is_playable, judge_told, play_event, read_events

CLOSED = {"kinds": ["weights-gated"], "direction": "more-closed"}
SAMPLE = (16, 29, 34, 35, 37, 40, 62, 74, 106, 116, 128, 135, 159)
"""One of each way in which an event is played."""


@pytest.mark.parametrize(
    ("kind", "direction", "expected", "result"),
    [
        ("weights-gated", "more-closed", CLOSED, "right"),
        ("weights-gated", "unreviewed", CLOSED, "left to a person"),
        ("weights-gated", "more-open", CLOSED, "opposite"),
        ("weights-gated", "neutral", CLOSED, "wrong"),
        ("repo-moved", "more-closed", CLOSED, "wrong"),
        ("weights-gated", "neutral", {**CLOSED, "direction": None}, "right"),
        ("weights-gated", "unreviewed", {**CLOSED, "direction": None}, "left to a person"),
        ("weights-gated", "neutral", {"kinds": [], "direction": None}, "false"),
        (None, None, CLOSED, "missed"),
        (None, None, {"kinds": [], "direction": None}, "right"),
    ],
)
def test_how_good_what_was_told_is(kind, direction, expected, result):
    """Told in kind and direction; the list says both before anything is played."""
    told = (make_finding(kind=kind, direction=direction),) if kind else ()
    assert judge_told(expected, told) == result


def test_every_event_of_the_list_says_how_it_is_played_or_why_not():
    """An event that nobody plays is named, and never left out."""
    for name in ("events.json", "apart.json"):
        events = read_events(name)
        assert len({event["n"] for event in events}) == len(events)
        assert all(event.get("why") for event in events if not is_playable(event))
        assert all("expected" in event for event in events)


@pytest.mark.skipif(not TEXTS.is_dir(), reason="the real license texts are not here")
@pytest.mark.parametrize("number", SAMPLE)
def test_a_real_event_is_told_in_kind_and_never_the_wrong_way_round(number: int, tmp_path: Path):
    """By loopback hosts, in the days that its proof takes."""
    event = next(event for event in read_events() if event["n"] == number)
    assert play_event(event, tmp_path).result in ("right", "left to a person")
