"""The comparing half of a run: what each verified observation says about the records. No network, no disk."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from audit.drift.compare.license_texts import TextLoader
from audit.drift.compare.repository import PINNED_REVISION_FIELD, TargetComparison, find_differences
from audit.drift.finding import Difference, Finding, WatchedTarget, compute_finding_id
from audit.drift.impact import compute_label_change, find_affected_records
from audit.drift.kinds import IDENTITY_CHANGED, find_drift_kind
from audit.drift.lifecycle import FindingContext, FindingsUpdate, advance_findings
from audit.observations.facts import HubFacts, Observation, Target
from audit.records.model import Registry
from audit.runs.outcome import Outcome
from audit.store.observations import TargetState, add_fetched_digests

logger = logging.getLogger(__name__)


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
        if any(each.kind == IDENTITY_CHANGED.id for each in found):
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
    identity = any(each.kind == IDENTITY_CHANGED.id for each in found)

    def visible(finding: Finding) -> bool:
        if sighting.state in ("absent", "disabled"):
            return find_drift_kind(finding.kind).seen_when_gone
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
