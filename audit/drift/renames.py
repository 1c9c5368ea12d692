"""Records that we renamed: what was written under a former name belongs to the record of today.

An id of a finding follows from the name under which its record was first published, so that a
rename of ours opens no issue again and repeats no entry of a feed.
"""

from dataclasses import replace

from audit.drift.events import Event
from audit.drift.finding import Finding
from audit.records.registry import Registry


def find_first_name(record: str, registry: Registry) -> str:
    """The name under which a record was first published; empty where it is the one of today."""
    first = registry.find_first_ref(record)
    return "" if first == record else first


def follow_renamed_finding(finding: Finding, registry: Registry) -> Finding:
    """The finding under the name that its record has today."""
    record = registry.find_current_ref(finding.record)
    affects = tuple(registry.find_current_ref(ref) for ref in finding.affects)
    if (record, affects) == (finding.record, finding.affects):
        return finding
    labels = tuple(
        replace(change, record=registry.find_current_ref(change.record))
        for change in finding.label_changes
    )
    return replace(
        finding,
        record=record,
        affects=affects,
        label_changes=labels,
        first_record=find_first_name(record, registry),
    )


def follow_renamed_event(event: Event, registry: Registry) -> Event:
    """The event under the name that its record has today."""
    finding = follow_renamed_finding(event.finding, registry)
    return event if finding is event.finding else replace(event, finding=finding)
