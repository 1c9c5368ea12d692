"""A finding as JSON: one form for observations, events and reports."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from audit.drift.finding import Finding, Reading, Value


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """The form of the report contract; what the audit must remember stands under `evidence`."""
    return {
        "id": finding.id,
        "record": finding.record,
        "kind": finding.kind,
        "field": finding.field,
        "before": _plain(finding.before),
        "after": _plain(finding.after),
        "direction": finding.direction,
        "status": finding.status,
        "verdict": {"before": finding.verdict_before, "after": finding.verdict_after},
        "evidence": {
            "url": finding.url,
            "revision": finding.revision,
            "seen": finding.last_counted,
            "first_seen": finding.first_seen,
            "sightings": finding.sightings,
            "needed": finding.runs,
            "affects": list(finding.affects),
            **({"text": _reading(finding.reading)} if finding.reading else {}),
        },
    }


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    """The finding that was written. Raises KeyError or TypeError for another form."""
    evidence = data["evidence"]
    return Finding(
        record=data["record"],
        kind=data["kind"],
        field=data["field"],
        before=_value(data["before"]),
        after=_value(data["after"]),
        direction=data["direction"],
        status=data["status"],
        verdict_before=data["verdict"]["before"],
        verdict_after=data["verdict"]["after"],
        url=evidence["url"],
        revision=evidence["revision"],
        first_seen=evidence["first_seen"],
        last_counted=evidence["seen"],
        sightings=evidence["sightings"],
        runs=evidence["needed"],
        affects=tuple(evidence["affects"]),
        reading=_read(evidence["text"]) if "text" in evidence else None,
    )


def _reading(reading: Reading) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(reading).items()}


def _read(data: Mapping[str, Any]) -> Reading:
    return Reading(
        before=data["before"],
        after=data["after"],
        striking=tuple(data["striking"]),
        passages=tuple(data["passages"]),
        terms=tuple(data["terms"]),
        note=data["note"],
    )


def _plain(value: Value) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _value(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value
