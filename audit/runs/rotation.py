"""The rotation of a sweep: every listing and look-up once a day, the same cost each hour.

For what moves no date: gates, visibility, renames, deletions. The order is a ring of hashes, so
that a record more or less leaves the place of all others as it is. Pure.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from audit.observations.facts import Target
from audit.sources.base import HeadChecks, PlannedListing
from audit.store.sweep_state import RotationState

DAY = timedelta(hours=24)
"""The longest turn of the ring."""
MIN_ROUND_HOURS = 23
"""The shortest, so that a late hour is still within the day."""
MAX_HOURLY_SHARE = 1.1 / 24
"""Of all requests, in one hour."""


@dataclass(frozen=True)
class RotationUnit:
    """What is looked at in one piece: a listing with all that it shows, or one look-up."""

    check: PlannedListing | Target

    @property
    def key(self) -> str:
        """Its name: `host/kind/owner` of a listing, the target's key of a look-up."""
        return self.check.key

    @cached_property
    def place(self) -> str:
        """Where it stands on the ring: 16 hex digits."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:16]

    @property
    def host(self) -> str:
        """Whose ring it is on."""
        return self.check.host

    @property
    def kind_key(self) -> str:
        """`host/kind`."""
        return f"{self.check.host}/{self.check.kind}"

    @property
    def cost(self) -> int:
        """Requests when nothing changed; at least one."""
        if isinstance(self.check, PlannedListing):
            return max(1, self.check.cost.requests)
        return 1

    @property
    def targets(self) -> tuple[Target, ...]:
        """What it looks at."""
        return self.check.targets if isinstance(self.check, PlannedListing) else (self.check,)


def list_rotation_units(checks: HeadChecks) -> list[RotationUnit]:
    """The pieces of some head checks, in the order of the ring."""
    listings = [RotationUnit(listing) for listing in checks.listings]
    lookups = [RotationUnit(target) for target in checks.lookups]
    return sorted([*listings, *lookups], key=lambda unit: unit.place)


def count_requests(units: Sequence[RotationUnit]) -> int:
    """What units cost when nothing changed."""
    return sum(unit.cost for unit in units)


def compute_hourly_share(requests: int) -> float:
    """How many of all requests an hour takes, for a round in 23 to 24 hours.

    No hour takes more than a twenty-fourth and a tenth of that, in whole requests.
    """
    most = math.floor(requests * MAX_HOURLY_SHARE)
    return max(requests / 24, min(requests / MIN_ROUND_HOURS, most))


def turn_rotation(
    units: Sequence[RotationUnit], before: RotationState | None, now: datetime
) -> tuple[list[RotationUnit], RotationState]:
    """The units whose turn has come by now, and the state after them.

    All of them where a whole round was missed, where none was ever done, or where the last sweep's
    clock was so wrong that nobody knows.
    """
    if before is None or abs(now - before.paid_until) >= DAY:
        return list(units), RotationState(now)
    if not units:
        return [], RotationState(now, before.place)
    turn = _Turn(units, before, now)
    turn.take_waiting()
    turn.take_next()
    return turn.taken, turn.build_state()


class _Turn:
    """One turn of the ring, as far as the time since the last one pays for it."""

    def __init__(self, units: Sequence[RotationUnit], before: RotationState, now: datetime) -> None:
        self.taken: list[RotationUnit] = []
        self._units = units
        self._before = before
        self._seconds_each = 3600 / compute_hourly_share(count_requests(units))
        self._allowance = (now - before.paid_until).total_seconds() / self._seconds_each
        self._place = before.place
        self._waiting: list[str] = []

    def take_waiting(self) -> None:
        """What was passed last time is taken whatever it costs; the next hours make up for it."""
        self.taken = [unit for unit in self._units if unit.key in self._before.waiting]

    def take_next(self) -> None:
        """Go on along the ring; what is too large for the rest of the hour waits for the next."""
        for unit in self._list_following():
            left = self._allowance - count_requests(self.taken)
            if left < 1:
                break
            self._place = unit.place
            if unit.key in self._before.waiting:
                continue
            if unit.cost <= left:
                self.taken.append(unit)
            else:
                self._waiting.append(unit.key)

    def _list_following(self) -> Iterator[RotationUnit]:
        """Once around the ring, from behind the last place on."""
        yield from (unit for unit in self._units if unit.place > self._before.place)
        yield from (unit for unit in self._units if unit.place <= self._before.place)

    def build_state(self) -> RotationState:
        """The ring is paid for as long as what was taken lasts."""
        paid = timedelta(seconds=count_requests(self.taken) * self._seconds_each)
        return RotationState(self._before.paid_until + paid, self._place, tuple(self._waiting))
