"""The rotation of a sweep: everything once in a round, the same cost each hour, whatever comes between."""

import math
import random
from datetime import UTC, datetime, timedelta

import pytest

from audit.observations.facts import GITHUB, HUGGING_FACE, Target
from audit.runs.rotation import (
    RotationUnit,
    compute_hourly_share,
    count_requests,
    list_rotation_units,
    turn_rotation,
)
from audit.sources.base import HeadChecks, OwnerCost, PlannedListing
from audit.store.sweep_state import RotationState

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURS_A_ROUND = 24


def make_units(owners: int, seed: int = 1) -> list[RotationUnit]:
    """Listings of one page mostly, some of several, as owners are."""
    chance = random.Random(seed)
    listings = []
    for number in range(owners):
        target = Target(HUGGING_FACE, "model", f"owner-{number}/model")
        cost = OwnerCost(1, chance.choice([1] * 9 + [3, 8, 15]), 0)
        listings.append(PlannedListing(HUGGING_FACE, "model", target.owner, (target,), cost))
    lookups = tuple(Target(GITHUB, "code", f"owner-{number}/code") for number in range(owners))
    return list_rotation_units(HeadChecks(tuple(listings), lookups))


def play_hours(units: list[RotationUnit], hours: int) -> list[list[RotationUnit]]:
    """What each hour takes, from the first on, which takes everything."""
    state, shares = None, []
    for hour in range(hours):
        share, state = turn_rotation(units, state, START + hour * HOUR)
        shares.append(share)
    return shares


def test_everything_comes_once_in_a_round_and_no_hour_costs_more():
    """No gap is longer than a round and the hour for what did not fit, and a whole request is the only unevenness."""
    units = make_units(400)
    first, *shares = play_hours(units, 24 * 14)
    assert len(first) == len(units)
    last = dict.fromkeys((unit.key for unit in units), 0)
    for hour, share in enumerate(shares, start=1):
        for unit in share:
            assert hour - last[unit.key] <= HOURS_A_ROUND + 1
            last[unit.key] = hour
    assert min(last.values()) >= len(shares) - HOURS_A_ROUND - 1
    total = count_requests(units)
    assert max(map(count_requests, shares)) <= 1.1 * total / 24
    assert total / 24 <= sum(map(count_requests, shares)) / len(shares) <= 1.1 * total / 24


def test_a_small_registry_takes_nothing_in_most_hours():
    """Four look-ups are four in a round, not one an hour."""
    units = [unit for unit in make_units(9) if unit.cost == 1][:4]
    shares = play_hours(units, 1 + HOURS_A_ROUND)[1:]
    assert sorted(unit.key for share in shares for unit in share) == sorted(
        unit.key for unit in units
    )


@pytest.mark.parametrize("requests", [1, 25, 190, 280, 1_100, 12_345])
def test_the_share_of_an_hour_is_between_a_day_and_a_tenth_more(requests: int):
    """A round in 23 to 24 hours; in whole requests no more than a tenth above a twenty-fourth, where that can be."""
    share = compute_hourly_share(requests)
    assert 23 <= requests / share <= 24
    if requests >= 240:
        assert math.ceil(share) <= 1.1 * requests / 24


def test_missed_hours_are_made_up_for():
    """After five hours without a sweep, the next one takes the share of all five."""
    units = make_units(400)
    state = turn_rotation(units, None, START)[1]
    late, _ = turn_rotation(units, state, START + 5 * HOUR)
    assert abs(count_requests(late) - 5 * count_requests(units) / HOURS_A_ROUND) <= 15


def test_after_a_whole_round_everything_is_due():
    """A day without sweeps, or a clock that was a day ahead: nobody knows what is fresh."""
    units = make_units(40)
    for hours in (-24, 24):
        share, state = turn_rotation(units, RotationState(START + hours * HOUR, "f"), START)
        assert share == units
        assert state == RotationState(START)


def test_a_new_record_moves_no_other():
    """The place on the ring follows from the name alone."""
    few, more = make_units(40), make_units(41)
    names = [unit.key for unit in few]
    assert [unit.key for unit in more if unit.key in names] == names


def test_what_is_larger_than_the_rest_of_the_hour_waits_one_hour():
    """A list of fifteen pages is not begun for the two requests that an hour has left, and not forgotten."""
    target = Target(HUGGING_FACE, "model", "large/model")
    large = PlannedListing(HUGGING_FACE, "model", "large", (target,), OwnerCost(1, 15, 0))
    units = [RotationUnit(large), *(unit for unit in make_units(200) if unit.cost == 1)]
    units = sorted(units, key=lambda unit: unit.place)
    _, *shares = play_hours(units, 1 + HOURS_A_ROUND + 1)
    assert sum(RotationUnit(large) in share for share in shares) >= 1
    assert all(
        count_requests(share) <= 15 + count_requests(units) / HOURS_A_ROUND for share in shares
    )
