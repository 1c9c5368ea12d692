"""Looks at every target of a plan with the fewest requests. What is unchanged costs its share of a listing and no more."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from heapq import merge

from audit.observations.facts import CodeFacts, HubFacts, Observation, Target
from audit.observations.license_files import drop_due_text, fill_fetched_text, fill_known_texts
from audit.runs.plan import MIN_LISTED_REPOSITORIES, PlannedListing, RunPlan, find_cheapest_cost
from audit.sources.failures import FINAL_REASONS, SourceFailure, build_unverifiable
from audit.sources.github import MAX_PARALLEL_REQUESTS, GithubSource
from audit.sources.huggingface.files import has_names_only
from audit.sources.huggingface.parse import RepositoryHead
from audit.sources.huggingface.source import HUB_KINDS, HubKind, HubSource, build_hub_observation
from audit.sources.request_log import RequestCounter
from audit.store.run_status import OwnerCost

logger = logging.getLogger(__name__)

HUB_WORKERS = 8
OUTAGE_FAILURES = 16
"""Failures in a row, without one answer between them, after which an upstream is left alone for the rest of a round."""
UNREADABLE_REASONS = frozenset(
    {"gated", "too-large", "foreign-redirect", "not-publicly-reachable", "http-401", "http-403"}
)
"""Why a text will not be had at all; its blob id must do."""

POSTPONED_REASONS = frozenset({"budget", "rate-limited"})
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
class ObservationRound:
    """What a round of looks brought."""

    observations: list[Observation]
    """One per target, sorted."""
    owner_costs: dict[str, OwnerCost]
    """What complete listings taught, by `kind/owner`."""


def observe_targets(
    plan: RunPlan,
    previous: Mapping[Target, HubFacts | CodeFacts],
    upstreams: Upstreams,
    progress: Callable[[int, int], None] | None = None,
    *,
    workers: int = HUB_WORKERS,
) -> ObservationRound:
    """One sighting for each target of the plan. What failed is tried once more at the end of the round.

    `previous` holds the last good facts; `progress` gets the number of targets done and their total.
    """
    targets = plan.targets
    run = _RoundObserver(upstreams, previous, plan.pinned_revisions)
    found: dict[Target, Observation] = {}

    def keep(target: Target, sighting: Observation) -> None:
        found[target] = sighting
        if progress:
            progress(len(found), len(targets))

    # A pool for each host, so that waiting for one leaves no worker of the other idle.
    with _CancelingPool(workers) as pool, _CancelingPool(MAX_PARALLEL_REQUESTS) as code_pool:

        def submit(target: Target) -> Future[Observation]:
            return (code_pool if target.kind == "code" else pool).submit(run.observe_target, target)

        listings, looks = {}, {}
        for unit in _order_units(plan):
            if isinstance(unit, PlannedListing):
                listings[pool.submit(run.list_owner, unit)] = unit
            else:
                looks[submit(unit)] = unit
        for done in as_completed(listings):
            done.result()
            for target in sorted(
                listings[done].targets, key=lambda each: plan.find_oldest_miss([each])
            ):
                # Most targets of most runs end here, and need no worker.
                if sighting := run.find_unchanged(target):
                    keep(target, sighting)
                else:
                    looks[submit(target)] = target
        _collect_results(looks, keep)
        run.start_second_round()
        again = [
            target
            for target in targets
            if found[target].state == "unverifiable" and found[target].reason not in FINAL_REASONS
        ]
        _collect_results({submit(target): target for target in again}, keep)
    return ObservationRound([found[target] for target in targets], run.owner_costs)


def _order_units(plan: RunPlan) -> list[PlannedListing | Target]:
    """What is asked first: what was not verified for longest, then long listings, whose pages follow one another."""
    listings: list[PlannedListing | Target] = [
        *sorted(
            plan.listings, key=lambda each: (plan.find_oldest_miss(each.targets), -each.cost.pages)
        )
    ]
    alone: list[PlannedListing | Target] = [
        *sorted(
            (*plan.hub_lookups, *plan.github_lookups),
            key=lambda each: plan.find_oldest_miss([each]),
        )
    ]

    def age(unit: PlannedListing | Target) -> str:
        return plan.find_oldest_miss(unit.targets if isinstance(unit, PlannedListing) else [unit])

    return list(merge(listings, alone, key=age))


class _CancelingPool:
    """A pool that drops what has not begun when the run is interrupted."""

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="observe")

    def __enter__(self) -> ThreadPoolExecutor:
        return self._pool

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)


def _collect_results(
    futures: Mapping[Future[Observation], Target], keep: Callable[[Target, Observation], None]
) -> None:
    """Call `keep` in this thread, as results come."""
    for future in as_completed(futures):
        keep(futures[future], future.result())


@dataclass
class _UpstreamHealth:
    """How one upstream does in a round: when it only fails, it is down, and asking on would take hours."""

    failures: int = 0
    last_failure: SourceFailure | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def outage(self) -> SourceFailure | None:
        with self.lock:
            return (
                self.last_failure
                if self.last_failure
                and (self.failures >= OUTAGE_FAILURES or self.last_failure.reason == "bad-token")
                else None
            )

    def record_result(self, failure: SourceFailure | None) -> None:
        with self.lock:
            if self.last_failure is None or self.last_failure.reason != "bad-token":
                self.failures = self.failures + 1 if failure else 0
                self.last_failure = failure


class _RoundObserver:
    """What one run knows while it looks."""

    def __init__(
        self,
        upstreams: Upstreams,
        previous: Mapping[Target, HubFacts | CodeFacts],
        pins: Mapping[Target, str],
    ) -> None:
        self._hub = upstreams.hub
        self._github = upstreams.github
        self._keep_text = upstreams.keep_text
        self._previous = previous
        self._pins = pins
        self._listed_heads: dict[Target, RepositoryHead] = {}
        self.owner_costs: dict[str, OwnerCost] = {}
        self._upstream_health = {"hub": _UpstreamHealth(), "github": _UpstreamHealth()}

    def start_second_round(self) -> None:
        """Forget who was down; a wrong token stays wrong."""
        for health in self._upstream_health.values():
            if health.last_failure is None or health.last_failure.reason != "bad-token":
                health.failures, health.last_failure = 0, None

    def list_owner(self, listing: PlannedListing) -> None:
        """Take the heads of an owner's repositories from one listing, where enough of them were seen before to compare."""
        known = {target.repo for target in listing.targets if target in self._previous}
        health = self._upstream_health["hub"]
        if len(known) < MIN_LISTED_REPOSITORIES or health.outage:
            return
        try:
            answer = self._hub.list_owner_heads(
                HUB_KINDS[listing.kind],
                listing.owner,
                known,
                listing.cost.pages,
                listing.cost.missing,
            )
        except Exception:  # as in `look`; single look-ups follow
            logger.exception("cannot list %s", listing.key)
            return
        if isinstance(answer, SourceFailure):
            health.record_result(answer if answer.state == "unverifiable" else None)
            return
        health.record_result(None)
        for target in listing.targets:
            if target.repo in answer.heads:
                self._listed_heads[target] = answer.heads[target.repo]
        if len(known) == len(listing.targets):
            self.owner_costs[listing.key] = find_cheapest_cost(
                len(known), list(answer.found_by_page)
            )

    def find_unchanged(self, target: Target) -> Observation | None:
        """The sighting of a target that its listing showed as it was, with nothing left to fetch."""
        before, head = self._previous.get(target), self._listed_heads.get(target)
        if (
            target.kind == "code"
            or not isinstance(before, HubFacts)
            or before.texts_due
            or head is None
            or not head.matches_facts(before)
        ):
            return None
        return (
            None
            if target in self._pins
            else build_hub_observation(target, self._build_url(target), before)
        )

    def observe_target(self, target: Target) -> Observation:
        """See one target. The boundary: whatever goes wrong with one leaves the others alone."""
        health = self._upstream_health["github" if target.kind == "code" else "hub"]
        if down := health.outage:
            return down.build_observation(target, self._build_url(target))
        try:
            sighting = (
                self._github.observe_repository(target.repo)
                if target.kind == "code"
                else self._add_pinned_state(
                    HUB_KINDS[target.kind], self._observe_hub_target(HUB_KINDS[target.kind], target)
                )
            )
        except (
            Exception
        ):  # a defect of ours; it must be seen, but not end the run for all other targets
            logger.exception("cannot observe %s", target.key)
            return build_unverifiable("error", ours=True).build_observation(
                target, self._build_url(target)
            )
        health.record_result(_extract_failure(sighting))
        return sighting

    def _build_url(self, target: Target) -> str:
        return (
            f"{self._github.api_url}/repos/{target.repo}"
            if target.kind == "code"
            else self._hub.build_url(HUB_KINDS[target.kind], target.repo)
        )

    def _observe_hub_target(self, kind: HubKind, target: Target) -> Observation:
        before = self._previous.get(target)
        previous = before if isinstance(before, HubFacts) else None
        url = self._hub.build_url(kind, target.repo)
        # A listing may come from a cache: it is believed when it says that nothing changed; all else is looked up.
        head: RepositoryHead | Observation | None = self._listed_heads.get(target)
        if previous and head is None:
            head = self._hub.fetch_head(kind, target.repo)
        if isinstance(head, Observation):
            return _convert_gated_to_unverifiable(head)
        if previous and head and head.matches_facts(previous):
            return self._add_next_text(kind, build_hub_observation(target, url, previous))
        sighting = self._hub.observe_repository(kind, target.repo)
        facts = sighting.facts
        if not isinstance(facts, HubFacts):
            return _convert_gated_to_unverifiable(sighting)
        if previous and has_names_only(facts.weights) and not has_names_only(previous.weights):
            return build_unverifiable("schema", 200).build_observation(target, url)
        return self._add_next_text(kind, replace(sighting, facts=fill_known_texts(facts, previous)))

    def _add_pinned_state(self, kind: HubKind, sighting: Observation) -> Observation:
        """The sighting with what became of the pinned revision, where this run is to look for it."""
        pin, facts = self._pins.get(sighting.target), sighting.facts
        if pin is None or not isinstance(facts, HubFacts):
            return sighting
        answer = facts.revision == pin or self._hub.has_revision(kind, facts.repo, pin)
        if isinstance(answer, SourceFailure):
            return build_unverifiable(
                answer.reason, answer.status, ours=answer.is_our_fault
            ).build_observation(sighting.target, sighting.url)
        return replace(sighting, pinned_revision_state="found" if answer else "missing")

    def _add_next_text(self, kind: HubKind, sighting: Observation) -> Observation:
        """At most one text per repository and run: the others stay due."""
        facts = sighting.facts
        if not isinstance(facts, HubFacts) or not facts.texts_due or not facts.revision:
            return sighting
        path = facts.texts_due[0]
        file = next((each for each in facts.license_files if each.path == path), None)
        if file is None:
            return replace(sighting, facts=drop_due_text(facts, path))
        answer = self._hub.fetch_text(
            kind, facts.repo, facts.revision, path, file.blob_id, file.size
        )
        if isinstance(answer, bytes):
            self._keep_text(answer)
            return replace(sighting, facts=fill_fetched_text(facts, path, answer))
        if answer.reason in UNREADABLE_REASONS:
            return replace(sighting, facts=drop_due_text(facts, path))
        if answer.reason in POSTPONED_REASONS:
            return sighting
        return build_unverifiable(
            answer.reason, answer.status, ours=answer.is_our_fault
        ).build_observation(sighting.target, sighting.url)


def _convert_gated_to_unverifiable(sighting: Observation) -> Observation:
    """A gate before the metadata itself shows that the repository is there, and nothing else that could be compared."""
    return replace(sighting, state="unverifiable") if sighting.state == "gated" else sighting


def _extract_failure(sighting: Observation) -> SourceFailure | None:
    return (
        build_unverifiable(sighting.reason, sighting.status, ours=sighting.is_our_fault)
        if sighting.state == "unverifiable"
        else None
    )
