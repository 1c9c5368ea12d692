"""Takes confirmed findings into the records that they speak of: all of them, or none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.analysis.consistency import find_contradictions
from audit.contribute.accept.acceptance import ReadingRequired, apply_finding, format_open_question
from audit.core.errors import Problem, RegistryError
from audit.core.near_names import format_near_names
from audit.drift.finding import Finding
from audit.drift.lifecycle import accept_finding
from audit.records.load import LoadedRecords, apply_record_changes
from audit.records.model import Registry
from audit.store.observations import TargetState


@dataclass(frozen=True)
class RefusedFinding:
    """A finding that a person has to settle."""

    finding: Finding
    question: str


@dataclass
class AcceptanceResult:
    """What would be written, or why nothing is."""

    records: dict[str, Any] = field(default_factory=dict)
    """The new JSON by reference."""
    accepted: list[Finding] = field(default_factory=list)
    changes: list[tuple[Finding, str]] = field(default_factory=list)
    refused: list[RefusedFinding] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    """What would contradict the accepted values: facts that only a reading can settle."""


@dataclass(frozen=True)
class OpenFinding:
    """An open finding, and the observation that holds it."""

    finding: Finding
    observation: TargetState


def index_open_findings(observations: Sequence[TargetState]) -> dict[str, OpenFinding]:
    """Every open finding by id."""
    return {
        finding.id: OpenFinding(finding, each) for each in observations for finding in each.findings
    }


def accept_findings(
    ids: Sequence[str],
    open_findings: dict[str, OpenFinding],
    loaded: LoadedRecords,
    registry: Registry,
    root: Path,
) -> AcceptanceResult:
    """Move the observed values of these findings into their records. Raises RegistryError for an id that is not open."""
    chosen = [_find_open_finding(each, open_findings) for each in dict.fromkeys(ids)]
    left = _collect_unaccepted_kinds(chosen, open_findings)
    raw = {f"{each.folder}/{each.id}": each.data for each in loaded.raw_records}
    result = AcceptanceResult()
    for each in chosen:
        finding = each.finding
        if finding.record not in raw:
            gone = f"{finding.record} is no record any more. The next run closes this finding."
            result.refused.append(RefusedFinding(finding, gone))
            continue
        record = result.records.get(finding.record, raw[finding.record])
        try:
            done = apply_finding(finding, record, each.observation, left[finding.record], registry)
        except ReadingRequired as refusal:
            result.refused.append(RefusedFinding(finding, str(refusal)))
            continue
        result.records[finding.record] = done.record
        result.changes.append((finding, done.description))
        result.accepted.append(accept_finding(finding))
    result.problems = _find_new_contradictions(result.records, loaded, registry, root)
    return result


def list_remaining_findings(
    result: AcceptanceResult, open_findings: dict[str, OpenFinding]
) -> list[RefusedFinding]:
    """Open findings of the same records that were not accepted, with what they ask."""
    done = {each.id for each in result.accepted}
    return [
        RefusedFinding(each.finding, format_open_question(each.finding))
        for id, each in open_findings.items()
        if id not in done and each.finding.record in result.records
    ]


def _find_open_finding(id: str, open_findings: dict[str, OpenFinding]) -> OpenFinding:
    if id not in open_findings:
        hint = format_near_names(id, open_findings)
        raise RegistryError(
            f"{id}: no open finding has this id{hint}; `accept` without ids lists the open ones"
        )
    return open_findings[id]


def _collect_unaccepted_kinds(
    chosen: Sequence[OpenFinding], open_findings: dict[str, OpenFinding]
) -> dict[str, frozenset[str]]:
    """By record, the kinds of open findings that are not among the chosen."""
    ids = {each.finding.id for each in chosen}
    left: dict[str, set[str]] = defaultdict(set)
    for id, each in open_findings.items():
        if id not in ids:
            left[each.finding.record].add(each.finding.kind)
    return defaultdict(frozenset, {record: frozenset(kinds) for record, kinds in left.items()})


def _find_new_contradictions(
    records: dict[str, Any], loaded: LoadedRecords, registry: Registry, root: Path
) -> tuple[Problem, ...]:
    """Problems that the new records would bring."""
    changed = apply_record_changes(loaded, records, root.name)
    if changed.registry is None:
        return changed.problems
    before = set(find_contradictions(registry, root.name))
    return tuple(
        each for each in find_contradictions(changed.registry, root.name) if each not in before
    )
