"""Questions to a host that has no lists, asked while the rest of a run is still prepared.

Which code is watched is known before the plan is, and nothing else decides what GitHub is asked. So
its answers, four at a time, need not wait for the owners' lists of another host to be planned.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial

from audit.observations.facts import Observation, Target
from audit.runs.host_pools import HostPools
from audit.runs.observer import Observer
from audit.sources.base import ObservationContext, Source


class HeadStart:
    """Look-ups that were begun ahead of the round that they belong to. Safe in several threads."""

    def __init__(self) -> None:
        self._pools: HostPools | None = None
        self._begun: dict[Target, Future[Observation]] = {}

    def close(self) -> None:
        """Drop what has not begun; await the rest."""
        if self._pools:
            self._pools.shut_down()

    def begin(self, source: Source, targets: Sequence[Target], context: ObservationContext) -> None:
        """Ask about these targets of one host, in their order, as many at once as it takes."""
        sources = {source.host: source}
        self._pools = HostPools(sources)
        observe = Observer(sources, context).observe
        submit = partial(self._pools.submit, source.host, observe)
        self._begun = {target: submit(target) for target in targets}

    def stop(self) -> None:
        """The round has come: what has not begun is left to it."""
        for future in self._begun.values():
            future.cancel()

    def take(self, target: Target) -> Observation | None:
        """The observation of a target that was begun; None where it is left to the round."""
        future = self._begun.pop(target, None)
        return None if future is None or future.cancelled() else future.result()
