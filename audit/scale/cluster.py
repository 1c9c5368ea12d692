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
from audit.observations.facts import CodeFacts, HubFacts, Sighting, Target
from audit.publish.pages.cache import program
from audit.runs.collect import Observed, Upstreams, observe
from audit.runs.plan import Plan
from audit.sources.failures import unverifiable
from audit.sources.github import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter
from audit.store.run_status import OwnerCost

SHARD = 48
"""Expected requests of one shard: small enough that a lost one costs little, large enough to keep a worker's connections busy."""
FAILURES = 3
"""Workers that may die over one shard before it is given up."""
Facts = HubFacts | CodeFacts


class OtherVersion(RegistryError):
    """A worker runs another version of the program: what it sees could not be compared."""

    exit_status = 2


@dataclass(frozen=True)
class Shard:
    """What one worker is given."""

    plan: Plan
    previous: Mapping[Target, Facts]
    hub: str
    github: str
    seconds: float | None
    program: str
    run: str
    """Another one for every run."""


@dataclass(frozen=True)
class Seen:
    """What a worker gives back; `observed` is None where it runs another version."""

    observed: Observed | None
    requests: Mapping[str, int]
    worker: int
    texts: tuple[bytes, ...] = ()
    """Verified texts that were fetched; the client keeps them."""


def observe_on(address: str) -> Callable[..., Observed]:
    """An `observe` that lets the workers of a scheduler look. Raises UsageError where no scheduler answers."""

    def observe_there(plan: Plan, previous: Mapping[Target, Facts], upstreams: Upstreams, progress: Callable[[int, int], None] | None = None) -> Observed:
        with _client(address) as client:
            return _gather(client, plan, previous, upstreams, progress or (lambda done, total: None))

    return observe_there


def _client(address: str) -> Any:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise UsageError("--scheduler needs Dask; install it with: pip install -e '.[cluster]'") from error
    try:
        return distributed.Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"--scheduler {address}: no Dask scheduler answers there ({type(error).__name__}); start one with: dask scheduler") from error


def _gather(client: Any, plan: Plan, previous: Mapping[Target, Facts], upstreams: Upstreams, progress: Callable[[int, int], None]) -> Observed:
    distributed: Any = import_module("distributed")
    if not client.scheduler_info()["workers"]:
        raise UsageError("the scheduler has no worker; start some with: dask worker ADDRESS --nthreads 1")
    futures = {client.submit(look, shard, pure=False, retries=FAILURES): shard for shard in shards(plan, previous, upstreams)}
    found: dict[Target, Sighting] = {}
    lessons: dict[str, OwnerCost] = {}
    done, total = 0, len(plan.targets)
    for future in distributed.as_completed(list(futures), loop=client.loop):
        shard = futures[future]
        if future.status == "finished":
            seen: Seen = future.result()
            if seen.observed is None:
                raise OtherVersion(f"worker process {seen.worker} runs another version of this program; install the same one there")
            upstreams.counter.add(seen.requests)
            for text in seen.texts:
                upstreams.keep_text(text)
            found |= {each.target: each for each in seen.observed.sightings}
            lessons |= seen.observed.lessons
        else:
            failure = unverifiable("worker-lost", ours=True)
            found |= {target: failure.sighting(target, f"{shard.hub}/{target.kind}/{target.address}") for target in shard.plan.targets}
        done += len(shard.plan.targets)
        progress(done, total)
    return Observed([found[target] for target in plan.targets], lessons)


def shards(plan: Plan, previous: Mapping[Target, Facts], upstreams: Upstreams) -> Iterator[Shard]:
    """The plan in parts of whole owners, what was not verified for longest first."""
    run = uuid4().hex
    for part in _parts(plan):
        targets = set(part.targets)
        yield Shard(
            plan=replace(
                part,
                oldest={target: since for target, since in plan.oldest.items() if target in targets},
                pins={target: pin for target, pin in plan.pins.items() if target in targets},
            ),
            previous={target: previous[target] for target in targets if target in previous},
            hub=upstreams.hub.endpoint,
            github=upstreams.github.api_url,
            seconds=upstreams.counter.seconds,
            program=program(),
            run=run,
        )


def _parts(plan: Plan) -> Iterator[Plan]:
    empty = Plan((), (), (), {}, {})
    part, size = empty, 0
    for owner in sorted(_owners(plan), key=lambda each: plan.age(each.targets)):
        cost = owner.hub_requests + len(owner.code)
        if size and size + cost > SHARD:
            yield part
            part, size = empty, 0
        part = replace(part, listings=part.listings + owner.listings, heads=part.heads + owner.heads, code=part.code + owner.code)
        size += cost
    if size:
        yield part


def _owners(plan: Plan) -> list[Plan]:
    found: dict[tuple[str, str], Plan] = {}

    def of(kind: str, owner: str) -> Plan:
        return found.get((kind, owner), Plan((), (), (), {}, {}))

    for listing in plan.listings:
        found[listing.kind, listing.owner] = replace(of(listing.kind, listing.owner), listings=(listing,))
    for target in plan.heads:
        key = target.kind, target.address.partition("/")[0]
        found[key] = replace(of(*key), heads=(*of(*key).heads, target))
    for target in plan.code:
        key = target.kind, target.address.partition("/")[0]
        found[key] = replace(of(*key), code=(*of(*key).code, target))
    return [found[key] for key in sorted(found)]


def look(shard: Shard) -> Seen:
    """Runs in a worker: look at a shard with this worker's own token."""
    if shard.program != program():
        return Seen(None, {}, os.getpid())
    hub, github = _sources(shard.hub, shard.github, shard.seconds, shard.run)
    before = hub.counter.counts()
    texts: list[bytes] = []
    observed = observe(shard.plan, shard.previous, Upstreams(hub, github, hub.counter, keep_text=texts.append))
    after = hub.counter.counts()
    return Seen(observed, {bucket: after[bucket] - before[bucket] for bucket in after}, os.getpid(), tuple(texts))


@lru_cache(maxsize=4)
def _sources(hub: str, github: str, seconds: float | None, run: str) -> tuple[HubSource, GithubSource]:
    """One pair for a worker and a run, so that what is left of a window and of the budget is known from shard to shard."""
    del run
    counter = RequestCounter(seconds=seconds)
    return HubSource(hub, os.environ.get("HF_TOKEN") or None, counter), GithubSource(github, os.environ.get("GITHUB_TOKEN") or None, counter)
