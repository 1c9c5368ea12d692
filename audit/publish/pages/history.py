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
    if event.summary:
        return f"{event.day}: {escape_markdown(event.summary)} ({source})"
    return f"{event.day}: {_describe_change(event.finding)} ({source})"


def _describe_change(finding: Finding) -> str:
    sentence = find_drift_kind(finding.kind).sentence
    before = escape_markdown(format_observed_value(finding.before))
    after = escape_markdown(format_observed_value(finding.after))
    ending = _ENDING_WORDS.get(finding.status, "")
    return f"{sentence} {before} → {after}{ending}"
