"""The history of a record as lines of a page."""

from audit.core.escape import escape_markdown
from audit.core.markdown import format_markdown_link
from audit.drift.finding import format_observed_value
from audit.drift.kinds import find_drift_kind
from audit.publish.pages.context import EventData, JudgedRegistry

MAX_HISTORY_LINES = 12


def render_history_block(record: str, pages: JudgedRegistry) -> str:
    """One line per event, newest first; empty where nothing is known to have happened."""
    events = pages.events.get(record, ())
    lines = [f"* {render_event_line(event)}" for event in events[:MAX_HISTORY_LINES]]
    if len(events) > MAX_HISTORY_LINES:
        lines.append(f"* … and {len(events) - MAX_HISTORY_LINES} more in registry/events")
    return "\n".join(["History:\n", *lines]) if lines else ""


def render_event_line(event: EventData) -> str:
    """What happened, when, and where it is shown."""
    date = str(event.get("date") or event["time"][:10])
    if event.get("summary"):
        return f"{date}: {escape_markdown(str(event['summary']))} ({format_markdown_link('source', event['evidence']['url'])})"
    undone = {"returned": " — and back again", "resolved": " — taken into the record"}.get(
        event["status"], ""
    )
    change = f"{escape_markdown(_format_event_value(event['before']))} → {escape_markdown(_format_event_value(event['after']))}"
    return f"{date}: {find_drift_kind(event['kind']).sentence} {change}{undone} ({format_markdown_link('source', event['evidence']['url'])})"


def _format_event_value(value: object) -> str:
    return format_observed_value(
        tuple(map(str, value))
        if isinstance(value, list)
        else value
        if isinstance(value, str | bool) or value is None
        else str(value)
    )
