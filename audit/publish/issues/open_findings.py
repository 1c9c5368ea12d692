"""Which findings need an issue, and which issues are to be closed; the lifecycle decides."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from audit.drift.events import Event
from audit.drift.finding import Finding
from audit.drift.lifecycle import find_closing_reason
from audit.drift.targets import build_hub_target
from audit.observations.facts import GITHUB, Target
from audit.observations.page_addresses import build_page_target
from audit.publish.issues.body import build_issue_closure
from audit.publish.issues.types import IssueClosure
from audit.publish.urls import find_hub_pins
from audit.records.registry import Registry
from audit.store.events import EventStore
from audit.store.observations import TargetStateStore
from audit.store.run_status import Heartbeat, read_heartbeat


def load_open_and_closed_findings(
    registry: Registry, root: Path
) -> tuple[list[Finding], dict[str, IssueClosure]]:
    """Confirmed findings that are open, the worst first, and those that are over with the reason.

    Raises InvalidFileError.
    """
    known = _collect_record_refs(registry)
    open_findings = _load_open_findings(root, registry)
    closures = {
        **dict(_find_closed_findings(open_findings, known, registry, root)),
        **_close_removed(open_findings, known),
    }
    return _list_wanted_findings(open_findings.values(), known), closures


def _close_removed(
    open_findings: Mapping[str, Finding], known: frozenset[str]
) -> dict[str, IssueClosure]:
    """Findings about records that the registry has no more."""
    return {
        id: build_issue_closure(finding, "removed")
        for id, finding in open_findings.items()
        if finding.record not in known
    }


def _list_wanted_findings(found: Iterable[Finding], known: frozenset[str]) -> list[Finding]:
    """Those that need an issue, the worst first."""
    wanted = [
        finding for finding in found if finding.record in known and finding.status == "confirmed"
    ]
    return sorted(wanted, key=_rank_finding)


def _collect_record_refs(registry: Registry) -> frozenset[str]:
    folders = (registry.models, registry.datasets, registry.families, registry.licenses)
    return frozenset(record.ref for records in folders for record in records.values())


def _load_open_findings(root: Path, registry: Registry) -> dict[str, Finding]:
    findings = TargetStateStore(root).load_findings(registry)
    return {finding.id: finding for finding in findings}


def _rank_finding(finding: Finding) -> tuple[bool, str, str, str, str]:
    is_milder = finding.direction != "more-closed"
    return (is_milder, finding.first_seen, finding.record, finding.kind, finding.field)


def _find_closed_findings(
    open_findings: Mapping[str, Finding],
    known: frozenset[str],
    registry: Registry,
    root: Path,
) -> Iterator[tuple[str, IssueClosure]]:
    heartbeat = read_heartbeat(root)
    for id, event in _load_last_events(registry, root).items():
        if id not in open_findings:
            reason = find_closing_reason(
                event,
                record_exists=event.finding.record in known,
                was_checked_again=_was_checked_again(event, registry, heartbeat),
            )
            if reason:
                yield id, build_issue_closure(event.finding, reason)


def _load_last_events(registry: Registry, root: Path) -> dict[str, Event]:
    """The last event of each finding."""
    return {
        event.finding.id: event
        for event in EventStore(root).load_events(registry)
        # The curated history speaks of times before there were issues.
        if not event.is_curated
    }


def _was_checked_again(event: Event, registry: Registry, heartbeat: Heartbeat | None) -> bool:
    """Whether a run after the event could verify the target."""
    if heartbeat is None or heartbeat.started <= event.time:
        return False
    target = _find_target(event.finding, registry)
    return target is None or target.key not in heartbeat.unseen


def _find_target(finding: Finding, registry: Registry) -> Target | None:
    """Where the finding was seen; None where the record has no such place any more."""
    if finding.record.startswith("licenses/"):
        return build_page_target(finding.url)
    if finding.field == "url":
        repo = finding.url.rpartition("/repos/")[2]
        return Target(GITHUB, "code", repo)
    pins = find_hub_pins(finding.record, registry)
    return build_hub_target(finding.record, pins) if pins else None
