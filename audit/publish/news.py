"""What of the history is news, in words for people.

Which events those are, the lifecycle decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.core.escape import sanitize_line
from audit.drift.events import Event
from audit.drift.finding import Finding, format_observed_value
from audit.drift.kinds import DriftKind, find_drift_kind
from audit.drift.lifecycle import PUBLISHED_WORDS, select_news

MAX_SUMMARY_CHARACTERS = 300


@dataclass(frozen=True)
class NewsEntry:
    """One event that people should hear of."""

    event: Event

    @property
    def finding(self) -> Finding:
        """What the news is about."""
        return self.event.finding

    @property
    def time(self) -> str:
        """When the audit saw it; in the curated history, the day of the change."""
        return self.event.time

    @property
    def date(self) -> str:
        """For people, as exact as is known."""
        return self.event.day

    @property
    def is_over(self) -> bool:
        """Whether it reports the end of a drift."""
        return self.event.went_back

    @property
    def key(self) -> str:
        """The same for this event in every clone, fork, format and version."""
        return f"{self.finding.id}/{self.time}/{PUBLISHED_WORDS[self.finding.status]}"

    @property
    def sentence(self) -> str:
        """What happened, in one sentence. Of ours: no upstream text."""
        sentence = self.kind.sentence
        if self.is_over:
            return f"Over: upstream is as recorded again. It was: {sentence}"
        return sanitize_line(self.event.summary, MAX_SUMMARY_CHARACTERS) or sentence

    @property
    def headlines(self) -> tuple[str, ...]:
        """What a changed text now says, where the event carries it."""
        text_diff = self.finding.text_diff
        return tuple(sanitize_line(line) for line in text_diff.highlights) if text_diff else ()

    @property
    def change_values(self) -> tuple[str, str]:
        """The value before and after this event, on one line each; upstream text."""
        before, after = self.event.values
        return (
            sanitize_line(format_observed_value(before)),
            sanitize_line(format_observed_value(after)),
        )

    @property
    def kind(self) -> DriftKind:
        """What kind of drift it is."""
        return find_drift_kind(self.finding.kind)

    @property
    def label_change(self) -> tuple[str, str] | None:
        """The plain label before and after, where it moved."""
        before, after = self.event.labels
        return (before, after) if before and after and before != after else None


def collect_news(events: Iterable[Event]) -> list[NewsEntry]:
    """The news of a history, newest first."""
    news = [NewsEntry(event) for event in select_news(events)]
    return sorted(news, key=_rank_entry, reverse=True)


def _rank_entry(entry: NewsEntry) -> tuple[str, str, str]:
    return entry.time, entry.finding.record, entry.key
