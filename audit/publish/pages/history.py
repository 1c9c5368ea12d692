"""The history of a record as lines of a page."""

from audit.core.markdown import link, text
from audit.drift.kinds import sentence, shown
from audit.publish.pages.context import Event, Judged

MAX_LINES = 12


def history_lines(record: str, pages: Judged) -> list[str]:
    """One line per event, newest first; empty where nothing is known to have happened."""
    events = pages.events.get(record, ())
    more = [f"… and {len(events) - MAX_LINES} more in registry/events"] if len(events) > MAX_LINES else []
    return [event_line(each) for each in events[:MAX_LINES]] + more


def event_line(event: Event) -> str:
    """What happened, when, and where it is shown."""
    date = str(event.get("date") or event["time"][:10])
    if event.get("summary"):
        return f"{date}: {text(str(event['summary']))} ({link('source', event['evidence']['url'])})"
    undone = {"returned": " — and back again", "resolved": " — taken into the record"}.get(event["status"], "")
    change = f"{text(_value(event['before']))} → {text(_value(event['after']))}"
    return f"{date}: {sentence(event['kind'])} {change}{undone} ({link('source', event['evidence']['url'])})"


def _value(value: object) -> str:
    return shown(tuple(map(str, value)) if isinstance(value, list) else value if isinstance(value, str | bool) or value is None else str(value))
