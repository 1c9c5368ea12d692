"""Findings and events as JSON: the one reader and the one writer."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from audit.drift.events import Event
from audit.drift.finding import Finding, FindingValue, LabelChange, LicenseTextDiff
from audit.drift.kinds import find_drift_kind
from audit.drift.lifecycle import read_status

JsonObject = Mapping[str, Any]
WrittenJson = dict[str, Any]


def serialize_finding(finding: Finding) -> WrittenJson:
    """The form of the report contract; what the audit must remember is under `evidence`."""
    return {
        "id": finding.id,
        "record": finding.record,
        **({"first_record": finding.first_record} if finding.first_record else {}),
        "kind": finding.kind,
        "field": finding.field,
        "before": _dump_value(finding.before),
        "after": _dump_value(finding.after),
        "direction": finding.direction,
        "status": finding.status,
        "verdict": {"before": finding.verdict_before, "after": finding.verdict_after},
        "evidence": _serialize_evidence(finding),
    }


def _serialize_evidence(finding: Finding) -> WrittenJson:
    evidence: WrittenJson = {
        "url": finding.url,
        "revision": finding.revision,
        "seen": finding.last_counted,
        "first_seen": finding.first_seen,
        "sightings": finding.sightings,
        "needed": finding.sightings_needed,
        "affects": list(finding.affects),
    }
    if finding.label_changes:
        evidence["labels"] = [asdict(change) for change in finding.label_changes]
    if finding.text_diff:
        evidence["text"] = _serialize_text_diff(finding.text_diff)
    return evidence


def parse_finding(data: JsonObject) -> Finding:
    """The finding that was written, in any format.

    Raises UnknownDriftKindError and UnknownStatusError, and KeyError or TypeError for another form.
    """
    evidence, verdict = data["evidence"], data["verdict"]
    return Finding(
        record=data["record"],
        kind=find_drift_kind(data["kind"]).id,
        field=data["field"],
        before=_parse_value(data["before"]),
        after=_parse_value(data["after"]),
        direction=data["direction"],
        status=read_status(data["status"], evidence["sightings"], evidence["needed"]),
        verdict_before=verdict["before"],
        verdict_after=verdict["after"],
        first_record=data.get("first_record", ""),
        **_parse_evidence(evidence),
    )


def _parse_evidence(evidence: JsonObject) -> WrittenJson:
    """What `_serialize_evidence` wrote, by the fields of a finding."""
    return {
        "url": evidence["url"],
        "revision": evidence["revision"],
        "first_seen": evidence["first_seen"],
        "last_counted": evidence["seen"],
        "sightings": evidence["sightings"],
        "sightings_needed": evidence["needed"],
        "affects": tuple(evidence["affects"]),
        "label_changes": tuple(LabelChange(**row) for row in evidence.get("labels", ())),
        "text_diff": _parse_text_diff(evidence["text"]) if "text" in evidence else None,
    }


def serialize_event(event: Event) -> WrittenJson:
    """The form of an event in schemas/event.schema.json."""
    curated = {"date": event.date, "summary": event.summary}
    return {
        **serialize_finding(event.finding),
        "run": event.run,
        "time": event.time,
        **{key: value for key, value in curated.items() if value},
    }


def parse_event(data: JsonObject) -> Event:
    """The event that was written, in any format. Raises what parse_finding raises."""
    return Event(
        finding=parse_finding(data),
        run=data["run"],
        time=data["time"],
        date=data.get("date", ""),
        summary=data.get("summary", ""),
    )


def _serialize_text_diff(diff: LicenseTextDiff) -> WrittenJson:
    return {
        "before": diff.before,
        "after": diff.after,
        "striking": list(diff.highlights),
        "passages": list(diff.passages),
        "terms": list(diff.terms),
        "note": diff.note,
    }


def _parse_text_diff(data: JsonObject) -> LicenseTextDiff:
    return LicenseTextDiff(
        before=data["before"],
        after=data["after"],
        highlights=tuple(data["striking"]),
        passages=tuple(data["passages"]),
        terms=tuple(data["terms"]),
        note=data["note"],
    )


def _dump_value(value: FindingValue) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _parse_value(value: Any) -> FindingValue:
    return tuple(value) if isinstance(value, list) else value
