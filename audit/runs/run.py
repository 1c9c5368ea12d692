"""One audit: observe, compare, decide, write. Safe to kill at any point and to repeat."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from audit.core.locking import hold_registry_lock
from audit.core.memory import pause_garbage_collection
from audit.drift import breaker
from audit.drift.compare.license_texts import TextLoader
from audit.drift.compare.repository import PINNED_REVISION_FIELD, TargetComparison, find_differences
from audit.drift.finding import Difference, Finding, WatchedTarget, compute_finding_id
from audit.drift.impact import compute_label_change, find_affected_records
from audit.drift.lifecycle import FindingContext, FindingsUpdate, advance_findings
from audit.drift.targets import list_watched_targets
from audit.observations.facts import HubFacts, Observation, Target
from audit.records.model import Registry
from audit.runs.collect import ObservationRound, Upstreams, observe_targets
from audit.runs.outcome import Outcome, merged, refused, unverified, write_all
from audit.runs.plan import RunPlan, build_run_plan, is_pin_due
from audit.runs.renormalize import add_renormalized_states, renormalize_states
from audit.runs.report import RunProgress, RunReport, RunStatus, sort_findings
from audit.store.events import EventStore
from audit.store.observations import TargetState, TargetStateStore, add_fetched_digests
from audit.store.run_status import (
    Heartbeat,
    OwnerCost,
    UnverifiedTarget,
    read_heartbeat,
    write_heartbeat,
)
from audit.store.texts import TextStore

logger = logging.getLogger(__name__)

ABSENCE_KINDS = frozenset({"weights-gone", "data-gone", "code-gone", "repo-disabled"})
"""What a look at something that is not there can still show."""


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
    with pause_garbage_collection():
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
    with pause_garbage_collection():
        parts, broken = compare_observations(
            watched, sightings, known, registry, options.now, texts.find_text
        )
        if not options.only:
            parts |= close_unwatched_findings(known, watched)
        unfit = refused(parts, state, events, stamp)
    sightings = unverified(unverified(sightings, broken, ours=True), unfit)
    seen = {target: part for target, part in parts.items() if target not in unfit}
    outcome = merged(seen, known, [each.target for each in watched if each.target not in seen])
    held_back = len(outcome.newly_lost)
    degraded = not options.allow_mass_change and breaker.should_trip_breaker(
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


def compare_observations(
    watched: Sequence[WatchedTarget],
    sightings: Sequence[Observation],
    known: Mapping[Target, TargetState],
    registry: Registry,
    now: datetime,
    texts: TextLoader = lambda sha256: None,
) -> tuple[dict[Target, Outcome], dict[Target, str]]:
    """Findings and new observations from each verified sighting, and whose comparison failed."""
    by_target = {each.target: each for each in sightings}
    parts: dict[Target, Outcome] = {}
    broken: dict[Target, str] = {}
    for watch in watched:
        sighting = by_target[watch.target]
        if sighting.state == "unverifiable":
            continue
        part, old = Outcome(), known.get(watch.target)
        try:
            new = _compare_target(watch, sighting, old, registry, now, part, texts)
        except (
            Exception
        ):  # a defect of ours; it must be seen, but not end the run for all other targets
            logger.exception("cannot compare %s", watch.target.key)
            broken[watch.target] = "error"
            continue
        if new != old:
            part.observations.append(new)
        parts[watch.target] = part
    return parts, broken


def close_unwatched_findings(
    known: Mapping[Target, TargetState], watched: Sequence[WatchedTarget]
) -> dict[Target, Outcome]:
    """Close the findings of what no record speaks of any more, such as the old name of a repository that moved."""
    targets = {each.target for each in watched}
    parts = {}
    for target, old in known.items():
        if target not in targets and old.findings:
            closed = [
                each.replace_status("resolved" if each.status == "confirmed" else "returned")
                for each in old.findings
            ]
            parts[target] = Outcome([replace(old, findings=())], closed)
    return parts


def _compare_target(
    watch: WatchedTarget,
    sighting: Observation,
    old: TargetState | None,
    registry: Registry,
    now: datetime,
    outcome: Outcome,
    texts: TextLoader,
) -> TargetState:
    facts = sighting.facts or (old.facts if old else None)
    before = _find_reviewed_facts(watch, sighting, old) or old.baseline if old else None
    baseline = add_fetched_digests(before or sighting.facts, sighting.facts)
    stored = old.findings if old else ()
    findings: list[Finding] = []
    for declared in watch.declarations:
        found = find_differences(
            TargetComparison(watch.target.kind, declared, before, sighting, texts), registry
        )
        known = [each for each in stored if each.record == declared.record]
        result = _advance_findings(
            declared.record,
            known,
            found,
            sighting,
            registry,
            now,
            unchanged=old is not None and (facts, sighting.state) == (old.facts, old.state),
        )
        findings += result.open_findings
        outcome.changed += result.changed_findings
        lost = {
            compute_finding_id(declared.record, each.kind, each.field)
            for each in found
            if each.is_loss
        }
        if watch.target.kind == "model" and lost - {each.id for each in known}:
            outcome.newly_lost.add(declared.record)
        if any(each.kind == "identity-changed" for each in found):
            # Another repository under the same name: what is known of the old one stays as it was.
            facts, baseline = (old.facts, old.baseline) if old else (None, None)
    outcome.open += findings
    return TargetState(watch.target, sighting.state, facts, baseline, tuple(findings))


def _find_reviewed_facts(
    watch: WatchedTarget, sighting: Observation, old: TargetState
) -> HubFacts | None:
    """The facts at the very commit that a record pins: a person saw it, so that it is what later looks are compared with.

    Another repository under the same name may hold the same commit, and nobody reviewed that.
    """
    first = old.baseline
    pinned = {each.revision for each in watch.declarations if each.revision}
    for facts in (sighting.facts, old.facts):
        if (
            isinstance(facts, HubFacts)
            and isinstance(first, HubFacts)
            and facts.revision in pinned
            and facts.hub_id == first.hub_id
        ):
            return facts
    return None


def _advance_findings(
    record: str,
    known: Sequence[Finding],
    found: Sequence[Difference],
    sighting: Observation,
    registry: Registry,
    now: datetime,
    *,
    unchanged: bool,
) -> FindingsUpdate:
    facts = sighting.facts if isinstance(sighting.facts, HubFacts) else None
    unread = set(facts.texts_due) if facts else set()
    identity = any(each.kind == "identity-changed" for each in found)

    def visible(finding: Finding) -> bool:
        if sighting.state in ("absent", "disabled"):
            return finding.kind in ABSENCE_KINDS
        if finding.field == PINNED_REVISION_FIELD:
            return bool(sighting.pinned_revision_state)
        return finding.field not in unread and not identity

    context = FindingContext(
        record=record,
        url=sighting.url,
        revision=facts.revision if facts else None,
        now=now,
        compute_label_change=lambda difference: compute_label_change(record, difference, registry),
        affects=find_affected_records(record, registry) if found else (),
        upstream_unchanged=unchanged,
    )
    return advance_findings(known, found, visible, context)


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
