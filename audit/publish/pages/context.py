"""What the pages are made from: the registry, its verdicts (judged once), and its history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from audit.core.memory import pause_garbage_collection
from audit.definitions import osaid
from audit.definitions.base import Step, Verdict
from audit.definitions.catalog import judge_by_all_definitions
from audit.publish.pages.cache import CacheKeys, PageCache
from audit.records.model import Model, Registry

EventData = Mapping[str, Any]


@dataclass(frozen=True)
class JudgedRegistry:
    """The registry with every verdict as pages show it, and the confirmed events of each record, newest first."""

    registry: Registry
    verdicts: Mapping[str, Mapping[str, Verdict]]
    events: Mapping[str, tuple[EventData, ...]]
    cache_keys: Mapping[str, str] = field(default_factory=dict)
    """By model: the digest of all that its section follows from."""
    cache: PageCache = field(default_factory=PageCache)

    def find_label(self, model: Model) -> str:
        """The plain label of a model."""
        return self.verdicts[model.id]["spectrum"].value

    def list_recent_events(self, most: int) -> list[EventData]:
        """The newest events of all records."""
        found = [event for events in self.events.values() for event in events]
        return sorted(
            found, key=lambda each: (str(each["time"]), str(each["record"])), reverse=True
        )[:most]


def judge_registry(
    registry: Registry,
    events: Iterable[EventData] = (),
    digests: Mapping[str, str] | None = None,
    remembered: PageCache | None = None,
) -> JudgedRegistry:
    """Judge every model once, or remember it where `digests` say that nothing changed.

    Events that were only suspected are no history. Raises BadExpression.
    """
    by_record: dict[str, list[EventData]] = defaultdict(list)
    for event in sorted(events, key=lambda each: str(each["time"]), reverse=True):
        if event["status"] != "suspected":
            by_record[str(event["record"])].append(event)
    memory = remembered or PageCache()
    with pause_garbage_collection():
        keys = CacheKeys(registry, digests, by_record) if digests else None
        named = (
            {model.id: keys.compute_key(model) for model in registry.models.values()}
            if keys
            else {}
        )
        verdicts = {
            model.id: _load_or_judge(model, registry, memory, named.get(model.id, ""))
            for model in registry.models.values()
        }
    return JudgedRegistry(
        registry,
        verdicts,
        {record: tuple(found) for record, found in by_record.items()},
        named,
        memory,
    )


def _trim_verdict(verdict: Verdict) -> Verdict:
    """What pages show: the first refusal, and the first of what is missing but for OSAID; all steps of ten thousand models fill a gigabyte."""
    refusal = tuple(
        Step("", "", "no", "", needs=step.needs)
        for step in verdict.steps
        if step.answer == "no" and step.needs
    )[:1]
    most = None if verdict.framework == osaid.ID else 1
    return replace(
        verdict,
        steps=refusal,
        measures=(),
        missing=verdict.missing[:most],
        to_improve=verdict.to_improve[:most],
    )


def _load_or_judge(
    model: Model, registry: Registry, memory: PageCache, key: str
) -> dict[str, Verdict]:
    known = memory.load_verdicts(key)
    if known is None:
        known = {
            each.framework: _trim_verdict(each)
            for each in judge_by_all_definitions(model, registry)
        }
        memory.keep_verdicts(key, known.values())
    return known
