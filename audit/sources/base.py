"""The protocol of a source: all that a run knows of a host.

A source plans the head checks of its targets, observes them, and says what it requested. It holds
nothing that is compared between runs: previous facts and pins come in, observations go out, and
nothing is written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

from audit.observations.facts import Observation, Target, TargetFacts, TargetKind
from audit.sources.failures import SourceFailure, build_unverifiable
from audit.sources.newest import NewestAnswer, NewestQuestion


@dataclass(frozen=True)
class OwnerCost:
    """What the last complete listing of an owner taught.

    How many pages pay, and what is left to look-ups.
    """

    tracked: int
    """Repositories that were looked for; with another number the lesson is void."""
    pages: int
    """0 where look-ups are cheaper: the owner has thousands of repositories and few are tracked."""
    missing: int
    """Repositories that those pages did not show."""

    @property
    def requests(self) -> int:
        """What the owner costs when nothing changed."""
        return self.pages + self.missing


Lessons = Mapping[str, OwnerCost]
"""By `host/kind/owner`."""
ListingAnswer = OwnerCost | SourceFailure | None
"""What a listing cost, or why it failed; None where nothing was requested."""


@dataclass(frozen=True)
class PlannedListing:
    """One listing of an owner's repositories, and the targets that it covers."""

    host: str
    kind: TargetKind
    owner: str
    targets: tuple[Target, ...]
    cost: OwnerCost
    """As learned; one page that shows everything where nothing was learned."""

    @property
    def key(self) -> str:
        """`host/kind/owner`, as lessons are kept."""
        return build_owner_key(self.targets[0])


def build_owner_key(target: Target) -> str:
    """Under what name a lesson on a target's owner is kept: `host/kind/owner`."""
    return f"{target.host}/{target.kind}/{target.owner}"


@dataclass(frozen=True)
class HeadChecks:
    """How a source will find out what changed: by listings, and by look-ups of single targets."""

    listings: tuple[PlannedListing, ...] = ()
    lookups: tuple[Target, ...] = ()

    def __add__(self, other: "HeadChecks") -> "HeadChecks":
        return HeadChecks(self.listings + other.listings, self.lookups + other.lookups)


@dataclass
class ObservationContext:
    """What a source is given for one run, and where it keeps what it read on the way."""

    previous: Mapping[Target, TargetFacts]
    """The last good facts."""
    pinned_revisions: Mapping[Target, str]
    """Pinned revisions to look for in this run."""
    keep_text: Callable[[bytes], None]
    """Takes each text that was fetched and verified."""
    listed_heads: dict[Target, Any] = field(default_factory=dict)
    """Heads that listings showed, in a form of the source's own."""
    direct: frozenset[Target] = frozenset()
    """Targets that are looked at themselves, whatever a list shows: something is suspected."""
    named_revisions: Mapping[Target, frozenset[str]] = field(default_factory=dict)
    """Branches and tags that records name, by target."""
    maker_lines: Mapping[Target, frozenset[str]] = field(default_factory=dict)
    """Lines of models that the registry knows, by their maker."""
    seen_makers: dict[Target, Observation] = field(default_factory=dict)
    """What lists showed of their makers, beside what they were read for."""


class HeadCheckPlanner(Protocol):
    """The part of a source that needs no connection; the class has it, and its instances."""

    @property
    def newest_kinds(self) -> tuple[TargetKind, ...]:
        """Kinds of which the host lists what changed last."""

    def plan_head_checks(self, targets: Sequence[Target], lessons: Lessons) -> HeadChecks:
        """The cheapest head checks of these targets of one host.

        The same input gives the same plan.
        """


class Source(Protocol):
    """One host at one endpoint. Safe to use from several threads. Every failure is a value."""

    host: ClassVar[str]
    """As targets name it."""
    request_buckets: ClassVar[tuple[str, ...]]
    """Names of the host's rate limits, as the report counts requests."""
    max_parallel_requests: ClassVar[int]
    """Targets observed at a time."""
    newest_kinds: ClassVar[tuple[TargetKind, ...]]
    """As HeadCheckPlanner has it."""
    endpoint: str

    @classmethod
    def plan_head_checks(cls, targets: Sequence[Target], lessons: Lessons) -> HeadChecks:
        """As HeadCheckPlanner has it."""

    @property
    def server_time(self) -> datetime | None:
        """The host's own clock in its last answer; None where it is not read."""

    def build_url(self, target: Target) -> str:
        """What is requested about a target, for people who check it."""

    def check_listing(self, listing: PlannedListing, context: ObservationContext) -> ListingAnswer:
        """Read the heads of an owner's repositories.

        Returns what the listing cost, None where nothing was requested.
        """

    def read_newest(self, question: NewestQuestion) -> NewestAnswer | SourceFailure:
        """Read the host's list of what changed last, newest first."""

    def find_unchanged(self, target: Target, context: ObservationContext) -> Observation | None:
        """The observation of a target whose listing showed it as it was.

        None where it needs a request.
        """

    def observe(self, target: Target, context: ObservationContext) -> Observation:
        """Observe one target."""


class LookupSource:
    """The half of a source that can only look up one target at a time."""

    newest_kinds: ClassVar[tuple[TargetKind, ...]] = ()

    @classmethod
    def plan_head_checks(cls, targets: Sequence[Target], lessons: Lessons) -> HeadChecks:
        """One look-up for each."""
        del lessons
        return HeadChecks(lookups=tuple(targets))

    def check_listing(self, listing: PlannedListing, context: ObservationContext) -> ListingAnswer:
        """No listing is planned, so that there is nothing to read."""
        del listing, context
        return None

    def read_newest(self, question: NewestQuestion) -> NewestAnswer | SourceFailure:
        """There is no such list."""
        del question
        return build_unverifiable("no-source", ours=True)

    def find_unchanged(self, target: Target, context: ObservationContext) -> Observation | None:
        """Without a listing, each target needs a request."""
        del target, context
        return None

    @property
    def server_time(self) -> datetime | None:
        """Not read."""
        return None


def index_sources(sources: Iterable[Source]) -> dict[str, Source]:
    """The sources by host."""
    return {source.host: source for source in sources}


def build_unregistered_observation(target: Target) -> Observation:
    """A target on a host that this run has no source for: our fault, and nothing about a model."""
    return build_unverifiable("no-source", ours=True).build_observation(target, target.key)
