"""A host's list of what changed last, and whether what was read of it can be trusted. Pure.

Nobody promises that such a list is whole, in order, or still while it is read. What is not as
expected is distrusted, and the reader falls back to what needs no promise: owner listings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from audit.observations.facts import Target, TargetKind

Distrust = Literal[
    "",
    "no-mark",
    "out-of-order",
    "moved-while-read",
    "no-cursor",
    "too-long",
    "empty",
    "stands-still",
]
DISTRUST_WORDS: Mapping[Distrust, str] = {
    "no-mark": "it ended before what the last sweep had seen",
    "out-of-order": "it is not sorted by date, the newest first",
    "moved-while-read": "a repository stood on two of its pages",
    "no-cursor": "its pages are counted by position, so that one could slip through between two",
    "too-long": "it would cost more than the lists of the owners",
    "empty": "it shows no date up to now",
    "stands-still": "its newest entry is old, as in a copy that is not renewed",
}
"""Why a list is not trusted, for people."""


@dataclass(frozen=True)
class NewestQuestion:
    """What is looked for in a list, and how far down."""

    kind: TargetKind
    tracked: Mapping[str, Target]
    """Targets by every id under which the host may list them."""
    mark: datetime | None
    """Newest date that the last sweep saw; None where there was none."""
    until: datetime | None
    """Read down to here, older than the mark by a margin; None where one page is enough."""
    not_after: datetime
    """Later dates are of the future: such entries say nothing of the order."""
    max_pages: int
    """More would cost more than what the list saves."""


@dataclass(frozen=True)
class ListedRow:
    """One entry of the list."""

    repo: str
    moment: datetime | None
    """None where the host gives no date: such an entry says nothing of the order."""
    head: Any = None
    """Of a tracked repository, in a form of the source's own."""


@dataclass(frozen=True)
class NewestAnswer:
    """What was read."""

    heads: Mapping[Target, Any]
    """Of tracked repositories that changed since the mark, or a margin before it."""
    newest: datetime | None
    """Date of the first entry; None of an empty list."""
    oldest: datetime | None
    entries: int
    pages: int
    distrust: Distrust = ""


@dataclass
class NewestReading:
    """Takes the pages of a list one after the other, and says when that is enough."""

    question: NewestQuestion
    distrust: Distrust = ""
    pages: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    _seen: set[str] = field(default_factory=set)
    _heads: dict[Target, Any] = field(default_factory=dict)

    def wants_page(self) -> bool:
        """Whether another page is worth its request."""
        if self.distrust or self.pages >= self.question.max_pages:
            return False
        return self.pages == 0 or not self._has_arrived()

    def add_page(self, rows: Iterable[ListedRow]) -> None:
        """Take in one more page, as far as it is as expected."""
        self.pages += 1
        for row in rows:
            self.distrust = self.distrust or self._find_fault(row)
            self._add_row(row)

    def _find_fault(self, row: ListedRow) -> Distrust:
        if row.repo in self._seen:
            return "moved-while-read"
        moment = self._read_moment(row)
        if moment and self.oldest and moment > self.oldest:
            return "out-of-order"
        return ""

    def _read_moment(self, row: ListedRow) -> datetime | None:
        """Its date, unless of the future: a stranger must not stop a sweep, nor move a mark."""
        is_future = row.moment is not None and row.moment > self.question.not_after
        return None if is_future else row.moment

    def _add_row(self, row: ListedRow) -> None:
        self._seen.add(row.repo)
        moment = self._read_moment(row)
        self.newest = self.newest or moment
        self.oldest = moment or self.oldest
        target = self.question.tracked.get(row.repo)
        if target is not None:
            self._heads[target] = row.head

    def distrust_pages(self) -> None:
        """The next page is not found by what the last one ended with."""
        self.distrust = self.distrust or "no-cursor"

    def finish(self, *, ended: bool) -> NewestAnswer:
        """What came of it. `ended`: the list has no further page."""
        distrust = self.distrust or self._judge_end(ended=ended)
        return NewestAnswer(
            self._heads, self.newest, self.oldest, len(self._seen), self.pages, distrust
        )

    def _judge_end(self, *, ended: bool) -> Distrust:
        if self.newest is None:
            return "empty"
        if self._has_arrived():
            return ""
        if not ended:
            return "too-long"
        mark = self.question.mark
        return "" if mark and self.oldest and self.oldest <= mark else "no-mark"

    def _has_arrived(self) -> bool:
        """Whether everything since the mark was read, with the margin."""
        until = self.question.until
        return until is None or (self.oldest is not None and self.oldest < until)
