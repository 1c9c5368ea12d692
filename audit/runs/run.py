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
from audit.runs.outcome import merged, refused, unverified, write_all
from audit.runs.plan import RunPlan, build_run_plan, is_pin_due
from audit.runs.renormalize import add_renormalized_states, renormalize_states
from audit.runs.report import RunProgress, RunReport, RunStatus, sort_findings
from audit.store.events import EventStore
from audit.store.observations import TargetState, TargetStateStore
from audit.store.run_status import (
    Heartbeat,
    OwnerCost,
    UnverifiedTarget,
    read_heartbeat,
    write_heartbeat,
)
from audit.store.texts import TextStore


@dataclass(frozen=True)
class RunOptions:
    """How one run is to be done."""

    root: Path
    now: datetime
    """Start of the run, in UTC. The only clock the audit has."""
    only: frozenset[str] = frozenset()
    dry_run: bool = False
    allow_mass_change: bool = False
    """A person looked at what the breaker held back and says that it is real."""
    clock: Callable[[], datetime] | None = None
    """For the end of the run; the start where there is none."""


def run_audit(
    registry: Registry,
    upstreams: Upstreams,
    options: RunOptions,
    progress: Callable[[int, int], None] = lambda done, total: None,
    observer: Callable[..., ObservationRound] = observe_targets,
) -> RunReport:
    """Audit the registry once and write what was learned. `observer` looks. Raises AlreadyRunning, BadFile, UsageError."""
    with hold_registry_lock(options.root):
        return _run_locked_audit(registry, upstreams, options, progress, observer)


def plan_audit(registry: Registry, options: RunOptions) -> RunPlan:
    """What a run would ask, before anything is sent. Raises BadFile for damaged state."""
    return _build_plan(
        list_watched_targets(registry, options.only),
        TargetStateStore(options.root).load_states(),
        read_heartbeat(options.root),
        options.now,
    )


def _build_plan(
    watched: Sequence[WatchedTarget],
    known: Mapping[Target, TargetState],
    before: Heartbeat | None,
    now: datetime,
) -> RunPlan:
    since = {key: row.since for key, row in before.unseen.items()} if before else {}
    oldest = {each.target: since[key] for each in watched if (key := each.target.key) in since}
    return build_run_plan(
        [each.target for each in watched],
        before.owners if before else {},
        oldest,
        _select_due_pins(watched, known, now),
    )


def _select_due_pins(
    watched: Sequence[WatchedTarget], known: Mapping[Target, TargetState], now: datetime
) -> dict[Target, str]:
    """Pinned revisions whose day it is, and those that were missing before."""
    found = {}
    for watch in watched:
        pin = next((each.revision for each in watch.declarations if each.revision), None)
        old = known.get(watch.target)
        missing = old is not None and any(
            each.field == PINNED_REVISION_FIELD for each in old.findings
        )
        if pin and (missing or is_pin_due(watch.target, now.date())):
            found[watch.target] = pin
    return found


