"""The rest of the Hub: repositories that nobody tracks, millions of them, none of which is stored.

One changes after the other, in turn, at an even pace: what changed last follows from the moment alone.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.fakes.repositories import HubKind, HubRepo, format_hub_time

FIRST_MOMENT = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class BackgroundRepositories:
    """Repositories of one kind that nobody tracks."""

    count: int
    changes_per_hour: int

    @property
    def _interval(self) -> timedelta:
        return timedelta(hours=1) / self.changes_per_hour

    def list_newest(
        self, kind: HubKind, now: datetime, until: datetime | None
    ) -> Iterator[HubRepo]:
        """Those that changed before a moment, the last first; from `until` on where a page before ended there."""
        start = now if until is None else min(now, until + timedelta(seconds=2))
        number = (start - FIRST_MOMENT) // self._interval
        oldest = max(0, number - self.count + 1)
        for each in range(number, oldest - 1, -1):
            yield self._build_repository(kind, each)

    def _build_repository(self, kind: HubKind, change: int) -> HubRepo:
        """The repository of one change. Each has its turn again when all others had theirs."""
        name = f"background-{change % self.count}/repository"
        digest = hashlib.sha1(f"{name} {change}".encode(), usedforsecurity=False).hexdigest()
        moment = format_hub_time(FIRST_MOMENT + change * self._interval)
        return HubRepo(
            kind, name, likes=0, last_modified=moment, hub_id=digest[:24], revision=digest
        )
