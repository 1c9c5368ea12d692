"""An event: what became of a finding in one run. The history is a list of them."""

from dataclasses import dataclass
from typing import TypeVar

from audit.drift.finding import Finding, FindingValue

Value = TypeVar("Value")


@dataclass(frozen=True)
class Event:
    """A finding as it was after one run that changed it."""

    finding: Finding
    run: str
    time: str
    """Start of the run, UTC; in the curated history, the day of the change."""
    date: str = ""
    """Only in the curated history: the day of the change, as exact as its source."""
    summary: str = ""
    """Only in the curated history: what happened, in a sentence of a person."""

    @property
    def day(self) -> str:
        """When it happened, for people, as exact as is known."""
        return self.date or self.time[:10]

    @property
    def is_curated(self) -> bool:
        """Written by people about the past; the audit never saw it."""
        return bool(self.date)

    @property
    def went_back(self) -> bool:
        """Upstream is as recorded again: what the finding calls `after` was before this event."""
        return self.finding.status == "reverted"

    @property
    def values(self) -> tuple[FindingValue, FindingValue]:
        """The value before and after this event."""
        return self._put_in_order(self.finding.before, self.finding.after)

    @property
    def labels(self) -> tuple[str | None, str | None]:
        """The plain label before and after this event."""
        return self._put_in_order(self.finding.verdict_before, self.finding.verdict_after)

    def _put_in_order(self, before: Value, after: Value) -> tuple[Value, Value]:
        """In time: what the finding calls before came last where upstream went back."""
        return (after, before) if self.went_back else (before, after)
