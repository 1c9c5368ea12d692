"""What the pages are made from: the registry, its verdicts (judged once), and its history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from audit.analysis.other_indexes import OtherIndex
from audit.core.collector import hold_collector
from audit.core.grouping import group_pairs
from audit.core.second_process import make_beside
from audit.definitions import osaid
from audit.definitions.base import Step, Verdict
from audit.definitions.catalog import judge_by_all_definitions
from audit.drift.events import Event
from audit.drift.lifecycle import is_history
from audit.records.model import Model
from audit.records.registry import Registry

VerdictByDefinition = Mapping[str, Verdict]
_FEW = 100
"""Models that are not worth a second process."""


@dataclass(frozen=True)
class JudgedRegistry:
    """The registry with its verdicts and, newest first, the confirmed events of each record."""

    registry: Registry
    verdicts: Mapping[str, VerdictByDefinition]
    events: Mapping[str, tuple[Event, ...]]
    indexes: Sequence[OtherIndex] = ()
    """Other indexes of openness, for the page that compares."""

    def find_label(self, model: Model) -> str:
        """The plain label of a model."""
        return self.verdicts[model.id]["spectrum"].value

    def list_recent_events(self, most: int) -> list[Event]:
        """The newest events of all records."""
        found = chain.from_iterable(self.events.values())
        return sorted(found, key=_rank_event, reverse=True)[:most]


def _rank_event(event: Event) -> tuple[str, str]:
    return event.time, event.finding.record


def judge_registry(
    registry: Registry, events: Iterable[Event] = (), indexes: Sequence[OtherIndex] = ()
) -> JudgedRegistry:
    """Judge every model once.

    Events that were only suspected are no history. Raises BadExpression.
    """
    with hold_collector():
        verdicts = _judge_models(registry)
    return JudgedRegistry(registry, verdicts, _group_events_by_record(events), indexes)


def _judge_models(registry: Registry) -> dict[str, VerdictByDefinition]:
    """Half of the models are judged on a second core where there is one."""
    models = list(registry.models.values())
    middle = len(models) // 2
    work = partial(_judge_each, models[middle:], registry)
    with make_beside(work, is_worth=len(models) >= _FEW) as others:
        verdicts = dict(_judge_each(models[:middle], registry))
        verdicts.update(others)
    return verdicts


def _judge_each(
    models: Iterable[Model], registry: Registry
) -> Iterator[tuple[str, VerdictByDefinition]]:
    for model in models:
        yield model.id, _judge_model(model, registry)


def _group_events_by_record(events: Iterable[Event]) -> dict[str, tuple[Event, ...]]:
    newest_first = sorted(filter(is_history, events), key=_get_time, reverse=True)
    by_record = group_pairs((event.finding.record, event) for event in newest_first)
    return {record: tuple(found) for record, found in by_record.items()}


def _get_time(event: Event) -> str:
    return event.time


def _judge_model(model: Model, registry: Registry) -> VerdictByDefinition:
    return {
        verdict.framework: _trim_verdict(verdict)
        for verdict in judge_by_all_definitions(model, registry)
    }


def _trim_verdict(verdict: Verdict) -> Verdict:
    """What pages show.

    The first refusal, and the first of what is missing but for OSAID; all steps of ten thousand
    models fill a gigabyte.
    """
    most = None if verdict.framework == osaid.ID else 1
    return Verdict(
        verdict.framework,
        verdict.version,
        verdict.value,
        _keep_first_refusal(verdict.steps),
        verdict.missing[:most],
        verdict.to_improve[:most],
        one_step_away=verdict.one_step_away,
        second_hand=verdict.second_hand,
        relicensing_suffices=verdict.relicensing_suffices,
    )


def _keep_first_refusal(steps: Iterable[Step]) -> tuple[Step, ...]:
    for step in steps:
        if step.answer == "no" and step.needs:
            return (Step("", "", "no", "", needs=step.needs),)
    return ()
