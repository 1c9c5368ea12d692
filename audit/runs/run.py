"""One audit: observe, compare, decide, write. Safe to kill at any point and to repeat."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from audit.core.locking import locked
from audit.core.memory import without_collection
from audit.drift import breaker
from audit.drift.compare.license_texts import Texts
from audit.drift.compare.repository import PIN, View, differences
from audit.drift.finding import Difference, Finding, Watch, finding_id
from audit.drift.impact import affected, label_change
from audit.drift.lifecycle import Advance, Context, advance
from audit.drift.targets import watches
from audit.observations.facts import HubFacts, Sighting, Target
from audit.records.model import Registry
from audit.runs.collect import Observed, Upstreams, observe
from audit.runs.outcome import Outcome, merged, refused, unverified, write_all
from audit.runs.plan import Plan, due, make_plan
from audit.runs.renormalize import reread, with_reread
from audit.runs.report import Progress, Report, RunStatus, sort_findings
from audit.store.events import EventStore
from audit.store.observations import Observation, StateStore, with_texts
from audit.store.run_status import Heartbeat, OwnerCost, Unseen, read_heartbeat, write_heartbeat
from audit.store.texts import TextStore

logger = logging.getLogger(__name__)

GONE_KINDS = frozenset({"weights-gone", "data-gone", "code-gone", "repo-disabled"})
"""What a look at something that is not there can still show."""


@dataclass(frozen=True)
class Options:
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


def run(
    registry: Registry,
    upstreams: Upstreams,
    options: Options,
    progress: Callable[[int, int], None] = lambda done, total: None,
    observer: Callable[..., Observed] = observe,
) -> Report:
    """Audit the registry once and write what was learned. `observer` looks. Raises AlreadyRunning, BadFile, UsageError."""
    with locked(options.root):
        return _run(registry, upstreams, options, progress, observer)


def plan_run(registry: Registry, options: Options) -> Plan:
    """What a run would ask, before anything is sent. Raises BadFile for damaged state."""
    return _plan(watches(registry, options.only), StateStore(options.root).load(), read_heartbeat(options.root), options.now)


def _plan(watched: Sequence[Watch], known: Mapping[Target, Observation], before: Heartbeat | None, now: datetime) -> Plan:
    since = {key: row.since for key, row in before.unseen.items()} if before else {}
    oldest = {each.target: since[key] for each in watched if (key := f"{each.target.kind}/{each.target.address}") in since}
    return make_plan([each.target for each in watched], before.owners if before else {}, oldest, _pins(watched, known, now))


def _pins(watched: Sequence[Watch], known: Mapping[Target, Observation], now: datetime) -> dict[Target, str]:
    """Pinned revisions whose day it is, and those that were missing before."""
    found = {}
    for watch in watched:
        pin = next((each.revision for each in watch.declared if each.revision), None)
        old = known.get(watch.target)
        missing = old is not None and any(each.field == PIN for each in old.findings)
        if pin and (missing or due(watch.target, now.date())):
            found[watch.target] = pin
    return found


def _run(registry: Registry, upstreams: Upstreams, options: Options, progress: Callable[[int, int], None], observer: Callable[..., Observed]) -> Report:
    state, events = StateStore(options.root), EventStore(options.root)
    texts = TextStore(options.root)
    state.remove_leftovers()
    events.remove_leftovers()
    known, technical = reread(state.load(), texts.get)
    before = read_heartbeat(options.root)
    with without_collection():
        watched = watches(registry, options.only)
    previous = {target: each.facts for target, each in known.items() if each.facts}
    plan = _plan(watched, known, before, options.now)
    observed = observer(plan, previous, replace(upstreams, keep_text=texts.add), progress)
    # A clock of ours that is ahead must not make two looks out of one.
    options = replace(options, now=min(options.now, upstreams.hub.server_time or options.now)) if options.clock else options
    stamp = _stamp(options.now)
    sightings = proved(observed.sightings)
    with without_collection():
        parts, broken = compare(watched, sightings, known, registry, options.now, texts.get)
        if not options.only:
            parts |= forget_unwatched(known, watched)
        unfit = refused(parts, state, events, stamp)
    sightings = unverified(unverified(sightings, broken, ours=True), unfit)
    seen = {target: part for target, part in parts.items() if target not in unfit}
    outcome = merged(seen, known, [each.target for each in watched if each.target not in seen])
    held_back = len(outcome.newly_lost)
    degraded = not options.allow_mass_change and breaker.trips(held_back, sum(each.target.kind == "models" for each in watched))
    if degraded:
        # No fact moves, and what was open stays as it was.
        outcome = merged({}, known, [each.target for each in watched])
    changed = sort_findings(outcome.changed)
    if not options.dry_run:
        # This order makes a kill harmless: events already written are recognized, an observation not yet written
        # is observed again, and the heartbeat only ever tells of work that is done.
        texts.write()
        events.append(stamp, stamp, changed)
        failed = write_all(with_reread(outcome.observations, known, technical), state)
        sightings = unverified(sightings, failed, ours=True)
    status: RunStatus = "degraded" if degraded else ("incomplete" if any(each.state == "unverifiable" for each in sightings) else "complete")
    report = Report(
        run=stamp,
        started=stamp,
        finished=_stamp(options.clock() if options.clock else options.now),
        status=status,
        requests=upstreams.counter.counts(),
        sightings=tuple(sightings),
        findings=sort_findings([*outcome.open, *outcome.changed]),
        changed=changed,
        held_back=held_back if degraded else 0,
        progress=_progress(sightings, known, plan),
        technical=technical,
    )
    if not options.dry_run:
        write_heartbeat(options.root, _heartbeat(report, before, observed.lessons, options))
    return report


def _progress(sightings: Sequence[Sighting], known: Mapping[Target, Observation], plan: Plan) -> Progress | None:
    """How far a run came that its budget or a limit ended; None for any other run."""
    left = sum(each.reason in ("budget", "rate-limited") for each in sightings)
    seen = [each.target for each in sightings if each.state != "unverifiable"]
    fresh = sum(target in plan.oldest or target not in known for target in seen)
    return Progress(left, len(sightings), fresh or len(seen)) if left else None


def proved(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Absence needs controls: without one good answer from the same kind of upstream in this run, it is unverifiable."""
    answered = {each.target.kind == "code" for each in sightings if each.state in ("ok", "gated", "moved")}
    return [
        replace(each, state="unverifiable", reason="no-control", ours=True)
        if each.state in ("absent", "disabled") and (each.target.kind == "code") not in answered
        else each
        for each in sightings
    ]


