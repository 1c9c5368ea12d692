"""The boundary around the sources of a round: what goes wrong with one target stays with it."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from audit.observations.facts import Observation, Target
from audit.sources.base import (
    ListingAnswer,
    ObservationContext,
    OwnerCost,
    PlannedListing,
    Source,
    build_unregistered_observation,
)
from audit.sources.failures import BAD_TOKEN_REASON, SourceFailure, build_unverifiable

logger = logging.getLogger(__name__)

OUTAGE_FAILURES = 16
"""Failures in a row, without one answer between them, after which a host is left alone for the rest
of a round.
"""


TakeBegun = Callable[[Target], Observation | None]
"""What was asked about a target already, each answer once; None where nothing was."""
OUR_DEFECT = build_unverifiable("error", ours=True)


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
        return self.last_failure is not None and self.last_failure.reason == BAD_TOKEN_REASON


class Observer:
    """The boundary around the sources: what goes wrong with one target leaves the others alone."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        context: ObservationContext,
        take_begun: TakeBegun = lambda target: None,
    ) -> None:
        self.sources = sources
        self._take_begun = take_begun
        self.owner_costs: dict[str, OwnerCost] = {}
        self._context = context
        self._health = {host: _HostHealth() for host in sources}

    def forget_outages(self) -> None:
        """Before what failed is tried once more."""
        for health in self._health.values():
            health.forget()

    def check_listing(self, listing: PlannedListing) -> None:
        """Read a listing. Where that fails, look-ups of its targets follow."""
        health = self._health[listing.host]
        if health.outage:
            return
        answer = self._read_listing(listing)
        if isinstance(answer, SourceFailure):
            health.record_result(answer if answer.state == "unverifiable" else None)
        elif answer is not None:
            health.record_result(None)
            self._keep_cost(listing, answer)

    def _read_listing(self, listing: PlannedListing) -> ListingAnswer:
        try:
            return self.sources[listing.host].check_listing(listing, self._context)
        except Exception:  # as in `_observe_at`
            logger.exception("cannot list %s", listing.key)
            return None

    def _keep_cost(self, listing: PlannedListing, cost: OwnerCost) -> None:
        """A listing of which some targets were left out teaches nothing about all of them."""
        if cost.tracked == len(listing.targets):
            self.owner_costs[listing.key] = cost

    def find_unchanged(self, target: Target) -> Observation | None:
        """The observation of a target that a listing showed as it was."""
        return self.sources[target.host].find_unchanged(target, self._context)

    def observe(self, target: Target) -> Observation:
        """Observe one target."""
        source = self.sources.get(target.host)
        if source is None:
            return build_unregistered_observation(target)
        if outage := self._health[target.host].outage:
            return outage.build_observation(target, source.build_url(target))
        return self._observe_at(source, target)

    def _observe_at(self, source: Source, target: Target) -> Observation:
        try:
            observation = self._take_begun(target) or source.observe(target, self._context)
        except Exception:  # a defect of ours; it must be seen, but not end the run for all others
            logger.exception("cannot observe %s", target.key)
            return OUR_DEFECT.build_observation(target, source.build_url(target))
        failure = _find_failure(observation)
        # That branches cannot be listed, as at a mirror, says nothing of the host's repositories.
        if failure is None or target.kind != "revisions":
            self._health[target.host].record_result(failure)
        return observation


def _find_failure(observation: Observation) -> SourceFailure | None:
    if observation.state != "unverifiable":
        return None
    return build_unverifiable(observation.reason, observation.status, ours=observation.is_our_fault)
