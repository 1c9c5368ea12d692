"""The registry as it stood on a past day: the events after that day are taken back, latest first.

What no event and no date speaks of is taken as it is recorded today; the answer says which facts
were put back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from audit.definitions.permission_certainty import RESTORED_KEY
from audit.drift.events import Event
from audit.drift.finding import Finding, FindingValue
from audit.drift.kinds import find_drift_kind
from audit.drift.lifecycle import has_changed_upstream
from audit.licenses.hub_tags import find_license_of_tag
from audit.records.component import Component, ComponentStatus
from audit.records.dataset import Dataset, DatasetTerms
from audit.records.evidence import Evidence
from audit.records.hub_pins import HubGate
from audit.records.model import Model, ReleaseDate
from audit.records.registry import Registry

WEIGHTS_COMPONENT = "model-parameters-final"
NOT_YET_RELEASED = "not released yet"

_NOT_KNOWN = "not known for that day"


_Side = Literal["before", "after", "unclear"]


@dataclass(frozen=True)
class RestoredFact:
    """One fact as it was on the day asked about."""

    record: str
    field: str
    value: str
    """The value on that day, in plain words."""
    changed: str
    """Date of the change that was taken back, as exact as its source."""
    url: str


@dataclass(frozen=True)
class PastRegistry:
    """The registry on a past day, and what makes it differ from today's."""

    registry: Registry
    restored_facts: tuple[RestoredFact, ...]

    def filter_restored_facts(self, refs: Iterable[str]) -> tuple[RestoredFact, ...]:
        """What was put back in these records."""
        wanted = set(refs)
        return tuple(each for each in self.restored_facts if each.record in wanted)


def restore_registry_as_of(registry: Registry, events: Iterable[Event], day: str) -> PastRegistry:
    """The registry on `day` (YYYY-MM-DD).

    `events` is the history; what was only suspected never counted.
    """
    past = replace(registry, models=dict(registry.models), datasets=dict(registry.datasets))
    restored = [*_take_back_events(past, events, day), *_take_back_releases(past, day)]
    return PastRegistry(past, tuple(restored))


def _take_back_events(past: Registry, events: Iterable[Event], day: str) -> Iterator[RestoredFact]:
    """Put back what changed after the day, latest first, so that the earliest value stands."""
    for event in sorted(events, key=_get_event_time, reverse=True):
        side = _locate_change(event.day, day)
        if side == "before" or not has_changed_upstream(event):
            continue
        value = None if side == "unclear" else event.values[0]
        if _restore_record(past, event.finding, value):
            yield _describe_restored(event, value)


def _get_event_time(event: Event) -> str:
    return event.time


def _take_back_releases(past: Registry, day: str) -> Iterator[RestoredFact]:
    for id, model in past.models.items():
        if model.released is None:
            continue
        side = _locate_change(model.released.date, day)
        if side != "before":
            past.models[id], words = _take_back_release(model, side)
            yield _describe_release(model, model.released, words)


def _restore_record(past: Registry, finding: Finding, value: FindingValue) -> bool:
    """Put a value back into the record of a finding; False where that has no record any more."""
    folder, _, id = finding.record.partition("/")
    if folder == "models" and id in past.models:
        past.models[id] = _restore_model(past.models[id], finding, value, past)
        return True
    if folder == "datasets" and id in past.datasets:
        past.datasets[id] = _restore_dataset(past.datasets[id], finding, value, past)
        return True
    return False


def _describe_restored(event: Event, value: FindingValue) -> RestoredFact:
    finding = event.finding
    return RestoredFact(finding.record, finding.field, _format_value(value), event.day, finding.url)


def _describe_release(model: Model, released: ReleaseDate, words: str) -> RestoredFact:
    return RestoredFact(
        model.ref,
        f"components.{WEIGHTS_COMPONENT}.status",
        words,
        released.date,
        _get_first_url(released.evidence),
    )


def _locate_change(date: str, day: str) -> _Side:
    """On which side of the end of `day` a change lies.

    A month that contains the day does not say.
    """
    known = day[: len(date)]
    if date == known and len(date) < len(day):
        return "unclear"
    return "after" if date > known else "before"