def compare(
    watched: Sequence[Watch],
    sightings: Sequence[Sighting],
    known: Mapping[Target, Observation],
    registry: Registry,
    now: datetime,
    texts: Texts = lambda sha256: None,
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
            new = _look(watch, sighting, old, registry, now, part, texts)
        except Exception:  # a defect of ours; it must be seen, but not end the run for all other targets
            logger.exception("cannot compare %s/%s", watch.target.kind, watch.target.address)
            broken[watch.target] = "error"
            continue
        if new != old:
            part.observations.append(new)
        parts[watch.target] = part
    return parts, broken


def forget_unwatched(known: Mapping[Target, Observation], watched: Sequence[Watch]) -> dict[Target, Outcome]:
    """Close the findings of what no record speaks of any more, such as the old name of a repository that moved."""
    targets = {each.target for each in watched}
    parts = {}
    for target, old in known.items():
        if target not in targets and old.findings:
            closed = [each.with_status("resolved" if each.status == "confirmed" else "returned") for each in old.findings]
            parts[target] = Outcome([replace(old, findings=())], closed)
    return parts


def _look(watch: Watch, sighting: Sighting, old: Observation | None, registry: Registry, now: datetime, outcome: Outcome, texts: Texts) -> Observation:
    facts = sighting.facts or (old.facts if old else None)
    before = _reviewed(watch, sighting, old) or old.baseline if old else None
    baseline = with_texts(before or sighting.facts, sighting.facts)
    stored = old.findings if old else ()
    findings: list[Finding] = []
    for declared in watch.declared:
        found = differences(View(watch.target.kind, declared, before, sighting, texts), registry)
        known = [each for each in stored if each.record == declared.record]
        result = _advance(
            declared.record, known, found, sighting, registry, now, unchanged=old is not None and (facts, sighting.state) == (old.facts, old.state)
        )
        findings += result.open
        outcome.changed += result.changed
        lost = {finding_id(declared.record, each.kind, each.field) for each in found if each.loss}
        if watch.target.kind == "models" and lost - {each.id for each in known}:
            outcome.newly_lost.add(declared.record)
        if any(each.kind == "identity-changed" for each in found):
            # Another repository under the same name: what is known of the old one stays as it was.
            facts, baseline = (old.facts, old.baseline) if old else (None, None)
    outcome.open += findings
    return Observation(watch.target, sighting.state, facts, baseline, tuple(findings))


def _reviewed(watch: Watch, sighting: Sighting, old: Observation) -> HubFacts | None:
    """The facts at the very commit that a record pins: a person saw it, so that it is what later looks are compared with.

    Another repository under the same name may hold the same commit, and nobody reviewed that.
    """
    first = old.baseline
    pinned = {each.revision for each in watch.declared if each.revision}
    for facts in (sighting.facts, old.facts):
        if isinstance(facts, HubFacts) and isinstance(first, HubFacts) and facts.revision in pinned and facts.hub_id == first.hub_id:
            return facts
    return None


def _advance(
    record: str, known: Sequence[Finding], found: Sequence[Difference], sighting: Sighting, registry: Registry, now: datetime, *, unchanged: bool
) -> Advance:
    facts = sighting.facts if isinstance(sighting.facts, HubFacts) else None
    unread = set(facts.texts_due) if facts else set()
    identity = any(each.kind == "identity-changed" for each in found)

    def visible(finding: Finding) -> bool:
        if sighting.state in ("absent", "disabled"):
            return finding.kind in GONE_KINDS
        if finding.field == PIN:
            return bool(sighting.pinned)
        return finding.field not in unread and not identity

    context = Context(
        record=record,
        url=sighting.url,
        revision=facts.revision if facts else None,
        now=now,
        verdicts=lambda difference: label_change(record, difference, registry),
        affects=affected(record, registry) if found else (),
        upstream_unchanged=unchanged,
    )
    return advance(known, found, visible, context)


def _heartbeat(report: Report, before: Heartbeat | None, lessons: Mapping[str, OwnerCost], options: Options) -> Heartbeat:
    earlier = before.unseen if before else {}
    unseen = dict(earlier) if options.only else {}
    for each in report.sightings:
        key = f"{each.target.kind}/{each.target.address}"
        unseen.pop(key, None)
        if each.state == "unverifiable":
            last = earlier.get(key)
            unseen[key] = Unseen((last.attempts if last else 0) + 1, last.since if last else report.started, each.reason)
    complete = report.started if report.status == "complete" and not options.only else (before.last_complete if before else None)
    owners = {**(before.owners if before else {}), **({} if options.only else lessons)}
    unusual = {key: cost for key, cost in owners.items() if (cost.pages, cost.missing) != (1, 0)}
    return Heartbeat(report.run, report.started, report.finished, report.status, complete, unseen, unusual)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
