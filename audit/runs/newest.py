"""The lists of what changed last, as one sweep uses them: read, judged, or left for owner listings.

Everything that a list says is checked against what the last sweep saw of it and against the clock.
What does not agree is not trusted: the kind is then looked at through the lists of its owners.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from audit.observations.facts import HubFacts, Target, TargetKind
from audit.runs.outcome import KnownStates
from audit.runs.rotation import DAY, count_requests, list_rotation_units
from audit.sources.base import HeadChecks, Source
from audit.sources.failures import SourceFailure
from audit.sources.newest import Distrust, NewestAnswer, NewestQuestion
from audit.store.sweep_state import ListMark

MARGIN = timedelta(minutes=10)
"""Read again before the mark: an entry may appear in the list later than its date says."""
STANDS_STILL_AFTER = timedelta(hours=2)
"""A list whose newest entry is older is a copy that nobody renews; the Hub has a change every two
seconds.
"""
MAX_AHEAD = timedelta(minutes=5)
"""A clock may differ by so much."""
PATIENCE = timedelta(hours=3)
"""So old a mark may grow while the list cannot be read, before owner listings take its place."""
USUAL_MARK_RATE = 2_000, 1_000
"""Entries an hour and a page, before a list was read twice."""
MIN_PAGES = 3

ListMethod = Literal["newest", "owners", "first"]
"""Read the list; or the lists of all owners, because they are cheaper; or these, and the first page
of the list, so that the next sweep has a mark.
"""


@dataclass(frozen=True)
class ListPart:
    """One list of one host, and what it stands for in one sweep."""

    host: str
    kind: TargetKind
    targets: tuple[Target, ...]
    owner_requests: int
    """What the lists and look-ups of all owners cost instead."""
    mark: ListMark | None
    pages: int
    """Pages that are expected."""
    method: ListMethod

    @property
    def key(self) -> str:
        """`host/kind`, as marks are kept."""
        return f"{self.host}/{self.kind}"


@dataclass(frozen=True)
class ListResult:
    """What became of one list in one sweep."""

    part: ListPart
    needs_owners: bool
    """The lists of the owners have to say what this one does not."""
    mark: ListMark | None
    """For the next sweep."""
    heads: Mapping[Target, Any] = field(default_factory=dict)
    """Tracked repositories that moved, as far as the list is trusted."""
    pages: int = 0
    entries: int = 0
    distrust: Distrust = ""
    failure: str = ""
    """Why it could not be read, as an observation's reason."""

    @property
    def is_read(self) -> bool:
        """Whether the list itself says what moved."""
        return not self.needs_owners and not self.failure

    @property
    def is_postponed(self) -> bool:
        """Nothing was learned in this hour; the next sweep reads from the same mark."""
        return bool(self.failure) and not self.needs_owners


def plan_list_part(
    targets: Sequence[Target], checks: HeadChecks, mark: ListMark | None, now: datetime
) -> ListPart:
    """Whichever is expected to cost less: the list since its mark, or the lists of the owners."""
    first = targets[0]
    owner_requests = count_requests(list_rotation_units(checks))
    pages = _expect_pages(mark, now)
    rotating = owner_requests * min(1.0, _find_age(mark, now) / DAY)
    method: ListMethod = "owners"
    if pages + rotating < owner_requests:
        method = "newest" if mark else "first"
    return ListPart(first.host, first.kind, tuple(targets), owner_requests, mark, pages, method)


def _expect_pages(mark: ListMark | None, now: datetime) -> int:
    per_hour, per_page = USUAL_MARK_RATE
    if mark:
        per_hour, per_page = mark.entries_per_hour, mark.entries_per_page
    hours = (_find_age(mark, now) + MARGIN) / timedelta(hours=1)
    return max(1, math.ceil(per_hour * hours / max(1, per_page)))


def _find_age(mark: ListMark | None, now: datetime) -> timedelta:
    """How much of the list is new; an hour of it where there is no mark yet."""
    return max(timedelta(0), now - mark.newest) if mark else timedelta(hours=1)


def assume_list_result(part: ListPart) -> ListResult:
    """What a plan expects of a list that is not read yet: that it is as it should be."""
    needs_owners = part.method != "newest"
    return ListResult(part, needs_owners, part.mark, pages=_count_pages(part))


def _count_pages(part: ListPart) -> int:
    return {"newest": part.pages, "first": 1, "owners": 0}[part.method]


def read_list_part(
    part: ListPart, source: Source, known: KnownStates, read_now: Callable[[], datetime]
) -> ListResult:
    """Read the list, where it is worth it, and judge what it says.

    `read_now`: the moment after the answer, by the earlier of two clocks.
    """
    if part.method == "owners":
        return ListResult(part, True, None)
    answer = source.read_newest(_build_question(part, known, read_now()))
    if isinstance(answer, SourceFailure):
        return _build_failed_result(part, answer, read_now())
    return _judge_answer(part, answer, read_now())


def _build_question(part: ListPart, known: KnownStates, now: datetime) -> NewestQuestion:
    tracked, latest = _name_targets(part.targets, known), now + MAX_AHEAD
    if part.mark is None:
        return NewestQuestion(part.kind, tracked, None, None, latest, 1)
    newest, pages = part.mark.newest, max(MIN_PAGES, part.owner_requests)
    return NewestQuestion(part.kind, tracked, newest, newest - MARGIN, latest, pages)


def _name_targets(targets: Iterable[Target], known: KnownStates) -> dict[str, Target]:
    """Targets by their ids, and by those that they were last seen under: a rename is one."""
    named = {}
    for target in targets:
        state = known.get(target)
        if state and isinstance(state.facts, HubFacts):
            named[state.facts.repo] = target
    return {**named, **{target.repo: target for target in targets}}


def _build_failed_result(part: ListPart, failure: SourceFailure, now: datetime) -> ListResult:
    """One hour without the list is made up for by the next; a list that stays away is replaced."""
    is_fresh = part.mark is not None and _find_age(part.mark, now) < PATIENCE
    return ListResult(part, not is_fresh, part.mark, failure=failure.reason)


def _judge_answer(part: ListPart, answer: NewestAnswer, now: datetime) -> ListResult:
    distrust = answer.distrust or _judge_dates(answer, now)
    needs_owners = bool(distrust) or part.method == "first"
    return ListResult(
        part,
        needs_owners,
        _build_mark(part, answer, now),
        {} if distrust else answer.heads,
        answer.pages,
        answer.entries,
        distrust,
    )


def _judge_dates(answer: NewestAnswer, now: datetime) -> Distrust:
    is_old = answer.newest is None or answer.newest < now - STANDS_STILL_AFTER
    return "stands-still" if is_old else ""


def _build_mark(part: ListPart, answer: NewestAnswer, now: datetime) -> ListMark | None:
    """The newest date that was seen, but none of the future: it would hide what changes until then.

    Of a list that is not trusted, too: the lists of the owners say the rest up to there.
    """
    if answer.newest is None:
        return None
    newest = min(answer.newest, now)
    if part.mark and not answer.distrust:
        # An older copy of the list takes nothing back.
        newest = max(newest, min(part.mark.newest, now))
    return ListMark(newest, _measure_rate(part, answer), -(-answer.entries // answer.pages))


def _measure_rate(part: ListPart, answer: NewestAnswer) -> int:
    """Entries an hour in what was read."""
    if answer.newest is None or answer.oldest is None or answer.oldest >= answer.newest:
        return part.mark.entries_per_hour if part.mark else USUAL_MARK_RATE[0]
    return math.ceil(answer.entries / ((answer.newest - answer.oldest) / timedelta(hours=1)))
