"""The comparing half of a run: what each verified observation says about the records.

No network, no disk.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from audit.drift.advance import FindingContext, FindingsUpdate, advance_findings
from audit.drift.compare.inputs import TargetComparison, TextLoader
from audit.drift.compare.target import compare_target
from audit.drift.finding import (
    Difference,
    Finding,
    TargetDeclaration,
    WatchedTarget,
    compute_finding_id,
)
from audit.drift.impact import find_affected_records
from audit.drift.kinds import IDENTITY_CHANGED
from audit.drift.labels import find_label_effects
from audit.drift.lifecycle import close_undeclared_finding
from audit.drift.renames import find_first_name
from audit.observations.facts import MODEL_KINDS, Observation, TargetFacts
from audit.records.registry import Registry
from audit.runs.basis import UNKNOWN_BASIS, ComparisonBasis
from audit.runs.observed import ObservedTarget
from audit.runs.outcome import (
    UNCHANGED,
    KnownStates,
    Outcome,
    TargetOutcomes,
    TargetReasons,
)
from audit.runs.report import sort_findings
from audit.store.observations import TargetState, add_fetched_digests

FactsAndBaseline = tuple[TargetFacts | None, TargetFacts | None]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ComparisonContext:
    """What all comparisons of one run have in common."""

    registry: Registry
    now: datetime
    """Start of the run, in UTC."""
    load_text: TextLoader = lambda sha256: None
    is_partial: bool = False
    """Only some records are audited: what the others declare is not known here."""
    basis: ComparisonBasis = UNKNOWN_BASIS


@dataclass(frozen=True)
class _RecordResult:
    """What one observation says about one record."""

    record: str
    differences: tuple[Difference, ...]
    findings: FindingsUpdate
    is_newly_lost: bool


def compare_observations(
    watched: Sequence[WatchedTarget],
    observations: Sequence[Observation],
    known: KnownStates,
    context: ComparisonContext,
) -> tuple[TargetOutcomes, TargetReasons]:
    """What each verified observation makes of its target, and the targets that failed."""
    by_target = {observation.target: observation for observation in observations}
    outcomes: TargetOutcomes = {}
    failed: TargetReasons = {}
    for watch in watched:
        target = watch.target
        observation = by_target.get(target)
        if observation is None or observation.state == "unverifiable":
            continue
        outcome = _compare_or_log(watch, observation, known.get(target), context)
        if outcome is None:
            failed[target] = "error"
        else:
            outcomes[target] = outcome
    return outcomes, failed


def _compare_or_log(
    watch: WatchedTarget,
    observation: Observation,
    old: TargetState | None,
    context: ComparisonContext,
) -> Outcome | None:
    """A defect of ours must be seen, but not end the run for all other targets."""
    if not context.basis.needs_comparison(observation, old):
        return UNCHANGED
    try:
        return compare_observation(watch, observation, old, context)
    except Exception:
        logger.exception("cannot compare %s", watch.target.key)
        return None


def compare_observation(
    watch: WatchedTarget,
    observation: Observation,
    old: TargetState | None,
    context: ComparisonContext,
) -> Outcome:
    """What one verified observation makes of a target: its new state, and changed findings."""
    observed = ObservedTarget(watch, observation, old)
    results = [_compare_record(observed, declared, context) for declared in watch.declarations]
    findings = _merge_findings(observed, results, context)
    state = _build_state(observed, results, findings.open_findings)
    return Outcome(
        observations=[state] if state != old else [],
        changed=list(findings.changed_findings),
        open=list(findings.open_findings),
        newly_lost={result.record for result in results if result.is_newly_lost},
    )


def _merge_findings(
    observed: ObservedTarget, results: Sequence[_RecordResult], context: ComparisonContext
) -> FindingsUpdate:
    """The findings of every record that declares the target, and of those that did."""
    still_open, changed = _settle_undeclared_findings(observed, context)
    for result in results:
        still_open += result.findings.open_findings
        changed += result.findings.changed_findings
    return FindingsUpdate(sort_findings(still_open), tuple(changed))


def close_unwatched_findings(
    known: KnownStates, watched: Sequence[WatchedTarget], registry: Registry
) -> TargetOutcomes:
    """Close the findings of targets that no record names, such as the old name after a move."""
    targets = {watch.target for watch in watched}
    # Of those that are watched, nothing is read here.
    unwatched = [target for target in known if target not in targets]
    return {
        target: _close_findings(known[target], registry)
        for target in unwatched
        if known[target].findings
    }


def _close_findings(old: TargetState, registry: Registry) -> Outcome:
    closed = [_close_finding(finding, registry) for finding in old.findings]
    return Outcome([replace(old, findings=())], closed)


def _compare_record(
    observed: ObservedTarget, declaration: TargetDeclaration, context: ComparisonContext
) -> _RecordResult:
    record, kind = declaration.record, observed.watch.target.kind
    comparison = TargetComparison(
        kind, declaration, observed.reference, observed.observation, context.load_text
    )
    differences = compare_target(comparison, context.registry)
    known = observed.list_stored_findings(record)
    findings = _advance_findings(observed, record, differences, context)
    first = context.registry.find_first_ref(record)
    is_newly_lost = kind in MODEL_KINDS and _has_new_loss(differences, known, first)
    return _RecordResult(record, tuple(differences), findings, is_newly_lost)


def _has_new_loss(
    differences: Sequence[Difference], known: Sequence[Finding], first_record: str
) -> bool:
    """Whether a loss among these has no finding yet, under the record's first name."""
    known_ids = {finding.id for finding in known}
    losses = (difference for difference in differences if difference.is_loss)
    loss_ids = {compute_finding_id(first_record, loss.kind, loss.field) for loss in losses}
    return not loss_ids <= known_ids


