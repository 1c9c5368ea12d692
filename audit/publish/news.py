"""What of the history is news: confirmed drift and its end. Suspicions and the registry's own corrections are not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.core.escape import sanitize_line
from audit.drift.finding import Finding, format_observed_value
from audit.drift.finding_json import parse_finding
from audit.drift.kinds import find_drift_kind

MAX_SUMMARY_CHARACTERS = 300


@dataclass(frozen=True)
class NewsEntry:
    """One event that people should hear of."""

    finding: Finding
    time: str
    """When the audit saw it; in the curated history, the day of the change."""
    date: str
    """For people, as exact as is known."""
    summary: str = ""
    """A sentence of a person, in the curated history."""
    headlines: tuple[str, ...] = ()
    """What a changed text now says, where the event carries it."""

    @property
    def is_over(self) -> bool:
        """Whether it tells the end of a drift."""
        return self.finding.status == "returned"

    @property
    def key(self) -> str:
        """The same for this event in every clone, fork and format."""
        return f"{self.finding.id}/{self.time}/{self.finding.status}"

    @property
    def sentence(self) -> str:
        """What happened, in one sentence. Of ours: no upstream text."""
        if self.is_over:
            return f"Over: upstream is as recorded again. It was: {find_drift_kind(self.finding.kind).sentence}"
        return self.summary or find_drift_kind(self.finding.kind).sentence

    @property
    def change_values(self) -> tuple[str, str]:
        """The value before and after this event, on one line each; upstream text."""
        values = (
            sanitize_line(format_observed_value(self.finding.before)),
            sanitize_line(format_observed_value(self.finding.after)),
        )
        return (values[1], values[0]) if self.is_over else values

    @property
    def label_change(self) -> tuple[str, str] | None:
        """The plain label before and after, where it moved."""
        before, after = self.finding.verdict_before, self.finding.verdict_after
        if not before or not after or before == after:
            return None
        return (after, before) if self.is_over else (before, after)


def collect_news(events: Iterable[Mapping[str, Any]]) -> list[NewsEntry]:
    """The news of a history, newest first. A suspicion that ended without having been confirmed was none."""
    last: dict[str, str] = {}
    found = []
    for event in sorted(events, key=lambda each: str(each["time"])):
        before, status = last.get(event["id"]), event["status"]
        last[event["id"]] = status
        if event.get("technical"):
            continue  # the audit's own upgrade, not the upstream's change
        if status == "confirmed" or (status == "returned" and before == "confirmed"):
            found.append(_parse_news_entry(event))
    return sorted(found, key=lambda each: (each.time, each.finding.record, each.key), reverse=True)


def _parse_news_entry(event: Mapping[str, Any]) -> NewsEntry:
    time = str(event["time"])
    return NewsEntry(
        finding=parse_finding(event),
        time=time,
        date=str(event.get("date") or time[:10]),
        summary=sanitize_line(str(event.get("summary") or ""), MAX_SUMMARY_CHARACTERS),
        headlines=tuple(
            sanitize_line(str(each))
            for each in event["evidence"].get("text", {}).get("striking", ())
        ),
    )
