"""A simulated month of hourly sweeps on a Hub that never stands still, with faults, kills and real drift.

`python -m tests.faults.sweep_month [--seed N] [--hours N] [--calm]`. Nothing may be invented, missed or told twice; how long it
took until a change was suspected and told is printed. `--calm`: fair weather all the time, where the promised times must hold.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from audit.records.load import load_registry
from audit.store.events import EventStore
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.loopback import LoopbackAnswer, LoopbackRequest
from tests.fakes.repositories import HubRepo, format_hub_time
from tests.fakes.world import UpstreamWorld, build_world
from tests.faults.chaos import (
    START,
    ChaosMonth,
    apply_random_change,
    check_final_events,
    check_soundness,
    run_disturbed,
    run_once,
    set_random_faults,
    write_month_records,
)

OWNERS = {"maker": 24, "other": 12, **{f"single-{number}": 1 for number in range(12)}}
STRANGERS = 60
"""Repositories that nobody tracks."""
STRANGERS_AN_HOUR = 4
"""So many of them change each hour."""
PAGE_ENTRIES = 10
"""Small, so that the list of what changed last has pages too."""
CHANGES_AN_HOUR = 0.06
"""Of tracked repositories. Many more losses in one day would be the breaker's, and a person's."""
CALM_HOURS = 40
"""Fair hours at the end: the slowest loss is seen within a day, and needs three looks."""
HOUR = timedelta(hours=1)
ROTATION_HOURS = 24
"""The rotation, with the hour for what did not fit into its own."""
WEATHER_SHARE = 1.0
"""Hours that may have faults: up to three of any kind, in the others the sweep may still be killed, cut short or started twice."""

MOVES_DATE = frozenset({"license-tag-changed", "license-text-changed"})
"""Kinds of change that move the date of a repository."""
TELL_HOURS = {"weights-gated": 7, "weights-gone": 14, "repo-disabled": 7, "repo-moved": 1}
"""Hours from the suspicion to the telling, in sweeps an hour apart; what is not named is told at once."""


@dataclass
class SweepMonth:
    """A month, and when its changes were made."""

    chaos: ChaosMonth
    made: dict[tuple[str, str], datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class ChangeTimes:
    """How long one change took."""

    kind: str
    to_suspicion: timedelta
    to_telling: timedelta


def play_sweep_month(seed: int, hours: int, folder: Path, *, calm: bool = False) -> SweepMonth:
    """One month. Raises AssertionError where a promise is broken, with the seed in it."""
    chance = random.Random(seed)
    root = folder / "registry"
    ids = [f"{owner}/model-{number}" for owner, count in OWNERS.items() for number in range(count)]
    write_month_records(root, ids)
    world = build_world(load_registry(root))
    world.fault_injector.hold_seconds = 0.4
    for number in range(STRANGERS):
        world.add_hub_repo(HubRepo("models", f"stranger-{number}/model"))
    month = SweepMonth(ChaosMonth(root, world, chance, untouched=ids[1:], sweep=True))
    with LoopbackHub(world, page_cap=PAGE_ENTRIES) as hub, LoopbackGithub(world) as github:
        _play_hours(month, hub, github, hours, seed, calm=calm)
    check_final_events(month.chaos, seed)
    return month


class _ListWeather:
    """What befalls the list of what changed last: strangers commit while it is read, or its first page is an hour old."""

    def __init__(self, hub: LoopbackHub, chance: random.Random) -> None:
        self.is_restless = self.is_stale = False
        self._hub, self._chance = hub, chance
        self._answer = hub.answer_request
        self._last: LoopbackAnswer | None = None
        hub.answer_request = self.answer_list  # type: ignore[method-assign]

    def draw(self) -> None:
        """Another weather, for one hour."""
        self.is_restless, self.is_stale = (self._chance.random() < share for share in (0.3, 0.1))

    def clear(self) -> None:
        """A list as it should be."""
        self.is_restless = self.is_stale = False

    def answer_list(self, request: LoopbackRequest) -> LoopbackAnswer:
        """The Hub's answer, or an older one."""
        is_newest = request.find_parameter("sort") == "lastModified"
        is_first = is_newest and request.find_parameter("cursor") is None
        if is_first and self.is_stale and self._last:
            return self._last
        answer = self._answer(request)
        if is_first and request.path == "/api/models" and answer.status == 200:
            self._last = answer
        if is_newest and self.is_restless:
            _move_strangers(self._hub.world, self._chance, self._hub.world.day)
        return answer


