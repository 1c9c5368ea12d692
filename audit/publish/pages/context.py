"""What the pages are made from: the registry, its verdicts (judged once), and its history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from audit.core.memory import without_collection
from audit.definitions import osaid
from audit.definitions.base import Step, Verdict
from audit.definitions.catalog import judge_all
from audit.publish.pages.cache import Keys, Remembered
from audit.records.model import Model, Registry

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """The registry with every verdict as pages show it, and the confirmed events of each record, newest first."""

    registry: Registry
    verdicts: Mapping[str, Mapping[str, Verdict]]
    events: Mapping[str, tuple[Event, ...]]
    keys: Mapping[str, str] = field(default_factory=dict)
    """By model: the digest of all that its section follows from."""
    remembered: Remembered = field(default_factory=Remembered)

    def label(self, model: Model) -> str:
        """The plain label of a model."""
        return self.verdicts[model.id]["spectrum"].value

    def recent(self, most: int) -> list[Event]:
        """The newest events of all records."""
        found = [event for events in self.events.values() for event in events]
        return sorted(found, key=lambda each: (str(each["time"]), str(each["record"])), reverse=True)[:most]


def judged(registry: Registry, events: Iterable[Event] = (), digests: Mapping[str, str] | None = None, remembered: Remembered | None = None) -> Judged:
    """Judge every model once, or remember it where `digests` say that nothing changed.

    Events that were only suspected are no history. Raises BadExpression.
    """
    by_record: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda each: str(each["time"]), reverse=True):
        if event["status"] != "suspected":
            by_record[str(event["record"])].append(event)
    memory = remembered or Remembered()
    with without_collection():
        keys = Keys(registry, digests, by_record) if digests else None
        named = {model.id: keys.of(model) for model in registry.models.values()} if keys else {}
        verdicts = {model.id: _remembered(model, registry, memory, named.get(model.id, "")) for model in registry.models.values()}
    return Judged(registry, verdicts, {record: tuple(found) for record, found in by_record.items()}, named, memory)


def _slim(verdict: Verdict) -> Verdict:
    """What pages show: the first refusal, and the first of what is missing but for OSAID; all steps of ten thousand models fill a gigabyte."""
    refusal = tuple(Step("", "", "no", "", needs=step.needs) for step in verdict.steps if step.answer == "no" and step.needs)[:1]
    most = None if verdict.framework == osaid.FRAMEWORK else 1
    return replace(verdict, steps=refusal, measures=(), missing=verdict.missing[:most], to_improve=verdict.to_improve[:most])


def _remembered(model: Model, registry: Registry, memory: Remembered, key: str) -> dict[str, Verdict]:
    known = memory.verdicts(key)
    if known is None:
        known = {each.framework: _slim(each) for each in judge_all(model, registry)}
        memory.remember_verdicts(key, known.values())
    return known
