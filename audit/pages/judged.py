"""What the pages are made from: the registry, its verdicts (judged once), and its history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.frameworks.base import Verdict
from audit.frameworks.catalogue import judge_all
from audit.records.types import Model, Registry

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """The registry with every verdict and the confirmed events of each record, newest first."""

    registry: Registry
    verdicts: Mapping[str, Mapping[str, Verdict]]
    events: Mapping[str, tuple[Event, ...]]

    def label(self, model: Model) -> str:
        """The plain label of a model."""
        return self.verdicts[model.id]["spectrum"].value

    def recent(self, most: int) -> list[Event]:
        """The newest events of all records."""
        found = [event for events in self.events.values() for event in events]
        return sorted(found, key=lambda each: (str(each["time"]), str(each["record"])), reverse=True)[:most]


def judged(registry: Registry, events: Iterable[Event] = ()) -> Judged:
    """Judge every model once. Events that were only suspected are no history. Raises BadExpression."""
    verdicts = {model.id: {each.framework: each for each in judge_all(model, registry)} for model in registry.models.values()}
    by_record: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda each: str(each["time"]), reverse=True):
        if event["status"] != "suspected":
            by_record[str(event["record"])].append(event)
    return Judged(registry, verdicts, {record: tuple(found) for record, found in by_record.items()})