def _play_hours(
    month: SweepMonth,
    hub: LoopbackHub,
    github: LoopbackGithub,
    hours: int,
    seed: int,
    *,
    calm: bool,
) -> None:
    chaos, chance, now = month.chaos, month.chaos.chance, START
    weather = _ListWeather(hub, random.Random(seed))
    _move_strangers(chaos.world, chance, now)
    run_once(chaos, hub, github, now)
    for hour in range(hours + CALM_HOURS):
        is_calm = calm or hour >= hours
        weather.clear()
        _play_hour(month, now, may_change=hour < hours and chance.random() < CHANGES_AN_HOUR)
        now += HOUR
        chaos.world.fault_injector.clear_rules()
        if is_calm:
            run_once(chaos, hub, github, now)
        else:
            weather.draw()
            if chance.random() < WEATHER_SHARE:
                set_random_faults(chaos)
            run_disturbed(chaos, hub, github, now)
        check_soundness(chaos, seed)


def _play_hour(month: SweepMonth, now: datetime, *, may_change: bool) -> None:
    """What happens between two sweeps: strangers change, and perhaps one of ours."""
    chaos = month.chaos
    moment = now + timedelta(seconds=chaos.chance.randrange(60, 3500))
    _move_strangers(chaos.world, chaos.chance, now + timedelta(seconds=30))
    chaos.world.day = moment
    if may_change and (change := apply_random_change(chaos)):
        month.made[change] = moment
    _move_strangers(chaos.world, chaos.chance, now + timedelta(seconds=3550))


def _move_strangers(world: UpstreamWorld, chance: random.Random, now: datetime) -> None:
    """Some repositories that nobody tracks get a new commit."""
    for _ in range(STRANGERS_AN_HOUR // 2):
        number = chance.randrange(STRANGERS)
        world.get_hub_repo("models", f"stranger-{number}/model").commit_revision(
            format_hub_time(now)
        )


def list_change_times(month: SweepMonth) -> list[ChangeTimes]:
    """For each change the time until it was first seen, and until it was told."""
    first: dict[tuple[str, str], datetime] = {}
    told: dict[tuple[str, str], datetime] = {}
    for event in EventStore(month.chaos.root).load_events():
        key, moment = (event.finding.record, event.finding.kind), datetime.fromisoformat(event.time)
        first.setdefault(key, moment)
        if event.finding.status == "confirmed":
            told.setdefault(key, moment)
    return [
        ChangeTimes(key[1], first[key] - made, told[key] - made) for key, made in month.made.items()
    ]


def check_promised_times(month: SweepMonth, seed: int) -> None:
    """In fair weather: within the hour what moves the date, within a day the rest, and told as soon as the rules of proof allow."""
    for times in list_change_times(month):
        seen = 1 if times.kind in MOVES_DATE else ROTATION_HOURS
        assert times.to_suspicion <= HOUR * seen, f"seed {seed}: seen late: {times}"
        waited = times.to_telling - times.to_suspicion
        assert waited <= HOUR * TELL_HOURS.get(times.kind, 0), f"seed {seed}: told late: {times}"
        assert times.to_telling <= HOUR * 36, f"seed {seed}: told too late: {times}"


def _print_distribution(found: list[ChangeTimes]) -> None:
    for kind, count in sorted(Counter(each.kind for each in found).items()):
        seen = sorted(each.to_suspicion / HOUR for each in found if each.kind == kind)
        told = sorted(each.to_telling / HOUR for each in found if each.kind == kind)
        print(
            f"  {kind:22} {count:4} changes; hours to suspicion: median {median(seen):5.2f}, most {seen[-1]:5.2f};"
            f" to telling: median {median(told):5.2f}, most {told[-1]:5.2f}"
        )


def print_sweep_months(seeds: Iterable[int], hours: int, *, calm: bool = False) -> None:
    """Play months and print how long changes took."""
    found: list[ChangeTimes] = []
    for seed in seeds:
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="sweeps-") as folder:
            month = play_sweep_month(seed, hours, Path(folder), calm=calm)
            found += list_change_times(month)
            if calm:
                check_promised_times(month, seed)
        chaos = month.chaos
        print(
            f"seed {seed}: {hours} sweeps, {len(month.made)} changes, 0 missed, 0 invented; {chaos.kills} killed or full, "
            f"{chaos.refused} refused as second, {chaos.incomplete} incomplete, {time.monotonic() - start:.0f} s",
            flush=True,
        )
    _print_distribution(found)


def main() -> int:
    """Play so many months."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--months", type=int, default=1)
    parser.add_argument("--hours", type=int, default=720)
    parser.add_argument("--calm", action="store_true")
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.months)
    print_sweep_months(seeds, options.hours, calm=options.calm)
    return 0


if __name__ == "__main__":
    sys.exit(main())
