"""Observes every target of a plan with the fewest requests, each host at its own pace.

Compares nothing, writes nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from functools import partial
from heapq import merge

from audit.observations.facts import Observation, Target, TargetFacts
from audit.runs.host_pools import HostPools, open_pools
from audit.runs.observer import Observer, TakeBegun
from audit.runs.plan import RunPlan
from audit.sources.base import (
    ObservationContext,
    OwnerCost,
    PlannedListing,
    Source,
    index_sources,
)
from audit.sources.failures import FINAL_REASONS
from audit.sources.request_log import RequestCounter

Unit = PlannedListing | Target
ListingFutures = dict[Future[None], PlannedListing]
LookupFutures = dict[Future[Observation], Target]
KeepObservation = Callable[[Target, Observation], None]
ReportProgress = Callable[[int, int], None]
"""Takes the number of targets done, and their total."""


@dataclass(frozen=True)
class Upstreams:
    """The sources of a run, and the count of what they requested."""

    sources: Sequence[Source]
    """One per host."""
    counter: RequestCounter
    keep_text: Callable[[bytes], None] = lambda content: None
    """Takes each text that was fetched and verified against its blob id."""
    take_begun: TakeBegun = lambda target: None
    """What was asked ahead of the round."""

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
    makers: list[Observation] = field(default_factory=list)
    """What listings showed of makers, sorted; none of those whose list was not read."""


def observe_targets(
    plan: RunPlan,
    previous: Mapping[Target, TargetFacts],
    upstreams: Upstreams,
    progress: ReportProgress | None = None,
) -> ObservationRound:
    """One observation for each target of the plan. What failed is tried once more at the end.

    `previous` holds the last good facts; `progress` gets the number of targets done and their
    total.
    """
    context = ObservationContext(
        previous,
        plan.pinned_revisions,
        upstreams.keep_text,
        dict(plan.known_heads),
        plan.direct,
        plan.named_revisions,
        plan.maker_lines,
    )
    observer = Observer(index_sources(upstreams.sources), context, upstreams.take_begun)
    results = _RoundResults(plan.targets, progress)
    with open_pools(observer.sources) as pools:
        lookups = _submit_first_checks(plan, observer, pools, results.keep)
        _collect_results(lookups, results.keep)
        observer.forget_outages()
        second_tries = _submit_lookups(results.list_failed_targets(), observer, pools)
        _collect_results(second_tries, results.keep)
    makers = [context.seen_makers[maker] for maker in sorted(context.seen_makers)]
    return ObservationRound(results.list_observations(), observer.owner_costs, makers)


class _RoundResults:
    """The newest observation of each target, and how many have one."""

    def __init__(self, targets: Sequence[Target], progress: ReportProgress | None) -> None:
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
    observer: Observer,
    pools: HostPools,
    keep: KeepObservation,
) -> LookupFutures:
    """Start every check, and await the listings.

    What they show as unchanged is kept, the rest is looked up.
    """
    listings, lookups = _submit_units(_order_units(plan), observer, pools)
    for done in as_completed(listings):
        done.result()
        changed = _keep_unchanged(listings[done].targets, observer, keep)
        changed.sort(key=partial(_find_age, plan))
        lookups |= _submit_lookups(changed, observer, pools)
    return lookups


def _keep_unchanged(
    targets: Iterable[Target], observer: Observer, keep: KeepObservation
) -> list[Target]:
    """Those that changed. Most targets of most runs end here, and need no worker."""
    changed = []
    for target in targets:
        if unchanged := observer.find_unchanged(target):
            keep(target, unchanged)
        else:
            changed.append(target)
    return changed


def _submit_units(
    units: Iterable[Unit], observer: Observer, pools: HostPools
) -> tuple[ListingFutures, LookupFutures]:
    listings: ListingFutures = {}
    lookups: LookupFutures = {}
    for unit in units:
        if isinstance(unit, PlannedListing):
            listings[pools.submit(unit.host, observer.check_listing, unit)] = unit
        else:
            lookups[pools.submit(unit.host, observer.observe, unit)] = unit
    return listings, lookups


def _submit_lookups(
    targets: Iterable[Target], observer: Observer, pools: HostPools
) -> LookupFutures:
    return {pools.submit(target.host, observer.observe, target): target for target in targets}


def _may_succeed_again(observation: Observation) -> bool:
    return observation.state == "unverifiable" and observation.reason not in FINAL_REASONS


def _order_units(plan: RunPlan) -> list[Unit]:
    """First what was not verified for longest.

    Of the rest long listings, whose pages follow one another.
    """
    find_age = partial(_find_age, plan)
    longest_first = sorted(plan.listings, key=lambda listing: -listing.cost.pages)
    listings: list[Unit] = [*sorted(longest_first, key=find_age)]
    return list(merge(listings, order_lookups(plan), key=find_age))


def order_lookups(plan: RunPlan) -> list[Target]:
    """First what was not verified for longest."""
    return sorted(plan.lookups, key=partial(_find_age, plan))


def _find_age(plan: RunPlan, unit: Unit) -> str:
    return plan.find_oldest_miss(unit.targets if isinstance(unit, PlannedListing) else [unit])


def _collect_results(futures: LookupFutures, keep: KeepObservation) -> None:
    """Call `keep` in this thread, as results come."""
    for future in as_completed(futures):
        keep(futures[future], future.result())
