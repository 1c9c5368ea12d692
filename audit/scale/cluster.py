"""The same plan over a Dask scheduler, sharded by owner. Workers only look; what they saw is compared and written here.

Each worker is a process with one thread (`dask worker --nthreads 1`) and a token of its own in its environment: no token
goes over the wire. A worker that dies takes no result with it that another cannot get again.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from typing import Any
from uuid import uuid4

from audit.core.errors import RegistryError, UsageError
from audit.observations.facts import CodeFacts, HubFacts, Observation, Target
from audit.runs.collect import ObservationRound, Upstreams, observe_targets
from audit.runs.plan import RunPlan
from audit.scale.program_digest import compute_program_digest
from audit.sources.failures import build_unverifiable
from audit.sources.github import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter
from audit.store.run_status import OwnerCost

MAX_SHARD_REQUESTS = 48
"""Expected requests of one shard: small enough that a lost one costs little, large enough to keep a worker's connections busy."""
MAX_WORKER_FAILURES = 3
"""Workers that may die over one shard before it is given up."""
TargetFacts = HubFacts | CodeFacts


class WorkerVersionMismatch(RegistryError):
    """A worker runs another version of the program: what it sees could not be compared."""

    exit_status = 2


@dataclass(frozen=True)
class Shard:
    """What one worker is given."""

    plan: RunPlan
    previous: Mapping[Target, TargetFacts]
    hub_endpoint: str
    github_api_url: str
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
    """An `observe` that lets the workers of a scheduler look. Raises UsageError where no scheduler answers."""

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
        raise UsageError(
            f"--scheduler {address}: no Dask scheduler answers there ({type(error).__name__}); start one with: dask scheduler"
        ) from error


def _gather_observations(
    client: Any,
    plan: RunPlan,
    previous: Mapping[Target, TargetFacts],
    upstreams: Upstreams,
    progress: Callable[[int, int], None],
) -> ObservationRound:
    distributed: Any = import_module("distributed")
    if not client.scheduler_info()["workers"]:
        raise UsageError(
            "the scheduler has no worker; start some with: dask worker ADDRESS --nthreads 1"
        )
    futures = {
        client.submit(observe_shard, shard, pure=False, retries=MAX_WORKER_FAILURES): shard
        for shard in build_shards(plan, previous, upstreams)
    }
    found: dict[Target, Observation] = {}
    lessons: dict[str, OwnerCost] = {}
    done, total = 0, len(plan.targets)
    for future in distributed.as_completed(list(futures), loop=client.loop):
        shard = futures[future]
        if future.status == "finished":
            seen: ShardResult = future.result()
            if seen.observed is None:
                raise WorkerVersionMismatch(
                    f"worker process {seen.worker_process_id} runs another version of this program; install the same one there"
                )
            upstreams.counter.add_counts(seen.request_counts)
            for text in seen.fetched_texts:
                upstreams.keep_text(text)
            found |= {each.target: each for each in seen.observed.observations}
            lessons |= seen.observed.owner_costs
        else:
            failure = build_unverifiable("worker-lost", ours=True)
            found |= {
                target: failure.build_observation(
                    target, f"{shard.hub_endpoint}/{target.kind}s/{target.repo}"
                )
                for target in shard.plan.targets
            }
        done += len(shard.plan.targets)
        progress(done, total)
    return ObservationRound([found[target] for target in plan.targets], lessons)


def build_shards(
    plan: RunPlan, previous: Mapping[Target, TargetFacts], upstreams: Upstreams
) -> Iterator[Shard]:
    """The plan in parts of whole owners, what was not verified for longest first."""
    run = uuid4().hex
    for part in _split_into_parts(plan):
        targets = set(part.targets)
        yield Shard(
            plan=replace(
                part,
                missed_since={
                    target: since
                    for target, since in plan.missed_since.items()
                    if target in targets
                },
                pinned_revisions={
                    target: pin
                    for target, pin in plan.pinned_revisions.items()
                    if target in targets
                },
            ),
            previous={target: previous[target] for target in targets if target in previous},
            hub_endpoint=upstreams.hub.endpoint,
            github_api_url=upstreams.github.api_url,
            time_limit_seconds=upstreams.counter.seconds,
            program_digest=compute_program_digest(),
            run_id=run,
        )


def _split_into_parts(plan: RunPlan) -> Iterator[RunPlan]:
    empty = RunPlan((), (), (), {}, {})
    part, size = empty, 0
    for owner in sorted(
        _split_by_owner(plan), key=lambda each: plan.find_oldest_miss(each.targets)
    ):
        cost = owner.hub_request_count + len(owner.github_lookups)
        if size and size + cost > MAX_SHARD_REQUESTS:
            yield part
            part, size = empty, 0
        part = replace(
            part,
            listings=part.listings + owner.listings,
            hub_lookups=part.hub_lookups + owner.hub_lookups,
            github_lookups=part.github_lookups + owner.github_lookups,
        )
        size += cost
    if size:
        yield part


def _split_by_owner(plan: RunPlan) -> list[RunPlan]:
    found: dict[tuple[str, str], RunPlan] = {}

    def of(kind: str, owner: str) -> RunPlan:
        return found.get((kind, owner), RunPlan((), (), (), {}, {}))

    for listing in plan.listings:
        found[listing.kind, listing.owner] = replace(
            of(listing.kind, listing.owner), listings=(listing,)
        )
    for target in plan.hub_lookups:
        key = target.kind, target.owner
        found[key] = replace(of(*key), hub_lookups=(*of(*key).hub_lookups, target))
    for target in plan.github_lookups:
        key = target.kind, target.owner
        found[key] = replace(of(*key), github_lookups=(*of(*key).github_lookups, target))
    return [found[key] for key in sorted(found)]


def observe_shard(shard: Shard) -> ShardResult:
    """Runs in a worker: look at a shard with this worker's own token."""
    if shard.program_digest != compute_program_digest():
        return ShardResult(None, {}, os.getpid())
    hub, github = _open_sources(
        shard.hub_endpoint, shard.github_api_url, shard.time_limit_seconds, shard.run_id
    )
    before = hub.counter.get_counts()
    texts: list[bytes] = []
    observed = observe_targets(
        shard.plan, shard.previous, Upstreams(hub, github, hub.counter, keep_text=texts.append)
    )
    after = hub.counter.get_counts()
    return ShardResult(
        observed,
        {bucket: after[bucket] - before[bucket] for bucket in after},
        os.getpid(),
        tuple(texts),
    )


@lru_cache(maxsize=4)
def _open_sources(
    hub: str, github: str, seconds: float | None, run: str
) -> tuple[HubSource, GithubSource]:
    """One pair for a worker and a run, so that what is left of a window and of the budget is known from shard to shard."""
    del run
    counter = RequestCounter(seconds=seconds)
    return HubSource(hub, os.environ.get("HF_TOKEN") or None, counter), GithubSource(
        github, os.environ.get("GITHUB_TOKEN") or None, counter
    )
