"""What a run knew before it asked, and where it writes what it learned."""

from dataclasses import replace
from pathlib import Path

from audit.records.registry import Registry
from audit.runs.basis import compute_basis_digest, find_basis
from audit.runs.decision import RunDecision
from audit.runs.known import open_known_states
from audit.runs.outcome import (
    TargetOutcomes,
    TargetReasons,
    find_refused_outcomes,
    mark_unverified,
    write_all,
)
from audit.runs.renormalize import add_renormalized_states
from audit.runs.report import sort_findings
from audit.store.events import EventStore
from audit.store.observations import TargetStateStore
from audit.store.run_status import read_heartbeat
from audit.store.texts import TextStore


class RunStores:
    """The files of one registry that a run reads first and writes last."""

    def __init__(self, root: Path, registry: Registry) -> None:
        """Read what was known. What a killed run left half written goes. Raises BadFile."""
        self._registry = registry
        self._states, self._events = TargetStateStore(root), EventStore(root)
        self.texts = TextStore(root)
        self._states.remove_leftovers()
        self._events.remove_leftovers()
        files = self._states.read_texts()
        self.heartbeat = read_heartbeat(root)
        self.basis = find_basis(self.heartbeat, self.digest_basis())
        self.known, self.technical = open_known_states(
            (self._states, files), registry, self.texts, self.basis
        )
        self.has_unwritten = False

    def digest_basis(self) -> str | None:
        """By what everything is compared now."""
        return compute_basis_digest(self._registry, self._states, self.texts)

    def find_refused(self, parts: TargetOutcomes, stamp: str) -> TargetReasons:
        """Outcomes that could not be read again once they were written."""
        return find_refused_outcomes(parts, self._states, self._events, stamp)

    def write(self, decision: RunDecision, stamp: str) -> RunDecision:
        """Write all but the heartbeat. What could not be written counts as not seen.

        The order makes a kill harmless: events already written are recognized, an observation not
        yet written is observed again, and the heartbeat only ever tells of work that is done.
        """
        self.texts.write_waiting_texts()
        self._events.append_findings(stamp, stamp, sort_findings(decision.outcome.changed))
        states = add_renormalized_states(decision.outcome.observations, self.known, self.technical)
        failed = write_all(states, self._states)
        self.has_unwritten = bool(failed)
        written = mark_unverified(decision.observations, failed, ours=True)
        return replace(decision, observations=written)