def _format_value(value: FindingValue) -> str:
    if value is None:
        return _NOT_KNOWN
    if isinstance(value, tuple):
        return ", ".join(value)
    return "no" if value is False else str(value)


def _take_back_release(model: Model, side: str) -> tuple[Model, str]:
    """The model before its release, and that state in plain words."""
    status: ComponentStatus = "not-released" if side == "after" else "unknown"
    words = NOT_YET_RELEASED if side == "after" else _NOT_KNOWN
    evidence = model.released.evidence if model.released else ()
    weights = replace(model.weights, status=status, license=None, evidence=evidence)
    return _replace_component(model, weights), words


def _get_first_url(evidence: tuple[Evidence, ...]) -> str:
    return evidence[0].url if evidence else ""


def _build_finding_evidence(finding: Finding) -> tuple[Evidence, ...]:
    return (
        Evidence(
            RESTORED_KEY,
            finding.url,
            finding.last_counted[:10],
            "primary",
            finding.revision,
            record=finding.record,
        ),
    )


def _restore_model(
    model: Model, finding: Finding, value: FindingValue, registry: Registry
) -> Model:
    evidence = _build_finding_evidence(finding)
    if _is_availability_end(finding):
        status = _parse_status(value)
        return _replace_component(model, replace(model.weights, status=status, evidence=evidence))
    if finding.field.startswith("components."):
        return _restore_component(model, finding.field, value, evidence)
    if finding.field == "hub.license_tag":
        license = _find_license(value, registry)
        return _replace_component(model, replace(model.weights, license=license, evidence=evidence))
    if finding.field == "hub.gated":
        return _restore_gate(model, value, evidence)
    return model


def _restore_gate(model: Model, value: FindingValue, evidence: tuple[Evidence, ...]) -> Model:
    if model.hub is None:
        return model
    return replace(model, hub=replace(model.hub, gated=_parse_gate(value), evidence=evidence))


def _restore_component(
    model: Model, field: str, value: FindingValue, evidence: tuple[Evidence, ...]
) -> Model:
    _, name, what = field.split(".", 2)
    component = replace(model.components[name], evidence=evidence)
    if what == "license":
        license = cast("str | None", value)
        return _replace_component(model, replace(component, license=license))
    status = cast("ComponentStatus", value or "unknown")
    return _replace_component(model, replace(component, status=status))


def _find_license(value: FindingValue, registry: Registry) -> str | None:
    return find_license_of_tag(value if isinstance(value, str) else None, None, registry)


def _is_availability_end(finding: Finding) -> bool:
    """Whether the record's own thing was lost, and not a code repository that it names."""
    return find_drift_kind(finding.kind).ends_availability and finding.field != "url"


def _replace_component(model: Model, component: Component) -> Model:
    """A dispute between today's sources says nothing about the past, so it is dropped."""
    past = replace(component, conflict=None)
    return replace(model, components={**model.components, component.name: past})


def _parse_status(value: FindingValue) -> ComponentStatus:
    if value is None:
        return "unknown"
    return "withdrawn" if value in ("not publicly reachable", "disabled") else "released"


def _parse_gate(value: FindingValue) -> HubGate:
    return "unknown" if value is None else cast("HubGate", value)


def _restore_dataset(
    dataset: Dataset, finding: Finding, value: FindingValue, registry: Registry
) -> Dataset:
    evidence = _build_finding_evidence(finding)
    if _is_availability_end(finding):
        return _replace_availability(dataset, _parse_dataset_status(value), evidence)
    if finding.field == "availability.status":
        return _replace_availability(dataset, str(value or "unknown"), evidence)
    if finding.field == "terms.license":
        license = cast("str | None", value)
        return replace(dataset, terms=DatasetTerms(license, evidence))
    if finding.field == "hub.license_tag":
        return replace(dataset, terms=DatasetTerms(_find_license(value, registry), evidence))
    return dataset


def _parse_dataset_status(value: FindingValue) -> str:
    return _parse_status(value)


def _replace_availability(dataset: Dataset, status: str, evidence: tuple[Evidence, ...]) -> Dataset:
    """Who could obtain it then is not on record; whether it was there is."""
    there = replace(
        dataset.availability, status=cast(Any, status), class_="unknown", evidence=evidence
    )
    return replace(dataset, availability=there)
