"""Takes confirmed findings into the records that they are about: all of them, or none."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.analysis.consistency import find_contradictions
from audit.contribute.accept.record_edit import ReadingRequiredError, RecordEdit
from audit.contribute.accept.updates import find_record_update, format_open_question
from audit.contribute.new.draft import JsonObject
from audit.core.errors import Problem, RegistryError
from audit.core.near_names import format_near_names
from audit.drift.finding import Finding
from audit.drift.lifecycle import accept_finding, may_be_accepted
from audit.records.load import LoadedRecords, apply_record_changes
from audit.records.registry import Registry
from audit.store.observations import TargetState


@dataclass(frozen=True)
class RefusedFinding:
    """A finding that a person has to settle."""

    finding: Finding
    question: str


@dataclass
class AcceptanceResult:
    """What would be written, or why nothing is."""

    stored: Mapping[str, Any] = field(default_factory=dict)
    """The JSON by reference before anything was accepted."""
    records: JsonObject = field(default_factory=dict)
    """The new JSON by reference."""
    accepted: list[Finding] = field(default_factory=list)
    changes: list[tuple[Finding, str]] = field(default_factory=list)
    """What moved by each, in a line."""
    refused: list[RefusedFinding] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    """What would contradict the accepted values: facts that only a reading can settle."""

    def get_record(self, ref: str) -> Mapping[str, Any] | None:
        """The newest JSON: a second finding of a record is accepted on top of the first."""
        return self.records.get(ref, self.stored.get(ref))

    def add_accepted(self, finding: Finding, record: JsonObject, description: str) -> None:
        """Take in a finding whose value is in the record now; `description`: what moved."""
        self.records[finding.record] = record
        self.changes.append((finding, description))
        self.accepted.append(accept_finding(finding))


@dataclass(frozen=True)
class OpenFinding:
    """An open finding, and the observation that holds it."""

    finding: Finding
    observation: TargetState


OpenFindings = dict[str, OpenFinding]
"""By id."""


def index_open_findings(observations: Sequence[TargetState]) -> OpenFindings:
    """Every open finding by id."""
    return {
        finding.id: OpenFinding(finding, observation)
        for observation in observations
        for finding in observation.findings
    }


def accept_findings(
    ids: Sequence[str],
    open_findings: OpenFindings,
    loaded: LoadedRecords,
    registry: Registry,
    root: Path,
) -> AcceptanceResult:
    """Move the observed values of these findings into their records.

    Raises RegistryError for an id that is not open.
    """
    chosen = [_find_open_finding(id, open_findings) for id in dict.fromkeys(ids)]
    unaccepted = _collect_unaccepted_kinds(chosen, open_findings)
    result = AcceptanceResult(_index_stored_records(loaded))
    for open_finding in chosen:
        other_kinds = unaccepted[open_finding.finding.record]
        _accept_or_refuse(open_finding, other_kinds, registry, result)
    result.problems = _find_new_contradictions(result.records, loaded, registry, root)
    return result


def list_remaining_findings(
    result: AcceptanceResult, open_findings: OpenFindings
) -> list[RefusedFinding]:
    """Open findings of the same records that were not accepted, each with its question."""
    accepted = {finding.id for finding in result.accepted}
    findings = (rest.finding for rest in open_findings.values())
    return [
        RefusedFinding(finding, format_open_question(finding))
        for finding in findings
        if finding.id not in accepted and finding.record in result.records
    ]


def _index_stored_records(loaded: LoadedRecords) -> JsonObject:
    """The JSON of every record by reference."""
    return {f"{raw.folder}/{raw.id}": raw.data for raw in loaded.raw_records}


def _accept_or_refuse(
    open_finding: OpenFinding,
    other_kinds: frozenset[str],
    registry: Registry,
    result: AcceptanceResult,
) -> None:
    """Add the changed record to the result, or the question that remains."""
    finding = open_finding.finding
    try:
        _require_own_record(open_finding, result.stored.get(finding.record))
        copy = _copy_record(finding, result.get_record(finding.record))
        edit = RecordEdit(copy, finding, open_finding.observation, other_kinds, registry)
        description = _update_record(edit)
    except ReadingRequiredError as refusal:
        result.refused.append(RefusedFinding(finding, str(refusal)))
    else:
        result.add_accepted(finding, copy, description)


def _require_own_record(open_finding: OpenFinding, record: Mapping[str, Any] | None) -> None:
    """Raises ReadingRequiredError where a record never named what was observed.

    No run writes such a finding. A record that is gone is told as that.
    """
    pins = {} if record is None else record.get("hub", {})
    repo = open_finding.observation.target.repo
    if record is not None and str(pins.get("repo", "")).lower() != repo.lower():
        raise ReadingRequiredError(
            f"{open_finding.finding.record} does not name {repo}, where this was seen. "
            "Run the audit again, then look at what it finds."
        )


def _copy_record(finding: Finding, record: Mapping[str, Any] | None) -> JsonObject:
    """A copy to change. Raises ReadingRequiredError where the record is gone."""
    if record is None:
        raise ReadingRequiredError(
            f"{finding.record} is not a record any more. The next run closes this finding."
        )
    return deepcopy(dict(record))


def _update_record(edit: RecordEdit) -> str:
    """Move the value into the edit's record, and say what moved. Raises ReadingRequiredError."""
    finding = edit.finding
    if not may_be_accepted(finding):
        raise ReadingRequiredError(
            f"It was seen in {finding.sightings} of {finding.sightings_needed} looks. "
            "Wait until it is confirmed."
        )
    update = find_record_update(finding)
    if update is None:
        raise ReadingRequiredError(format_open_question(finding))
    return update(edit)


def _find_open_finding(id: str, open_findings: OpenFindings) -> OpenFinding:
    if id not in open_findings:
        hint = format_near_names(id, open_findings)
        raise RegistryError(
            f"{id}: no open finding has this id{hint}; `accept` without ids lists the open ones"
        )
    return open_findings[id]


def _collect_unaccepted_kinds(
    chosen: Sequence[OpenFinding], open_findings: OpenFindings
) -> dict[str, frozenset[str]]:
    """By record, the kinds of open findings that are not among the chosen."""
    kinds: dict[str, frozenset[str]] = defaultdict(frozenset)
    for other in open_findings.values():
        if other not in chosen:
            kinds[other.finding.record] |= {other.finding.kind}
    return kinds


def _find_new_contradictions(
    records: JsonObject, loaded: LoadedRecords, registry: Registry, root: Path
) -> tuple[Problem, ...]:
    """Problems that the new records would bring."""
    changed = apply_record_changes(loaded, records, root.name)
    if changed.registry is None:
        return changed.problems
    known = set(find_contradictions(registry, root.name))
    present = find_contradictions(changed.registry, root.name)
    return tuple(problem for problem in present if problem not in known)
