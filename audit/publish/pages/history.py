"""The history of a record as lines of a page."""

from audit.core.escape import escape_markdown
from audit.core.markdown import format_markdown_link
from audit.drift.events import Event
from audit.drift.finding import Finding, FindingStatus, format_observed_value
from audit.drift.kinds import find_drift_kind
from audit.publish.pages.context import JudgedRegistry

MAX_HISTORY_LINES = 12
_ENDING_WORDS: dict[FindingStatus, str] = {
    "reverted": " — and back again",
    "accepted": " — taken into the record",
}


def render_history_block(record: str, pages: JudgedRegistry) -> str:
    """One line per event, newest first; empty where nothing is known to have happened."""
    events = pages.events.get(record, ())
    lines = [f"* {render_event_line(event)}" for event in events[:MAX_HISTORY_LINES]]
    if len(events) > MAX_HISTORY_LINES:
        lines.append(f"* … and {len(events) - MAX_HISTORY_LINES} more in registry/events")
    return "\n".join(["History:\n", *lines]) if lines else ""


def render_event_line(event: Event) -> str:
    """What happened, when, and where it is shown."""
    source = format_markdown_link("source", event.finding.url)
    words = escape_markdown(event.summary) if event.summary else _describe_change(event.finding)
    return f"{event.day}: {words}{_describe_moved_label(event)} ({source})"


def _describe_moved_label(event: Event) -> str:
    """What it made of the label. Moves by rules or facts of ours are no events."""
    before, after = event.labels
    is_told_already = event.finding.status == "accepted"
    if is_told_already or not before or not after or before == after:
        return ""
    return f"; {before} → {after}, because: upstream"


def _describe_change(finding: Finding) -> str:
    kind = find_drift_kind(finding.kind)
    before = escape_markdown(format_observed_value(finding.before))
    after = escape_markdown(format_observed_value(finding.after))
    ending = _ENDING_WORDS.get(finding.status, "")
    return f"{kind.sentence} {before} {kind.joint} {after}{ending}"
