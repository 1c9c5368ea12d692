"""Observes every target of a plan with the fewest requests, each host at its own pace.

Compares nothing, writes nothing.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import merge
from typing import TypeVar

from audit.observations.facts import Observation, Target, TargetFacts
from audit.runs.plan import RunPlan
from audit.sources.base import (
    ObservationContext,
    OwnerCost,
    PlannedListing,
    Source,
    build_unregistered_observation,
    index_sources,
)
from audit.sources.failures import FINAL_REASONS, SourceFailure, build_unverifiable
from audit.sources.request_log import RequestCounter

logger = logging.getLogger(__name__)

OUTAGE_FAILURES = 16
"""Failures in a row, without one answer between them, after which a host is left alone for the rest
of a round.
"""
Unit = PlannedListing | Target
Argument = TypeVar("Argument")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Upstreams:
    """The sources of a run, and the count of what they requested."""

    sources: Sequence[Source]
    """One per host."""
    counter: RequestCounter
    keep_text: Callable[[bytes], None] = lambda content: None
    """Takes each text that was fetched and verified against its blob id."""

    def get_source(self, host: str) -> Source:
        """The source of a host. Raises KeyError for a host without one."""
        return index_sources(self.sources)[host]


@dataclass(frozen=True)
class ObservationRound:
    """What was observed."""

    observations: list[Observation]
    """One per target, sorted."""
    owner_costs: dict[str, OwnerCost]
    """What complete listings taught, by `host/kind/owner`."""


def observe_targets(
    plan: RunPlan,
    previous: Mapping[Target, TargetFacts],
    upstreams: Upstreams,
    progress: Callable[[int, int], None] | None = None,
) -> ObservationRound:
    """One observation for each target of the plan. What failed is tried once more at the end.

    `previous` holds the last good facts; `progress` gets the number of targets done and their
    total.
    """
    context = ObservationContext(previous, plan.pinned_revisions, upstreams.keep_text)
    observer = _Observer(index_sources(upstreams.sources), context)
    results = _RoundResults(plan.targets, progress)
    with _open_pools(observer.sources) as pools:
        lookups = _submit_first_checks(plan, observer, pools, results.keep)
        _collect_results(lookups, results.keep)
        observer.forget_outages()
        second_tries = _submit_lookups(results.list_failed_targets(), observer, pools)
        _collect_results(second_tries, results.keep)
    return ObservationRound(results.list_observations(), observer.owner_costs)


class _RoundResults:
    """The newest observation of each target, and how many have one."""

    def __init__(
        self, targets: Sequence[Target], progress: Callable[[int, int], None] | None
    ) -> None:
        self._targets = targets
        self._progress = progress
        self._found: dict[Target, Observation] = {}

    def keep(self, target: Target, observation: Observation) -> None:
        """A later one replaces an earlier one."""
        self._found[target] = observation
        if self._progress:
            self._progress(len(self._found), len(self._targets))

    def list_failed_targets(self) -> list[Target]:
        """Those that another try may still reach."""
        return [target for target in self._targets if _may_succeed_again(self._found[target])]

    def list_observations(self) -> list[Observation]:
        """One per target, in the order of the plan's targets."""
        return [self._found[target] for target in self._targets]


def _submit_first_checks(
    plan: RunPlan,
    observer: "_Observer",
    pools: "_HostPools",
    keep: Callable[[Target, Observation], None],
) -> dict[Future[Observation], Target]:
    """Start every check, and await the listings.

    What they show as unchanged is kept, the rest is looked up.
    """
    listings, lookups = _submit_units(_order_units(plan), observer, pools)
    for done in as_completed(listings):
        done.result()
        changed: list[Target] = []
        for target in listings[done].targets:
            # Most targets of most runs end here, and need no worker.
            if unchanged := observer.find_unchanged(target):
                keep(target, unchanged)
            else:
                changed.append(target)
        changed.sort(key=lambda target: plan.find_oldest_miss([target]))
        lookups |= _submit_lookups(changed, observer, pools)
    return lookups


def _submit_units(
    units: Iterable[Unit], observer: "_Observer", pools: "_HostPools"
) -> tuple[dict[Future[None], PlannedListing], dict[Future[Observation], Target]]:
    listings: dict[Future[None], PlannedListing] = {}
    lookups: dict[Future[Observation], Target] = {}
    for unit in units:
        if isinstance(unit, PlannedListing):
            listings[pools.submit(unit.host, observer.check_listing, unit)] = unit
        else:
            lookups[pools.submit(unit.host, observer.observe, unit)] = unit
    return listings, lookups


def _submit_lookups(
    targets: Iterable[Target], observer: "_Observer", pools: "_HostPools"
) -> dict[Future[Observation], Target]:
    return {pools.submit(target.host, observer.observe, target): target for target in targets}


def _may_succeed_again(observation: Observation) -> bool:
    return observation.state == "unverifiable" and observation.reason not in FINAL_REASONS


