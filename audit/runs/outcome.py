"""What comparison makes of sightings, target by target.

What one of them cannot bring to an end leaves the others alone.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from audit.core.errors import UsageError
from audit.core.json_files import NotReadable
from audit.drift.finding import Finding
from audit.observations.facts import Observation, Target
from audit.store.events import EventStore
from audit.store.formats import FORMATS
from audit.store.observations import TargetState, TargetStateStore

logger = logging.getLogger(__name__)

EVENT_BYTES = FORMATS["event"].max_bytes // 2
"""Of one run; they stand in one file, with what another command may write there in the same second.

What is over waits for the next run.
"""


KnownStates = Mapping[Target, TargetState]
"""What was known of each target before the run."""
TargetReasons = dict[Target, str]
"""Why targets count as not seen, as an observation's reason."""


@dataclass
class Outcome:
    """What comparison makes of a sighting, or of all of them, before anything is written."""

    observations: list[TargetState] = field(default_factory=list)
    """Those that differ from what is stored."""
    changed: list[Finding] = field(default_factory=list)
    open: list[Finding] = field(default_factory=list)
    newly_lost: set[str] = field(default_factory=set)
    """Models with a loss that the last run did not know."""

    def add(self, part: "Outcome") -> None:
        """Take in the outcome of one more target."""
        self.observations += part.observations
        self.changed += part.changed
        self.open += part.open
        self.newly_lost |= part.newly_lost


UNCHANGED = Outcome()
"""Of every target of which nothing is new. Never added to."""
TargetOutcomes = dict[Target, Outcome]


def find_refused_outcomes(
    parts: TargetOutcomes, state: TargetStateStore, events: EventStore, stamp: str
) -> TargetReasons:
    """Whose outcome no later command could read, and why, as a sighting's reason.

    The same gate as before reading: size, UTF-8, schema.
    """
    found: TargetReasons = {}
    left = EVENT_BYTES
    for target, part in parts.items():
        if part is UNCHANGED:
            continue
        try:
            size = _measure_outcome(part, state, events, stamp)
        except NotReadable as error:
            found[target] = error.reason
            continue
        if size > left:
            found[target] = "too-large"
        else:
            left -= size
    return found


def _measure_outcome(part: Outcome, state: TargetStateStore, events: EventStore, stamp: str) -> int:
    """Bytes of its events. Raises NotReadable for what no later command could read."""
    for observation in part.observations:
        state.text_of(observation)
    return sum(events.measure_event_size(stamp, stamp, finding) for finding in part.changed)


def merge_outcomes(parts: TargetOutcomes, known: KnownStates, unseen: Iterable[Target]) -> Outcome:
    """The outcome of all targets. Of what was not seen, the findings that were open stay open."""
    whole = Outcome()
    for part in parts.values():
        if part is not UNCHANGED:
            whole.add(part)
    for target in unseen:
        whole.open += known[target].findings if target in known else ()
    return whole


def write_all(observations: Iterable[TargetState], state: TargetStateStore) -> TargetReasons:
    """Write each observation, and say which could not be, as a sighting's reason.

    Raises DiskFull: then no other can be either.
    """
    failed: TargetReasons = {}
    for observation in observations:
        try:
            state.write_state(observation)
        except (NotReadable, UsageError) as error:
            # The first is enough for a person to act on: of a folder that cannot be written, there
            # are thousands.
            if not failed:
                logger.error("%s", error)  # noqa: TRY400 -- a sentence, and no traceback
            failed[observation.target] = "not-written"
    return failed


def mark_unverified(
    sightings: Iterable[Observation], reasons: TargetReasons, *, ours: bool = False
) -> list[Observation]:
    """The sightings, those with a reason as looks that show nothing."""
    if not reasons:
        return list(sightings)
    marked = []
    for seen in sightings:
        reason = reasons.get(seen.target)
        marked.append(_hide_facts(seen, reason, ours=ours) if reason else seen)
    return marked


def _hide_facts(seen: Observation, reason: str, *, ours: bool) -> Observation:
    return Observation(
        seen.target, "unverifiable", seen.url, seen.status, reason, None, is_our_fault=ours
    )
