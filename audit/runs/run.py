"""One audit: observe, compare, decide, write. Safe to kill at any point and to repeat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from audit.core.locking import hold_registry_lock
from audit.drift.compare.identity import PINNED_REVISION_FIELD
from audit.drift.finding import WatchedTarget
from audit.drift.lifecycle import should_trip_breaker
from audit.drift.targets import list_watched_targets
from audit.observations.facts import Observation, Target
from audit.records.model import Registry
from audit.runs.collect import ObservationRound, Upstreams, observe_targets
from audit.runs.compare import (
    ComparisonContext,
    close_unwatched_findings,
    compare_observations,
)
from audit.runs.heartbeat import build_heartbeat
from audit.runs.outcome import (
    Outcome,
    find_refused_outcomes,
    mark_unverified,
    merge_outcomes,
    write_all,
)
from audit.runs.plan import RunPlan, build_run_plan, is_pin_due
from audit.runs.renormalize import add_renormalized_states, renormalize_states
from audit.runs.report import RunProgress, RunReport, RunStatus, sort_findings
from audit.sources.base import HeadCheckPlanner, index_sources
from audit.sources.registered import PLANNERS
from audit.store.events import EventStore
from audit.store.observations import TargetState, TargetStateStore
from audit.store.run_status import Heartbeat, read_heartbeat, write_heartbeat
from audit.store.texts import TextStore

GOOD_STATES = ("ok", "gated", "moved")
"""States of a target that its host answered for."""
UNFINISHED_REASONS = ("budget", "rate-limited")
"""Why a run left a target out that another run will reach."""


@dataclass(frozen=True)
class RunOptions:
    """How one run is to be done."""

    root: Path
    now: datetime
    """Start of the run, in UTC. The only clock the audit has."""
    only: frozenset[str] = frozenset()
    dry_run: bool = False
    allow_mass_change: bool = False
    """A person inspected what the breaker held back and says that it is real."""
    clock: Callable[[], datetime] | None = None
    """For the end of the run; the start where there is none."""


@dataclass(frozen=True)
class _Decision:
    """What a run will write and report, after comparison and the breaker."""

    observations: list[Observation]
    outcome: Outcome
    held_back_losses: int
    """Losses that the breaker held back; 0 where it did not trip."""
    is_degraded: bool


def run_audit(
    registry: Registry,
    upstreams: Upstreams,
    options: RunOptions,
    progress: Callable[[int, int], None] = lambda done, total: None,
    observer: Callable[..., ObservationRound] = observe_targets,
) -> RunReport:
    """Audit the registry once and write what was learned. `observer` makes the requests.

    Raises AlreadyRunning, BadFile, UsageError.
    """
    with hold_registry_lock(options.root):
        return _Audit(registry, upstreams, options).run(progress, observer)


def plan_audit(registry: Registry, options: RunOptions) -> RunPlan:
    """What a run would request, before anything is sent. Raises BadFile for damaged state."""
    return _build_plan(
        list_watched_targets(registry, options.only),
        TargetStateStore(options.root).load_states(),
        read_heartbeat(options.root),
        options.now,
    )


class _Audit:
    """One run: what it was given, what was known before it, and its steps."""

    def __init__(self, registry: Registry, upstreams: Upstreams, options: RunOptions) -> None:
        self._registry = registry
        self._upstreams = upstreams
        self._options = options
        self._now = options.now
        self._states = TargetStateStore(options.root)
        self._events = EventStore(options.root)
        self._texts = TextStore(options.root)
        self._states.remove_leftovers()
        self._events.remove_leftovers()
        stored = self._states.load_states(registry)
        self._known, self._technical = renormalize_states(stored, self._texts.find_text)
        self._heartbeat = read_heartbeat(options.root)
        self._watched = list_watched_targets(registry, options.only)
        self._plan = _build_plan(
            self._watched,
            self._known,
            self._heartbeat,
            options.now,
            index_sources(upstreams.sources),
        )

    def run(
        self,
        progress: Callable[[int, int], None],
        observer: Callable[..., ObservationRound],
    ) -> RunReport:
        """Every step in its order."""
        observed = self._observe(progress, observer)
        self._now = self._find_start()
        decision = self._decide(require_control_answers(observed.observations))
        if not self._options.dry_run:
            decision = self._write(decision)
        report = self._build_report(decision)
        if not self._options.dry_run:
            is_partial = bool(self._options.only)
            heartbeat = build_heartbeat(
                report, self._heartbeat, observed.owner_costs, is_partial=is_partial
            )
            write_heartbeat(self._options.root, heartbeat)
        return report

    def _observe(
        self,
        progress: Callable[[int, int], None],
        observer: Callable[..., ObservationRound],
    ) -> ObservationRound:
        previous = {target: state.facts for target, state in self._known.items() if state.facts}
        upstreams = replace(self._upstreams, keep_text=self._texts.add_text)
        return observer(self._plan, previous, upstreams, progress)

    def _find_start(self) -> datetime:
        """When the run began: a clock of ours that is ahead must not make two checks out of one.

        The latest of the hosts' clocks counts, so that one host's slow clock holds back nobody
        else's checks.
        """
        server_times = [source.server_time for source in self._upstreams.sources]
        known = [moment for moment in server_times if moment is not None]
        if self._options.clock is None or not known:
            return self._options.now
        return min(self._options.now, max(known))

    def _decide(self, observations: list[Observation]) -> _Decision:
        """Compare, then let the breaker have its say. What cannot be stored counts as not seen."""
        parts, broken = self._compare(observations)
        unfit = find_refused_outcomes(parts, self._states, self._events, _format_moment(self._now))
        seen = {target: part for target, part in parts.items() if target not in unfit}
        outcome = self._merge_outcomes(seen)
        verified = mark_unverified(observations, broken, ours=True)
        decided = mark_unverified(verified, unfit)
        losses = len(outcome.newly_lost)
        if self._options.allow_mass_change or not self._trips_breaker(losses):
            return _Decision(decided, outcome, 0, is_degraded=False)
        # No fact moves, and what was open stays as it was.
        return _Decision(decided, self._merge_outcomes({}), losses, is_degraded=True)

    def _compare(
        self, observations: list[Observation]
    ) -> tuple[dict[Target, Outcome], dict[Target, str]]:
        """The outcomes by target, and the targets whose comparison failed."""
        is_partial = bool(self._options.only)
        context = ComparisonContext(
            self._registry, self._now, self._texts.find_text, is_partial=is_partial
        )
        parts, broken = compare_observations(self._watched, observations, self._known, context)
        if not is_partial:
            # A partial run does not know what the other records watch.
            parts |= close_unwatched_findings(self._known, self._watched, self._registry)
        return parts, broken

    def _merge_outcomes(self, parts: Mapping[Target, Outcome]) -> Outcome:
        targets = (watch.target for watch in self._watched)
        unseen = [target for target in targets if target not in parts]
        return merge_outcomes(parts, self._known, unseen)

    def _trips_breaker(self, losses: int) -> bool:
        models = sum(watch.target.kind == "model" for watch in self._watched)
        return should_trip_breaker(losses, models)

    def _write(self, decision: _Decision) -> _Decision:
        """Write all but the heartbeat. What could not be written counts as not seen.

        The order makes a kill harmless: events already written are recognized, an observation not
        yet written is observed again, and the heartbeat only ever tells of work that is done.
        """
        stamp = _format_moment(self._now)
        self._texts.write_waiting_texts()
        self._events.append_findings(stamp, stamp, sort_findings(decision.outcome.changed))
        states = add_renormalized_states(
            decision.outcome.observations, self._known, self._technical
        )
        failed = write_all(states, self._states)
        return replace(
            decision, observations=mark_unverified(decision.observations, failed, ours=True)
        )

    def _build_report(self, decision: _Decision) -> RunReport:
        clock, outcome = self._options.clock, decision.outcome
        stamp = _format_moment(self._now)
        return RunReport(
            run_id=stamp,
            started=stamp,
            finished=_format_moment(clock() if clock else self._now),
            status=_derive_status(decision),
            requests=self._upstreams.counter.get_counts(),
            target_observations=tuple(decision.observations),
            findings=sort_findings([*outcome.open, *outcome.changed]),
            changed_findings=sort_findings(outcome.changed),
            held_back_losses=decision.held_back_losses,
            progress=_measure_progress(decision.observations, self._known, self._plan),
            technical=self._technical,
        )


def _build_plan(
    watched: Sequence[WatchedTarget],
    known: Mapping[Target, TargetState],
    before: Heartbeat | None,
    now: datetime,
    planners: Mapping[str, HeadCheckPlanner] = PLANNERS,
) -> RunPlan:
    targets = [watch.target for watch in watched]
    unseen = before.unseen if before else {}
    return build_run_plan(
        targets,
        before.owners if before else {},
        {target: unseen[target.key].since for target in targets if target.key in unseen},
        _select_due_pins(watched, known, now),
        planners,
    )


def _select_due_pins(
    watched: Sequence[WatchedTarget], known: Mapping[Target, TargetState], now: datetime
) -> dict[Target, str]:
    """Pinned revisions whose day it is, and those that were missing before."""
    due = {}
    for watch in watched:
        pins = (declared.revision for declared in watch.declarations if declared.revision)
        pin = next(pins, None)
        if pin is None:
            continue
        was_missing = _has_open_pin_finding(known.get(watch.target))
        if was_missing or is_pin_due(watch.target, now.date()):
            due[watch.target] = pin
    return due


def _has_open_pin_finding(state: TargetState | None) -> bool:
    if state is None:
        return False
    return any(finding.field == PINNED_REVISION_FIELD for finding in state.findings)


def require_control_answers(observations: Sequence[Observation]) -> list[Observation]:
    """Absence needs a control: a good answer of the same host in this run. Else it is unverifiable.

    A good answer of one host proves nothing about another.
    """
    answered = {seen.target.host for seen in observations if seen.state in GOOD_STATES}
    return [_require_control(observation, answered) for observation in observations]


def _require_control(observation: Observation, answered: set[str]) -> Observation:
    is_lost = observation.state in ("absent", "disabled")
    if not is_lost or observation.target.host in answered:
        return observation
    return replace(observation, state="unverifiable", reason="no-control", is_our_fault=True)


def _derive_status(decision: _Decision) -> RunStatus:
    if decision.is_degraded:
        return "degraded"
    if any(observation.state == "unverifiable" for observation in decision.observations):
        return "incomplete"
    return "complete"


def _measure_progress(
    observations: Sequence[Observation], known: Mapping[Target, TargetState], plan: RunPlan
) -> RunProgress | None:
    """How far a run came that its budget or a limit ended; None for any other run."""
    left = sum(observation.reason in UNFINISHED_REASONS for observation in observations)
    if not left:
        return None
    seen = [each.target for each in observations if each.state != "unverifiable"]
    fresh = sum(target in plan.missed_since or target not in known for target in seen)
    return RunProgress(left, len(observations), fresh or len(seen))


def _format_moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
