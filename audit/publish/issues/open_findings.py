"""What the audit's own files say about findings: which stand confirmed, and which are over for good."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from audit.drift.finding import Finding
from audit.drift.finding_json import parse_finding
from audit.drift.targets import build_hub_target
from audit.observations.facts import GITHUB, Target
from audit.publish.issues.body import build_issue_closure
from audit.publish.issues.types import IssueClosure, format_note_marker
from audit.publish.urls import find_hub_pins
from audit.records.model import Registry
from audit.store.events import EventStore
from audit.store.observations import TargetStateStore
from audit.store.run_status import Heartbeat, read_heartbeat


def load_open_and_closed_findings(
    registry: Registry, root: Path
) -> tuple[list[Finding], dict[str, IssueClosure]]:
    """Confirmed findings that stand, the worst first, and those that do not any more with the reason. Raises BadFile."""
    standing = {
        each.id: each
        for observation in TargetStateStore(root).load_states().values()
        for each in observation.findings
    }
    last = {event["id"]: event for event in EventStore(root).load_events() if not event.get("date")}
    gone = dict(_find_closed_findings(last.values(), standing, registry, read_heartbeat(root)))
    known = {
        each.ref
        for records in (registry.models, registry.datasets, registry.families)
        for each in records.values()
    }
    for id, record in {
        **{id: event["record"] for id, event in last.items()},
        **{id: each.record for id, each in standing.items()},
    }.items():
        if record not in known:
            gone[id] = IssueClosure(
                f"The record was removed from the registry.\n\n{format_note_marker(id, 'removed')}",
                "not_planned",
            )
    confirmed = [
        each for id, each in standing.items() if each.status == "confirmed" and id not in gone
    ]
    return sorted(
        confirmed,
        key=lambda each: (
            each.direction != "more-closed",
            each.first_seen,
            each.record,
            each.kind,
            each.field,
        ),
    ), gone


def _find_closed_findings(
    last: Iterable[Mapping[str, Any]],
    standing: Mapping[str, Finding],
    registry: Registry,
    heartbeat: Heartbeat | None,
) -> Iterable[tuple[str, IssueClosure]]:
    for event in last:
        over = event["status"] == "resolved" or (
            event["status"] == "returned" and _has_been_reverified(event, registry, heartbeat)
        )
        if over and event["id"] not in standing:
            yield event["id"], build_issue_closure(parse_finding(event))


def _has_been_reverified(
    event: Mapping[str, Any], registry: Registry, heartbeat: Heartbeat | None
) -> bool:
    """Whether a later run could see the record and found it as recorded too: what flickers is not told twice a day."""
    if heartbeat is None or heartbeat.started <= event["time"]:
        return False
    if event["field"] == "url":
        repo = str(event["evidence"]["url"]).rpartition("/repos/")[2]
        return Target(GITHUB, "code", repo).key not in heartbeat.unseen
    record = str(event["record"])
    hub = find_hub_pins(record, registry)
    return hub is None or build_hub_target(record, hub).key not in heartbeat.unseen