def _run_locked_audit(
    registry: Registry,
    upstreams: Upstreams,
    options: RunOptions,
    progress: Callable[[int, int], None],
    observer: Callable[..., ObservationRound],
) -> RunReport:
    state, events = TargetStateStore(options.root), EventStore(options.root)
    texts = TextStore(options.root)
    state.remove_leftovers()
    events.remove_leftovers()
    known, technical = renormalize_states(state.load_states(), texts.find_text)
    before = read_heartbeat(options.root)
    watched = list_watched_targets(registry, options.only)
    previous = {target: each.facts for target, each in known.items() if each.facts}
    plan = _build_plan(watched, known, before, options.now)
    observed = observer(plan, previous, replace(upstreams, keep_text=texts.add_text), progress)
    # A clock of ours that is ahead must not make two looks out of one.
    options = (
        replace(options, now=min(options.now, upstreams.hub.server_time or options.now))
        if options.clock
        else options
    )
    stamp = _format_moment(options.now)
    sightings = require_control_answers(observed.observations)
    context = ComparisonContext(
        registry, options.now, texts.find_text, is_partial=bool(options.only)
    )
    parts, broken = compare_observations(watched, sightings, known, context)
    if not options.only:
        parts |= close_unwatched_findings(known, watched, registry)
    unfit = refused(parts, state, events, stamp)
    sightings = unverified(unverified(sightings, broken, ours=True), unfit)
    seen = {target: part for target, part in parts.items() if target not in unfit}
    outcome = merged(seen, known, [each.target for each in watched if each.target not in seen])
    held_back = len(outcome.newly_lost)
    degraded = not options.allow_mass_change and should_trip_breaker(
        held_back, sum(each.target.kind == "model" for each in watched)
    )
    if degraded:
        # No fact moves, and what was open stays as it was.
        outcome = merged({}, known, [each.target for each in watched])
    changed = sort_findings(outcome.changed)
    if not options.dry_run:
        # This order makes a kill harmless: events already written are recognized, an observation not yet written
        # is observed again, and the heartbeat only ever tells of work that is done.
        texts.write_waiting_texts()
        events.append_findings(stamp, stamp, changed)
        failed = write_all(add_renormalized_states(outcome.observations, known, technical), state)
        sightings = unverified(sightings, failed, ours=True)
    status: RunStatus = (
        "degraded"
        if degraded
        else (
            "incomplete" if any(each.state == "unverifiable" for each in sightings) else "complete"
        )
    )
    report = RunReport(
        run_id=stamp,
        started=stamp,
        finished=_format_moment(options.clock() if options.clock else options.now),
        status=status,
        requests=upstreams.counter.get_counts(),
        target_observations=tuple(sightings),
        findings=sort_findings([*outcome.open, *outcome.changed]),
        changed_findings=changed,
        held_back_losses=held_back if degraded else 0,
        progress=_measure_progress(sightings, known, plan),
        technical=technical,
    )
    if not options.dry_run:
        write_heartbeat(
            options.root, _build_heartbeat(report, before, observed.owner_costs, options)
        )
    return report


def _measure_progress(
    sightings: Sequence[Observation], known: Mapping[Target, TargetState], plan: RunPlan
) -> RunProgress | None:
    """How far a run came that its budget or a limit ended; None for any other run."""
    left = sum(each.reason in ("budget", "rate-limited") for each in sightings)
    seen = [each.target for each in sightings if each.state != "unverifiable"]
    fresh = sum(target in plan.missed_since or target not in known for target in seen)
    return RunProgress(left, len(sightings), fresh or len(seen)) if left else None


def require_control_answers(sightings: Sequence[Observation]) -> list[Observation]:
    """Absence needs a control: a good answer of the same host in this run. Else it is unverifiable.

    A good answer of one host proves nothing about another.
    """
    answered = {each.target.host for each in sightings if each.state in ("ok", "gated", "moved")}
    return [
        replace(each, state="unverifiable", reason="no-control", is_our_fault=True)
        if each.state in ("absent", "disabled") and each.target.host not in answered
        else each
        for each in sightings
    ]


def _build_heartbeat(
    report: RunReport,
    before: Heartbeat | None,
    lessons: Mapping[str, OwnerCost],
    options: RunOptions,
) -> Heartbeat:
    earlier = before.unseen if before else {}
    unseen = dict(earlier) if options.only else {}
    for each in report.target_observations:
        key = each.target.key
        unseen.pop(key, None)
        if each.state == "unverifiable":
            last = earlier.get(key)
            unseen[key] = UnverifiedTarget(
                (last.attempts if last else 0) + 1,
                last.since if last else report.started,
                each.reason,
            )
    complete = (
        report.started
        if report.status == "complete" and not options.only
        else (before.last_complete if before else None)
    )
    owners = {**(before.owners if before else {}), **({} if options.only else lessons)}
    unusual = {key: cost for key, cost in owners.items() if (cost.pages, cost.missing) != (1, 0)}
    return Heartbeat(
        report.run_id, report.started, report.finished, report.status, complete, unseen, unusual
    )


def _format_moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