def _advance_findings(
    observed: ObservedTarget,
    record: str,
    differences: Sequence[Difference],
    context: ComparisonContext,
) -> FindingsUpdate:
    is_other_repository = _has_other_identity(differences)
    return advance_findings(
        observed.list_stored_findings(record),
        differences,
        partial(observed.could_show, is_other_repository=is_other_repository),
        _build_finding_context(observed, record, differences, context),
    )


def _build_finding_context(
    observed: ObservedTarget,
    record: str,
    differences: Sequence[Difference],
    context: ComparisonContext,
) -> FindingContext:
    registry, target = context.registry, observed.watch.target
    affected = find_affected_records(record, registry) if differences else ()
    return FindingContext(
        record=record,
        url=observed.observation.url,
        revision=observed.seen_revision,
        now=context.now,
        find_label_effects=lambda difference: find_label_effects(
            record, affected, difference, target, registry
        ),
        affects=affected,
        first_record=find_first_name(record, registry),
        upstream_unchanged=observed.is_unchanged_upstream,
    )


def _has_other_identity(differences: Sequence[Difference]) -> bool:
    return any(difference.kind == IDENTITY_CHANGED.id for difference in differences)


def _settle_undeclared_findings(
    observed: ObservedTarget, context: ComparisonContext
) -> tuple[list[Finding], list[Finding]]:
    """Findings of records that do not declare this target: those kept open, and those closed."""
    undeclared = observed.list_undeclared_findings()
    if context.is_partial:
        return undeclared, []
    return [], [_close_finding(finding, context.registry) for finding in undeclared]


def _close_finding(finding: Finding, registry: Registry) -> Finding:
    exists = registry.get(finding.record) is not None
    return close_undeclared_finding(finding, record_exists=exists)


def _build_state(
    observed: ObservedTarget, results: Sequence[_RecordResult], open_findings: tuple[Finding, ...]
) -> TargetState:
    is_other = any(_has_other_identity(result.differences) for result in results)
    facts, baseline = _keep_known_facts(observed) if is_other else _take_newest_facts(observed)
    target, state = observed.watch.target, observed.observation.state
    return TargetState(target, state, facts, baseline, open_findings)


def _keep_known_facts(observed: ObservedTarget) -> FactsAndBaseline:
    """Another repository under the same name: what is known of the old one stays as it was."""
    old = observed.old
    return (old.facts, old.baseline) if old else (None, None)


def _take_newest_facts(observed: ObservedTarget) -> FactsAndBaseline:
    seen = observed.observation.facts
    return observed.newest_facts, add_fetched_digests(observed.reference or seen, seen)
