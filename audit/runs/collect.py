"""Looks at every target of a plan with the fewest requests. What is unchanged costs its share of a listing and no more."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from heapq import merge

from audit.observations.facts import CodeFacts, HubFacts, Sighting, Target
from audit.observations.license_files import with_known_texts, with_text, without_due
from audit.runs.plan import LISTING_FROM, Listing, Plan, cheapest
from audit.sources.failures import FINAL, Failure, unverifiable
from audit.sources.github import PARALLEL, GithubSource
from audit.sources.huggingface.files import names_only
from audit.sources.huggingface.parse import Head
from audit.sources.huggingface.source import HubKind, HubSource, sighting_of
from audit.sources.request_log import RequestCounter
from audit.store.run_status import OwnerCost

logger = logging.getLogger(__name__)

WORKERS = 8
OUTAGE_AFTER = 16
"""Failures in a row, without one answer between them, after which an upstream is left alone for the rest of a round."""
UNREADABLE = frozenset({"gated", "too-large", "foreign-redirect", "not-publicly-reachable", "http-401", "http-403"})
"""Why a text will not be had at all; its blob id must do."""

OUT_OF_TURN = frozenset({"budget", "rate-limited"})
"""Why a text was not asked for; it stays due, and what is known of its repository holds."""


@dataclass(frozen=True)
class Upstreams:
    """Where a run reads, and the count of what it asked."""

    hub: HubSource
    github: GithubSource
    counter: RequestCounter
    keep_text: Callable[[bytes], None] = lambda content: None
    """Takes each text that was fetched and verified against its blob id."""


@dataclass(frozen=True)
class Observed:
    """What a round of looks brought."""

    sightings: list[Sighting]
    """One per target, sorted."""
    lessons: dict[str, OwnerCost]
    """What complete listings taught, by `kind/owner`."""


def observe(
    plan: Plan,
    previous: Mapping[Target, HubFacts | CodeFacts],
    upstreams: Upstreams,
    progress: Callable[[int, int], None] | None = None,
    *,
    workers: int = WORKERS,
) -> Observed:
    """One sighting for each target of the plan. What failed is tried once more at the end of the round.

    `previous` holds the last good facts; `progress` gets the number of targets done and their total.
    """
    targets = plan.targets
    run = _Run(upstreams, previous, plan.pins)
    found: dict[Target, Sighting] = {}

    def keep(target: Target, sighting: Sighting) -> None:
        found[target] = sighting
        if progress:
            progress(len(found), len(targets))

    # A pool for each host, so that waiting for one leaves no worker of the other idle.
    with _pool(workers) as pool, _pool(PARALLEL) as code_pool:

        def submit(target: Target) -> Future[Sighting]:
            return (code_pool if target.kind == "code" else pool).submit(run.look, target)

        listings, looks = {}, {}
        for unit in _units(plan):
            if isinstance(unit, Listing):
                listings[pool.submit(run.list_owner, unit)] = unit
            else:
                looks[submit(unit)] = unit
        for done in as_completed(listings):
            done.result()
            for target in sorted(listings[done].targets, key=lambda each: plan.age([each])):
                # Most targets of most runs end here, and need no worker.
                if sighting := run.unchanged(target):
                    keep(target, sighting)
                else:
                    looks[submit(target)] = target
        _keep(looks, keep)
        run.second_round()
        again = [target for target in targets if found[target].state == "unverifiable" and found[target].reason not in FINAL]
        _keep({submit(target): target for target in again}, keep)
    return Observed([found[target] for target in targets], run.lessons)


def _units(plan: Plan) -> list[Listing | Target]:
    """What is asked first: what was not verified for longest, then long listings, whose pages follow one another."""
    listings: list[Listing | Target] = [*sorted(plan.listings, key=lambda each: (plan.age(each.targets), -each.cost.pages))]
    alone: list[Listing | Target] = [*sorted((*plan.heads, *plan.code), key=lambda each: plan.age([each]))]

    def age(unit: Listing | Target) -> str:
        return plan.age(unit.targets if isinstance(unit, Listing) else [unit])

    return list(merge(listings, alone, key=age))


class _pool:
    """A pool that drops what has not begun when the run is interrupted."""

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="observe")

    def __enter__(self) -> ThreadPoolExecutor:
        return self._pool

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)


def _keep(futures: Mapping[Future[Sighting], Target], keep: Callable[[Target, Sighting], None]) -> None:
    """Call `keep` in this thread, as results come."""
    for future in as_completed(futures):
        keep(futures[future], future.result())


@dataclass
class _Upstream:
    """How one upstream does in a round: when it only fails, it is down, and asking on would take hours."""

    failures: int = 0
    last: Failure | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def down(self) -> Failure | None:
        with self.lock:
            return self.last if self.last and (self.failures >= OUTAGE_AFTER or self.last.reason == "bad-token") else None

    def note(self, failure: Failure | None) -> None:
        with self.lock:
            if self.last is None or self.last.reason != "bad-token":
                self.failures = self.failures + 1 if failure else 0
                self.last = failure


class _Run:
    """What one run knows while it looks."""

    def __init__(self, upstreams: Upstreams, previous: Mapping[Target, HubFacts | CodeFacts], pins: Mapping[Target, str]) -> None:
        self._hub = upstreams.hub
        self._github = upstreams.github
        self._keep_text = upstreams.keep_text
        self._previous = previous
        self._pins = pins
        self._listed: dict[Target, Head] = {}
        self.lessons: dict[str, OwnerCost] = {}
        self._health = {"hub": _Upstream(), "github": _Upstream()}

    def second_round(self) -> None:
        """Forget who was down; a wrong token stays wrong."""
        for health in self._health.values():
            if health.last is None or health.last.reason != "bad-token":
                health.failures, health.last = 0, None

    def list_owner(self, listing: Listing) -> None:
        """Take the heads of an owner's repositories from one listing, where enough of them were seen before to compare."""
        known = {target.address for target in listing.targets if target in self._previous}
        health = self._health["hub"]
        if len(known) < LISTING_FROM or health.down:
            return
        try:
            answer = self._hub.listing(listing.kind, listing.owner, known, listing.cost.pages, listing.cost.missing)
        except Exception:  # as in `look`; single look-ups follow
            logger.exception("cannot list %s/%s", listing.kind, listing.owner)
            return
        if isinstance(answer, Failure):
            health.note(answer if answer.state == "unverifiable" else None)
            return
        health.note(None)
        for target in listing.targets:
            if target.address in answer.heads:
                self._listed[target] = answer.heads[target.address]
        if len(known) == len(listing.targets):
            self.lessons[listing.key] = cheapest(len(known), list(answer.found))

    def unchanged(self, target: Target) -> Sighting | None:
        """The sighting of a target that its listing showed as it was, with nothing left to fetch."""
        before, head = self._previous.get(target), self._listed.get(target)
        if target.kind == "code" or not isinstance(before, HubFacts) or before.texts_due or head is None or not head.same_as(before):
            return None
        return None if target in self._pins else sighting_of(target, self._url(target), before)

    def look(self, target: Target) -> Sighting:
        """See one target. The boundary: whatever goes wrong with one leaves the others alone."""
        health = self._health["github" if target.kind == "code" else "hub"]
        if down := health.down:
            return down.sighting(target, self._url(target))
        try:
            sighting = self._github.repository(target.address) if target.kind == "code" else self._pinned(target.kind, self._look_at_hub(target.kind, target))
        except Exception:  # a defect of ours; it must be seen, but not end the run for all other targets
            logger.exception("cannot look at %s/%s", target.kind, target.address)
            return unverifiable("error", ours=True).sighting(target, self._url(target))
        health.note(_failure_in(sighting))
        return sighting

    def _url(self, target: Target) -> str:
        return f"{self._github.api_url}/repos/{target.address}" if target.kind == "code" else self._hub.url(target.kind, target.address)

    def _look_at_hub(self, kind: HubKind, target: Target) -> Sighting:
        before = self._previous.get(target)
        previous = before if isinstance(before, HubFacts) else None
        url = self._hub.url(kind, target.address)
        # A listing may come from a cache: it is believed when it says that nothing changed; all else is looked up.
        head: Head | Sighting | None = self._listed.get(target)
        if previous and head is None:
            head = self._hub.head(kind, target.address)
        if isinstance(head, Sighting):
            return _without_facts(head)
        if previous and head and head.same_as(previous):
            return self._with_a_text(kind, sighting_of(target, url, previous))
        sighting = self._hub.detail(kind, target.address)
        facts = sighting.facts
        if not isinstance(facts, HubFacts):
            return _without_facts(sighting)
        if previous and names_only(facts.weights) and not names_only(previous.weights):
            return unverifiable("schema", 200).sighting(target, url)
        return self._with_a_text(kind, replace(sighting, facts=with_known_texts(facts, previous)))

    def _pinned(self, kind: HubKind, sighting: Sighting) -> Sighting:
        """The sighting with what became of the pinned revision, where this run is to look for it."""
        pin, facts = self._pins.get(sighting.target), sighting.facts
        if pin is None or not isinstance(facts, HubFacts):
            return sighting
        answer = facts.revision == pin or self._hub.has_revision(kind, facts.repo, pin)
        if isinstance(answer, Failure):
            return unverifiable(answer.reason, answer.status, ours=answer.ours).sighting(sighting.target, sighting.url)
        return replace(sighting, pinned="found" if answer else "missing")

    def _with_a_text(self, kind: HubKind, sighting: Sighting) -> Sighting:
        """At most one text per repository and run: the others stay due."""
        facts = sighting.facts
        if not isinstance(facts, HubFacts) or not facts.texts_due or not facts.revision:
            return sighting
        path = facts.texts_due[0]
        file = next((each for each in facts.license_files if each.path == path), None)
        if file is None:
            return replace(sighting, facts=without_due(facts, path))
        answer = self._hub.text(kind, facts.repo, facts.revision, path, file.blob_id, file.size)
        if isinstance(answer, bytes):
            self._keep_text(answer)
            return replace(sighting, facts=with_text(facts, path, answer))
        if answer.reason in UNREADABLE:
            return replace(sighting, facts=without_due(facts, path))
        if answer.reason in OUT_OF_TURN:
            return sighting
        return unverifiable(answer.reason, answer.status, ours=answer.ours).sighting(sighting.target, sighting.url)


def _without_facts(sighting: Sighting) -> Sighting:
    """A gate before the metadata itself shows that the repository is there, and nothing else that could be compared."""
    return replace(sighting, state="unverifiable") if sighting.state == "gated" else sighting


def _failure_in(sighting: Sighting) -> Failure | None:
    return unverifiable(sighting.reason, sighting.status, ours=sighting.ours) if sighting.state == "unverifiable" else None
