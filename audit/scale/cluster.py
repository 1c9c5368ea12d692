"""The same plan over a Dask scheduler, sharded by owner.

Workers only look; what they saw is compared and written here.

Each worker is a process with one thread (`dask worker --nthreads 1`) and a token of its own in its
environment: no token goes over the wire. A worker that dies takes no result with it that another
cannot get again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from audit.core.errors import RegistryError, UsageError
from audit.observations.facts import Observation, Target, TargetFacts
from audit.runs.collect import ObservationRound, Upstreams
from audit.runs.plan import RunPlan
from audit.scale.shards import Shard, ShardResult, build_shards, observe_shard
from audit.sources.base import OwnerCost
from audit.sources.failures import build_unverifiable

MAX_WORKER_FAILURES = 3
"""Workers that may die over one shard before it is given up."""


class WorkerVersionMismatch(RegistryError):
    """A worker runs another version of the program: what it sees could not be compared."""

    exit_status = 2


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
    distributed = _import_dask()
    try:
        return distributed.Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = type(error).__name__
        raise UsageError(
            f"--scheduler {address}: no Dask scheduler answers there ({reason}); "
            "start one with: dask scheduler"
        ) from error


def _import_dask() -> Any:
    try:
        return import_module("distributed")
    except ImportError as error:
        raise UsageError(
            "--scheduler needs Dask; install it with: pip install -e '.[cluster]'"
        ) from error


def _gather_observations(
    client: Any,
    plan: RunPlan,
    previous: Mapping[Target, TargetFacts],
    upstreams: Upstreams,
    progress: Callable[[int, int], None],
) -> ObservationRound:
    _require_workers(client)
    gathered = _GatheredShards(upstreams)
    done = 0
    for future, shard in _complete_shards(client, build_shards(plan, previous, upstreams)):
        gathered.add_future(future, shard)
        done += len(shard.plan.targets)
        progress(done, len(plan.targets))
    return gathered.build_round(plan.targets)


def _complete_shards(client: Any, shards: Iterable[Shard]) -> Iterator[tuple[Any, Shard]]:
    """Every shard with its future, as they end."""
    futures = _submit_shards(client, shards)
    for future in _import_dask().as_completed(list(futures), loop=client.loop):
        yield future, futures[future]


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
        self._makers: list[Observation] = []

    def add_future(self, future: Any, shard: Shard) -> None:
        """Keep what came of a shard. Raises WorkerVersionMismatch.

        A target that a worker does not bring is as if it had died.
        """
        self._add_lost_shard(shard)
        if future.status == "finished":
            self._add_result(future.result(), frozenset(shard.plan.targets))

    def _add_result(self, result: ShardResult, asked: frozenset[Target]) -> None:
        if result.observed is None:
            raise WorkerVersionMismatch(
                f"worker process {result.worker_process_id} runs another version of this program; "
                "install the same one there"
            )
        self._upstreams.counter.add_counts(result.request_counts)
        for text in result.fetched_texts:
            self._upstreams.keep_text(text)
        self._add_round(result.observed, asked)

    def _add_round(self, observed: ObservationRound, asked: frozenset[Target]) -> None:
        for observation in observed.observations:
            if observation.target in asked:
                self._observations[observation.target] = observation
        self._owner_costs |= observed.owner_costs
        self._makers += observed.makers

    def _add_lost_shard(self, shard: Shard) -> None:
        """That a worker died is our fault and says nothing about a target."""
        failure = build_unverifiable("worker-lost", ours=True)
        for target in shard.plan.targets:
            url = shard.build_target_url(target)
            self._observations[target] = failure.build_observation(target, url)

    def build_round(self, targets: Iterable[Target]) -> ObservationRound:
        """All of it, in the order of the targets."""
        observations = [self._observations[target] for target in targets]
        return ObservationRound(observations, self._owner_costs, self._makers)
