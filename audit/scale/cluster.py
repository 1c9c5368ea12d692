"""The same plan over a Dask scheduler, sharded by owner.

Workers only look; what they saw is compared and written here.

Each worker is a process with one thread (`dask worker --nthreads 1`) and a token of its own in its
environment: no token goes over the wire. A worker that dies takes no result with it that another
cannot get again.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from typing import Any, TypeVar
from uuid import uuid4

from audit.core.errors import RegistryError, UsageError
from audit.observations.facts import Observation, Target, TargetFacts
from audit.runs.collect import ObservationRound, Upstreams, observe_targets
from audit.runs.plan import RunPlan
from audit.scale.program_digest import compute_program_digest
from audit.sources.base import OwnerCost, PlannedListing, build_owner_key
from audit.sources.failures import build_unverifiable
from audit.sources.registered import REGISTERED_SOURCES, open_sources
from audit.sources.request_log import RequestCounter

MAX_SHARD_REQUESTS = 48
"""Expected requests of one shard: small enough that a lost one costs little, large enough to keep a
worker's connections busy.
"""
MAX_WORKER_FAILURES = 3
"""Workers that may die over one shard before it is given up."""
Value = TypeVar("Value")


class WorkerVersionMismatch(RegistryError):
    """A worker runs another version of the program: what it sees could not be compared."""

    exit_status = 2


@dataclass(frozen=True)
class Shard:
    """What one worker is given."""

    plan: RunPlan
    previous: Mapping[Target, TargetFacts]
    endpoints: Mapping[str, str]
    """By host."""
    time_limit_seconds: float | None
    program_digest: str
    run_id: str
    """Another one for every run."""


@dataclass(frozen=True)
class ShardResult:
    """What a worker gives back; `observed` is None where it runs another version."""

    observed: ObservationRound | None
    request_counts: Mapping[str, int]
    worker_process_id: int
    fetched_texts: tuple[bytes, ...] = ()
    """Verified texts that were fetched; the client keeps them."""


def build_cluster_observer(address: str) -> Callable[..., ObservationRound]:
    """An `observe` that lets the workers of a scheduler look.

    Raises UsageError where no scheduler answers.
    """

    def observe_there(
        plan: RunPlan,
        previous: Mapping[Target, TargetFacts],
        upstreams: Upstreams,
        progress: Callable[[int, int], None] | None = None,
    ) -> ObservationRound:
        with _connect_client(address) as client:
            return _gather_observations(
                client, plan, previous, upstreams, progress or (lambda done, total: None)
            )

    return observe_there


def _connect_client(address: str) -> Any:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise UsageError(
            "--scheduler needs Dask; install it with: pip install -e '.[cluster]'"
        ) from error
    try:
        return distributed.Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = type(error).__name__
        raise UsageError(
            f"--scheduler {address}: no Dask scheduler answers there ({reason}); "
            "start one with: dask scheduler"
        ) from error


def _gather_observations(
    client: Any,
    plan: RunPlan,
    previous: Mapping[Target, TargetFacts],
    upstreams: Upstreams,
    progress: Callable[[int, int], None],
) -> ObservationRound:
    distributed: Any = import_module("distributed")
    _require_workers(client)
    futures = _submit_shards(client, build_shards(plan, previous, upstreams))
    gathered = _GatheredShards(upstreams)
    done, total = 0, len(plan.targets)
    for future in distributed.as_completed(list(futures), loop=client.loop):
        shard = futures[future]
        if future.status == "finished":
            gathered.add_result(future.result())
        else:
            gathered.add_lost_shard(shard)
        done += len(shard.plan.targets)
        progress(done, total)
    return gathered.build_round(plan.targets)


def _require_workers(client: Any) -> None:
    """Without a worker, a run would wait for ever."""
    if not client.scheduler_info()["workers"]:
        raise UsageError(
            "the scheduler has no worker; start some with: dask worker ADDRESS --nthreads 1"
        )


def _submit_shards(client: Any, shards: Iterable[Shard]) -> dict[Any, Shard]:
    """The shards by their futures."""
    futures = {}
    for shard in shards:
        future = client.submit(observe_shard, shard, pure=False, retries=MAX_WORKER_FAILURES)
        futures[future] = shard
    return futures


class _GatheredShards:
    """What the workers have brought so far."""

    def __init__(self, upstreams: Upstreams) -> None:
        self._upstreams = upstreams
        self._observations: dict[Target, Observation] = {}
        self._owner_costs: dict[str, OwnerCost] = {}

    def add_result(self, result: ShardResult) -> None:
        """Keep what a worker saw. Raises WorkerVersionMismatch."""
        observed = result.observed
        if observed is None:
            process = result.worker_process_id
            raise WorkerVersionMismatch(
                f"worker process {process} runs another version of this program; "
                "install the same one there"
            )
        self._upstreams.counter.add_counts(result.request_counts)
        for text in result.fetched_texts:
            self._upstreams.keep_text(text)
        for observation in observed.observations:
            self._observations[observation.target] = observation
        self._owner_costs |= observed.owner_costs

    def add_lost_shard(self, shard: Shard) -> None:
        """That a worker died is our fault and says nothing about a target."""
        failure = build_unverifiable("worker-lost", ours=True)
        for target in shard.plan.targets:
            url = f"{shard.endpoints[target.host]}/{target.repo}"
            self._observations[target] = failure.build_observation(target, url)

    def build_round(self, targets: Iterable[Target]) -> ObservationRound:
        """All of it, in the order of the targets."""
        observations = [self._observations[target] for target in targets]
        return ObservationRound(observations, self._owner_costs)


def build_shards(
    plan: RunPlan, previous: Mapping[Target, TargetFacts], upstreams: Upstreams
) -> Iterator[Shard]:
    """The plan in parts of whole owners, what was not verified for longest first."""
    run = uuid4().hex
    for part in _split_into_parts(plan):
        targets = part.targets
        yield Shard(
            plan=replace(
                part,
                missed_since=_select(plan.missed_since, targets),
                pinned_revisions=_select(plan.pinned_revisions, targets),
            ),
            previous=_select(previous, targets),
            endpoints={source.host: source.endpoint for source in upstreams.sources},
            time_limit_seconds=upstreams.counter.seconds,
            program_digest=compute_program_digest(),
            run_id=run,
        )


def _select(values: Mapping[Target, Value], targets: Iterable[Target]) -> dict[Target, Value]:
    return {target: values[target] for target in targets if target in values}


def _split_into_parts(plan: RunPlan) -> Iterator[RunPlan]:
    """Owners together, up to the expected requests of a shard."""
    owners = sorted(_split_by_owner(plan), key=lambda owner: plan.find_oldest_miss(owner.targets))
    part, size = RunPlan(), 0
    for owner in owners:
        cost = sum(owner.requests_by_host.values())
        if size and size + cost > MAX_SHARD_REQUESTS:
            yield part
            part, size = RunPlan(), 0
        part = RunPlan(part.listings + owner.listings, part.lookups + owner.lookups)
        size += cost
    if size:
        yield part


def _split_by_owner(plan: RunPlan) -> list[RunPlan]:
    listings: dict[str, list[PlannedListing]] = defaultdict(list)
    lookups: dict[str, list[Target]] = defaultdict(list)
    for listing in plan.listings:
        listings[listing.key].append(listing)
    for target in plan.lookups:
        lookups[build_owner_key(target)].append(target)
    return [
        RunPlan(tuple(listings[key]), tuple(lookups[key])) for key in sorted({*listings, *lookups})
    ]


def observe_shard(shard: Shard) -> ShardResult:
    """Runs in a worker: observe a shard with this worker's own tokens."""
    if shard.program_digest != compute_program_digest():
        return ShardResult(None, {}, os.getpid())
    endpoints = tuple(shard.endpoints.items())
    upstreams = _open_upstreams(endpoints, shard.time_limit_seconds, shard.run_id)
    before = upstreams.counter.get_counts()
    texts: list[bytes] = []
    keeping = replace(upstreams, keep_text=texts.append)
    observed = observe_targets(shard.plan, shard.previous, keeping)
    sent = _count_sent_requests(before, upstreams.counter.get_counts())
    return ShardResult(observed, sent, os.getpid(), tuple(texts))


def _count_sent_requests(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Of one shard: a worker's counter goes on from shard to shard."""
    return {bucket: count - before.get(bucket, 0) for bucket, count in after.items()}


@lru_cache(maxsize=4)
def _open_upstreams(
    endpoints: tuple[tuple[str, str], ...], seconds: float | None, run: str
) -> Upstreams:
    """One set for a worker and a run.

    What is left of a window and of the budget is known from shard to shard.
    """
    del run
    counter = RequestCounter(seconds=seconds)
    tokens = {
        host: os.environ.get(registered.token_variable) or None
        for host, registered in REGISTERED_SOURCES.items()
    }
    return Upstreams(open_sources(dict(endpoints), tokens, counter), counter)
