"""A plan in parts of whole owners, and what a worker does with one: look, and hand back.

Every worker asks with a token of its own environment: no token goes over the wire.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TypeVar
from uuid import uuid4

from audit.core.grouping import group_pairs
from audit.observations.facts import Target, TargetFacts, build_maker_target
from audit.runs.collect import ObservationRound, Upstreams, observe_targets
from audit.runs.plan import RunPlan
from audit.scale.program_digest import compute_program_digest
from audit.sources.base import build_owner_key
from audit.sources.registered import REGISTERED_SOURCES, open_sources
from audit.sources.request_log import RequestCounter

MAX_SHARD_REQUESTS = 48
"""Expected requests of one shard: small enough that a lost one costs little, large enough to keep a
worker's connections busy.
"""


Value = TypeVar("Value")


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

    def build_target_url(self, target: Target) -> str:
        """Where a target of the shard lies on its host."""
        return f"{self.endpoints[target.host]}/{target.repo}"


@dataclass(frozen=True)
class ShardResult:
    """What a worker gives back; `observed` is None where it runs another version."""

    observed: ObservationRound | None
    request_counts: Mapping[str, int]
    worker_process_id: int
    fetched_texts: tuple[bytes, ...] = ()
    """Verified texts that were fetched; the client keeps them."""


def build_shards(
    plan: RunPlan, previous: Mapping[Target, TargetFacts], upstreams: Upstreams
) -> Iterator[Shard]:
    """The plan in parts of whole owners, what was not verified for longest first."""
    run = uuid4().hex
    for part in _split_into_parts(plan):
        yield Shard(
            plan=_add_known_targets(part, plan),
            previous=_select(previous, (*part.targets, *_list_makers(part))),
            endpoints={source.host: source.endpoint for source in upstreams.sources},
            time_limit_seconds=upstreams.counter.seconds,
            program_digest=compute_program_digest(),
            run_id=run,
        )


def _add_known_targets(part: RunPlan, plan: RunPlan) -> RunPlan:
    """The part with what the plan knows of its targets."""
    return replace(
        part,
        missed_since=_select(plan.missed_since, part.targets),
        pinned_revisions=_select(plan.pinned_revisions, part.targets),
        named_revisions=_select(plan.named_revisions, part.targets),
        maker_lines=_select(plan.maker_lines, _list_makers(part)),
    )


def _list_makers(part: RunPlan) -> list[Target]:
    """The makers whose lists the part reads."""
    return [build_maker_target(listing.owner) for listing in part.listings]


def _select(values: Mapping[Target, Value], targets: Iterable[Target]) -> dict[Target, Value]:
    return {target: values[target] for target in targets if target in values}


def _split_into_parts(plan: RunPlan) -> Iterator[RunPlan]:
    """Owners together, up to the expected requests of a shard."""
    part: list[RunPlan] = []
    size = 0
    for owner in _sort_by_oldest_miss(plan):
        cost = sum(owner.requests_by_host.values())
        if size and size + cost > MAX_SHARD_REQUESTS:
            yield _join_plans(part)
            part, size = [], 0
        part.append(owner)
        size += cost
    if size:
        yield _join_plans(part)


def _sort_by_oldest_miss(plan: RunPlan) -> list[RunPlan]:
    """The owners, what was not verified for longest first."""
    return sorted(_split_by_owner(plan), key=lambda part: plan.find_oldest_miss(part.targets))


def _join_plans(plans: Sequence[RunPlan]) -> RunPlan:
    return RunPlan(
        tuple(chain.from_iterable(plan.listings for plan in plans)),
        tuple(chain.from_iterable(plan.lookups for plan in plans)),
    )


def _split_by_owner(plan: RunPlan) -> Iterator[RunPlan]:
    listings = group_pairs((listing.key, listing) for listing in plan.listings)
    lookups = group_pairs((build_owner_key(target), target) for target in plan.lookups)
    for owner in sorted({*listings, *lookups}):
        yield RunPlan(tuple(listings.get(owner, ())), tuple(lookups.get(owner, ())))


def observe_shard(shard: Shard) -> ShardResult:
    """Runs in a worker: observe a shard with this worker's own tokens."""
    if shard.program_digest != compute_program_digest():
        return ShardResult(None, {}, os.getpid())
    endpoints = tuple(shard.endpoints.items())
    upstreams = _open_upstreams(endpoints, shard.time_limit_seconds, shard.run_id)
    return _observe_part(shard, upstreams)


def _observe_part(shard: Shard, upstreams: Upstreams) -> ShardResult:
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
    return Upstreams(open_sources(dict(endpoints), _read_own_tokens(), counter), counter)


def _read_own_tokens() -> dict[str, str | None]:
    return {
        host: os.environ.get(registered.token_variable) or None
        for host, registered in REGISTERED_SOURCES.items()
    }
