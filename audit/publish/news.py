"""What of the history is news: confirmed drift and its end. Suspicions and the registry's own corrections are not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.core.escape import plain
from audit.drift.finding import Finding
from audit.drift.finding_json import finding_from_json
from audit.drift.kinds import sentence, shown

MAX_SUMMARY = 300


@dataclass(frozen=True)
class News:
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
    def over(self) -> bool:
        """Whether it tells the end of a drift."""
        return self.finding.status == "returned"

    @property
    def key(self) -> str:
        """The same for this event in every clone, fork and format."""
        return f"{self.finding.id}/{self.time}/{self.finding.status}"

    @property
    def said(self) -> str:
        """What happened, in one sentence. Of ours: no upstream text."""
        if self.over:
            return f"Over: upstream is as recorded again. It was: {sentence(self.finding.kind)}"
        return self.summary or sentence(self.finding.kind)

    @property
    def change(self) -> tuple[str, str]:
        """The value before and after this event, on one line each; upstream text."""
        values = plain(shown(self.finding.before)), plain(shown(self.finding.after))
        return (values[1], values[0]) if self.over else values

    @property
    def label(self) -> tuple[str, str] | None:
        """The plain label before and after, where it moved."""
        before, after = self.finding.verdict_before, self.finding.verdict_after
        if not before or not after or before == after:
            return None
        return (after, before) if self.over else (before, after)


def news(events: Iterable[Mapping[str, Any]]) -> list[News]:
    """The news of a history, newest first. A suspicion that ended without having been confirmed was none."""
    last: dict[str, str] = {}
    found = []
    for event in sorted(events, key=lambda each: str(each["time"])):
        before, status = last.get(event["id"]), event["status"]
        last[event["id"]] = status
        if event.get("technical"):
            continue  # the audit's own upgrade, not the upstream's change
        if status == "confirmed" or (status == "returned" and before == "confirmed"):
            found.append(_news(event))
    return sorted(found, key=lambda each: (each.time, each.finding.record, each.key), reverse=True)


def _news(event: Mapping[str, Any]) -> News:
    time = str(event["time"])
    return News(
        finding=finding_from_json(event),
        time=time,
        date=str(event.get("date") or time[:10]),
        summary=plain(str(event.get("summary") or ""), MAX_SUMMARY),
        headlines=tuple(plain(str(each)) for each in event["evidence"].get("text", {}).get("striking", ())),
    )