def _order_units(plan: RunPlan) -> list[Unit]:
    """First what was not verified for longest.

    Of the rest long listings, whose pages follow one another.
    """

    def find_age(unit: Unit) -> str:
        targets = unit.targets if isinstance(unit, PlannedListing) else [unit]
        return plan.find_oldest_miss(targets)

    def rank_listing(listing: PlannedListing) -> tuple[str, int]:
        return find_age(listing), -listing.cost.pages

    listings: list[Unit] = [*sorted(plan.listings, key=rank_listing)]
    lookups: list[Unit] = [*sorted(plan.lookups, key=find_age)]
    return list(merge(listings, lookups, key=find_age))


class _HostPools:
    """A pool for each host, so that waiting for one leaves no worker of another idle."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._pools = {
            host: ThreadPoolExecutor(source.max_parallel_requests, thread_name_prefix="observe")
            for host, source in sources.items()
        }
        # Of hosts without a source, which answers at once.
        self._other = ThreadPoolExecutor(1, thread_name_prefix="observe")

    def submit(
        self, host: str, call: Callable[[Argument], Result], unit: Argument
    ) -> Future[Result]:
        """Let a worker of the host call this."""
        return self._pools.get(host, self._other).submit(call, unit)

    def shut_down(self) -> None:
        """Drop what has not begun; await the rest."""
        for pool in (*self._pools.values(), self._other):
            pool.shutdown(cancel_futures=True)


@contextmanager
def _open_pools(sources: Mapping[str, Source]) -> Iterator[_HostPools]:
    """Pools that drop what has not begun when the run is interrupted."""
    pools = _HostPools(sources)
    try:
        yield pools
    finally:
        pools.shut_down()


def _collect_results(
    futures: Mapping[Future[Observation], Target], keep: Callable[[Target, Observation], None]
) -> None:
    """Call `keep` in this thread, as results come."""
    for future in as_completed(futures):
        keep(futures[future], future.result())


@dataclass
class _HostHealth:
    """How a host does in a round: when it only fails, it is down, and going on would take hours."""

    failures: int = 0
    last_failure: SourceFailure | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def outage(self) -> SourceFailure | None:
        """The failure that every further target would meet, None while the host answers."""
        with self.lock:
            is_down = self.failures >= OUTAGE_FAILURES or self._has_bad_token()
            return self.last_failure if is_down else None

    def record_result(self, failure: SourceFailure | None) -> None:
        """Count a failure, or begin anew after an answer. A wrong token stays wrong."""
        with self.lock:
            if not self._has_bad_token():
                self.failures = self.failures + 1 if failure else 0
                self.last_failure = failure

    def forget(self) -> None:
        """Try the host again."""
        self.record_result(None)

    def _has_bad_token(self) -> bool:
        return self.last_failure is not None and self.last_failure.reason == "bad-token"


class _Observer:
    """The boundary around the sources: what goes wrong with one target leaves the others alone."""

    def __init__(self, sources: Mapping[str, Source], context: ObservationContext) -> None:
        self.sources = sources
        self.owner_costs: dict[str, OwnerCost] = {}
        self._context = context
        self._health = {host: _HostHealth() for host in sources}

    def forget_outages(self) -> None:
        """Before what failed is tried once more."""
        for health in self._health.values():
            health.forget()

    def check_listing(self, listing: PlannedListing) -> None:
        """Read a listing. Where that fails, look-ups of its targets follow."""
        source, health = self.sources[listing.host], self._health[listing.host]
        if health.outage:
            return
        try:
            answer = source.check_listing(listing, self._context)
        except Exception:  # as in `observe`
            logger.exception("cannot list %s", listing.key)
            return
        if answer is None:
            return
        if isinstance(answer, SourceFailure):
            health.record_result(answer if answer.state == "unverifiable" else None)
            return
        health.record_result(None)
        if answer.tracked == len(listing.targets):
            self.owner_costs[listing.key] = answer

    def find_unchanged(self, target: Target) -> Observation | None:
        """The observation of a target that a listing showed as it was."""
        return self.sources[target.host].find_unchanged(target, self._context)

    def observe(self, target: Target) -> Observation:
        """Observe one target."""
        source = self.sources.get(target.host)
        if source is None:
            return build_unregistered_observation(target)
        health = self._health[target.host]
        if outage := health.outage:
            return outage.build_observation(target, source.build_url(target))
        try:
            observation = source.observe(target, self._context)
        except Exception:  # a defect of ours; it must be seen, but not end the run for all others
            logger.exception("cannot observe %s", target.key)
            failure = build_unverifiable("error", ours=True)
            return failure.build_observation(target, source.build_url(target))
        health.record_result(_extract_failure(observation))
        return observation


def _extract_failure(observation: Observation) -> SourceFailure | None:
    if observation.state != "unverifiable":
        return None
    return build_unverifiable(observation.reason, observation.status, ours=observation.is_our_fault)
