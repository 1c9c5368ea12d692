"""The comparing half of a run: what each verified observation says about the records.

No network, no disk.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from audit.drift.compare.identity import PINNED_REVISION_FIELD
from audit.drift.compare.inputs import TargetComparison, TextLoader
from audit.drift.compare.target import compare_target
from audit.drift.finding import (
    Difference,
    Finding,
    TargetDeclaration,
    WatchedTarget,
    compute_finding_id,
)
from audit.drift.impact import compute_label_change, find_affected_records
from audit.drift.kinds import IDENTITY_CHANGED, find_drift_kind
from audit.drift.lifecycle import (
    FindingContext,
    FindingsUpdate,
    advance_findings,
    close_undeclared_finding,
)
from audit.drift.renames import find_first_name
from audit.observations.facts import HubFacts, Observation, Target, TargetFacts
from audit.records.model import Registry
from audit.runs.outcome import Outcome
from audit.runs.report import sort_findings
from audit.store.observations import TargetState, add_fetched_digests

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


@dataclass(frozen=True)
class _ObservedTarget:
    """One target: who declares it, what was seen now, and what was known before."""

    watch: WatchedTarget
    observation: Observation
    old: TargetState | None
    reference: TargetFacts | None
    """What the observation is compared with: what a reviewer pinned, else what was first seen."""

    @property
    def newest_facts(self) -> TargetFacts | None:
        return self.observation.facts or (self.old.facts if self.old else None)

    @property
    def is_unchanged_upstream(self) -> bool:
        """Whether the answer is that of the last run."""
        if self.old is None:
            return False
        now = (self.newest_facts, self.observation.state)
        return now == (self.old.facts, self.old.state)

    def list_stored_findings(self, record: str) -> list[Finding]:
        """The open findings of one record."""
        stored = self.old.findings if self.old else ()
        return [finding for finding in stored if finding.record == record]

    def list_undeclared_findings(self) -> list[Finding]:
        """The open findings of records that do not declare this target."""
        records = {declaration.record for declaration in self.watch.declarations}
        stored = self.old.findings if self.old else ()
        return [finding for finding in stored if finding.record not in records]


@dataclass(frozen=True)
class _RecordResult:
    """What one observation says about one record."""

    differences: tuple[Difference, ...]
    findings: FindingsUpdate
    is_newly_lost: bool


def compare_observations(
    watched: Sequence[WatchedTarget],
    observations: Sequence[Observation],
    known: Mapping[Target, TargetState],
    context: ComparisonContext,
) -> tuple[dict[Target, Outcome], dict[Target, str]]:
    """What each verified observation makes of its target, and the targets that failed."""
    by_target = {observation.target: observation for observation in observations}
    outcomes: dict[Target, Outcome] = {}
    failed: dict[Target, str] = {}
    for watch in watched:
        target = watch.target
        observation = by_target[target]
        if observation.state == "unverifiable":
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
    reference = _find_reference_facts(watch, observation, old)
    observed = _ObservedTarget(watch, observation, old, reference)
    results = [
        _compare_record(observed, declaration, context) for declaration in watch.declarations
    ]
    kept, closed = _settle_undeclared_findings(observed, context)
    still_open = chain.from_iterable(result.findings.open_findings for result in results)
    changed = chain.from_iterable(result.findings.changed_findings for result in results)
    open_findings = sort_findings([*kept, *still_open])
    state = _build_state(observed, results, open_findings)
    return Outcome(
        observations=[state] if state != old else [],
        changed=[*closed, *changed],
        open=list(open_findings),
        newly_lost=_list_newly_lost(watch.declarations, results),
    )


def _list_newly_lost(
    declarations: Sequence[TargetDeclaration], results: Sequence[_RecordResult]
) -> set[str]:
    """The records whose model is gone as of this run."""
    pairs = zip(declarations, results, strict=True)
    return {declaration.record for declaration, result in pairs if result.is_newly_lost}


def close_unwatched_findings(
    known: Mapping[Target, TargetState], watched: Sequence[WatchedTarget], registry: Registry
) -> dict[Target, Outcome]:
    """Close the findings of targets that no record names, such as the old name after a move."""
    targets = {watch.target for watch in watched}
    outcomes = {}
    for target, old in known.items():
        if target not in targets and old.findings:
            closed = [_close_finding(finding, registry) for finding in old.findings]
            outcomes[target] = Outcome([replace(old, findings=())], closed)
    return outcomes


def _find_reference_facts(
    watch: WatchedTarget, observation: Observation, old: TargetState | None
) -> TargetFacts | None:
    if old is None:
        return None
    return _find_reviewed_facts(watch, observation, old) or old.baseline


def _find_reviewed_facts(
    watch: WatchedTarget, observation: Observation, old: TargetState
) -> HubFacts | None:
    """The facts at the very commit that a record pins: a person saw it.

    Another repository under the same name may hold the same commit, and nobody reviewed that.
    """
    first = old.baseline
    if not isinstance(first, HubFacts):
        return None
    pinned = {each.revision for each in watch.declarations if each.revision}
    for facts in (observation.facts, old.facts):
        is_same_repository = isinstance(facts, HubFacts) and facts.hub_id == first.hub_id
        if isinstance(facts, HubFacts) and is_same_repository and facts.revision in pinned:
            return facts
    return None


def _compare_record(
    observed: _ObservedTarget, declaration: TargetDeclaration, context: ComparisonContext
) -> _RecordResult:
    comparison = TargetComparison(
        observed.watch.target.kind,
        declaration,
        observed.reference,
        observed.observation,
        context.load_text,
    )
    differences = compare_target(comparison, context.registry)
    known = observed.list_stored_findings(declaration.record)
    findings = _advance_findings(observed, declaration.record, known, differences, context)
    first = context.registry.find_first_ref(declaration.record)
    is_model = observed.watch.target.kind == "model"
    is_newly_lost = is_model and _has_new_loss(differences, known, first)
    return _RecordResult(tuple(differences), findings, is_newly_lost)


def _has_new_loss(
    differences: Sequence[Difference], known: Sequence[Finding], first_record: str
) -> bool:
    """Whether a loss among these has no finding yet, under the record's first name."""
    known_ids = {finding.id for finding in known}
    losses = (difference for difference in differences if difference.is_loss)
    loss_ids = {compute_finding_id(first_record, loss.kind, loss.field) for loss in losses}
    return not loss_ids <= known_ids


def _advance_findings(
    observed: _ObservedTarget,
    record: str,
    known: Sequence[Finding],
    differences: Sequence[Difference],
    context: ComparisonContext,
) -> FindingsUpdate:
    registry = context.registry
    facts = observed.observation.facts
    finding_context = FindingContext(
        record=record,
        url=observed.observation.url,
        revision=facts.revision if isinstance(facts, HubFacts) else None,
        now=context.now,
        compute_label_change=lambda difference: compute_label_change(record, difference, registry),
        affects=find_affected_records(record, registry) if differences else (),
        first_record=find_first_name(record, registry),
        upstream_unchanged=observed.is_unchanged_upstream,
    )
    is_other_repository = _has_other_identity(differences)
    return advance_findings(
        known,
        differences,
        lambda finding: _is_visible(finding, observed.observation, is_other_repository),
        finding_context,
    )


def _is_visible(finding: Finding, observation: Observation, is_other_repository: bool) -> bool:
    """Whether this observation could have shown a finding at all."""
    if observation.state in ("absent", "disabled"):
        return find_drift_kind(finding.kind).seen_when_gone
    if finding.field == PINNED_REVISION_FIELD:
        return bool(observation.pinned_revision_state)
    facts = observation.facts
    unread = facts.texts_due if isinstance(facts, HubFacts) else ()
    return finding.field not in unread and not is_other_repository


def _has_other_identity(differences: Sequence[Difference]) -> bool:
    return any(difference.kind == IDENTITY_CHANGED.id for difference in differences)


def _settle_undeclared_findings(
    observed: _ObservedTarget, context: ComparisonContext
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
    observed: _ObservedTarget, results: Sequence[_RecordResult], open_findings: tuple[Finding, ...]
) -> TargetState:
    observation, old = observed.observation, observed.old
    facts = observed.newest_facts
    baseline = add_fetched_digests(observed.reference or observation.facts, observation.facts)
    if any(_has_other_identity(result.differences) for result in results):
        # Another repository under the same name: what is known of the old one stays as it was.
        facts = old.facts if old else None
        baseline = old.baseline if old else None
    return TargetState(observed.watch.target, observation.state, facts, baseline, open_findings)
