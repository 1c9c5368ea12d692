"""The registry as it stood on a past day: the events after that day are taken back, latest first.

What no event and no date speaks of is taken as it is recorded today; the answer says which facts were put back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from audit.drift.kinds import find_drift_kind
from audit.licenses.hub_tags import find_license_of_tag
from audit.records.model import (
    Component,
    ComponentStatus,
    Dataset,
    Evidence,
    HubGate,
    Model,
    Registry,
)

WEIGHTS_COMPONENT = "model-parameters-final"
NOT_YET_RELEASED = "not released yet"
_CONFIRMED_STATUS, _RETURNED_STATUS = "confirmed", "returned"


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


def restore_registry_as_of(
    registry: Registry, events: Iterable[Mapping[str, Any]], day: str
) -> PastRegistry:
    """The registry on `day` (YYYY-MM-DD). `events` is the history; what was only suspected never counted."""
    models, datasets = dict(registry.models), dict(registry.datasets)
    put_back: list[RestoredFact] = []
    for event in sorted(events, key=lambda each: str(each["time"]), reverse=True):
        date = str(event.get("date") or event["time"][:10])
        side = _locate_change(date, day)
        if event["status"] not in (_CONFIRMED_STATUS, _RETURNED_STATUS) or side == "before":
            continue
        value = (
            None
            if side == "unclear"
            else event["before"]
            if event["status"] == _CONFIRMED_STATUS
            else event["after"]
        )
        folder, _, id = str(event["record"]).partition("/")
        if folder == "models" and id in models:
            models[id] = _restore_model(models[id], event, value, registry)
        elif folder == "datasets" and id in datasets:
            datasets[id] = _restore_dataset(datasets[id], event, value, registry)
        else:
            continue
        put_back.append(
            RestoredFact(
                event["record"],
                event["field"],
                _format_value(value),
                date,
                event["evidence"]["url"],
            )
        )
    for id, model in models.items():
        side = _locate_change(model.released.date, day) if model.released else "before"
        if model.released and side != "before":
            models[id], words = _take_back_release(model, side)
            put_back.append(
                RestoredFact(
                    model.ref,
                    f"components.{WEIGHTS_COMPONENT}.status",
                    words,
                    model.released.date,
                    _get_first_url(model.released.evidence),
                )
            )
    return PastRegistry(replace(registry, models=models, datasets=datasets), tuple(put_back))


def _locate_change(date: str, day: str) -> Literal["before", "after", "unclear"]:
    """On which side of the end of `day` a change lies; a month or a year that contains the day does not say."""
    known = day[: len(date)]
    if date == known and len(date) < len(day):
        return "unclear"
    return "after" if date > known else "before"


def _format_value(value: Any) -> str:
    return "not known for that day" if value is None else "no" if value is False else str(value)


def _take_back_release(model: Model, side: str) -> tuple[Model, str]:
    status, words = (
        ("not-released", NOT_YET_RELEASED)
        if side == "after"
        else ("unknown", "not known for that day")
    )
    evidence = model.released.evidence if model.released else ()
    return _replace_weights(
        model,
        replace(
            model.weights, status=cast(ComponentStatus, status), license=None, evidence=evidence
        ),
    ), words


def _get_first_url(evidence: tuple[Evidence, ...]) -> str:
    return evidence[0].url if evidence else ""


def _build_event_evidence(event: Mapping[str, Any]) -> tuple[Evidence, ...]:
    found = event["evidence"]
    return (
        Evidence(
            "history",
            found["url"],
            found["seen"][:10],
            "primary",
            found["revision"],
            record=event["record"],
        ),
    )


def _restore_model(model: Model, event: Mapping[str, Any], value: Any, registry: Registry) -> Model:
    field, evidence = str(event["field"]), _build_event_evidence(event)
    if find_drift_kind(event["kind"]).ends_availability:
        return _replace_weights(
            model, replace(model.weights, status=_parse_status(value), evidence=evidence)
        )
    if field.startswith("components."):
        _, name, what = field.split(".", 2)
        component = model.components[name]
        changed = (
            replace(component, license=value, evidence=evidence)
            if what == "license"
            else replace(component, status=value or "unknown", evidence=evidence)
        )
        return replace(model, components={**model.components, name: _drop_conflict(changed)})
    if field == "hub.license_tag":
        license = find_license_of_tag(value if isinstance(value, str) else None, None, registry)
        return _replace_weights(model, replace(model.weights, license=license, evidence=evidence))
    if field == "hub.gated" and model.hub:
        return replace(model, hub=replace(model.hub, gated=_parse_gate(value), evidence=evidence))
    return model


def _drop_conflict(component: Component) -> Component:
    """A dispute between today's sources says nothing about the past."""
    return replace(component, conflict=None)


def _replace_weights(model: Model, weights: Component) -> Model:
    return replace(
        model, components={**model.components, WEIGHTS_COMPONENT: _drop_conflict(weights)}
    )


def _parse_status(value: Any) -> ComponentStatus:
    return (
        "unknown"
        if value is None
        else "not-released"
        if value == "not publicly reachable" or value == "disabled"
        else "released"
    )


def _parse_gate(value: Any) -> HubGate:
    return "unknown" if value is None else cast(HubGate, value)


def _restore_dataset(
    dataset: Dataset, event: Mapping[str, Any], value: Any, registry: Registry
) -> Dataset:
    field, evidence = str(event["field"]), _build_event_evidence(event)
    if find_drift_kind(event["kind"]).ends_availability:
        there = {"not-released": "withdrawn", "unknown": "unknown"}.get(
            _parse_status(value), "released"
        )
        return _replace_availability(dataset, there, evidence)
    if field == "availability.status":
        return _replace_availability(dataset, value or "unknown", evidence)
    if field == "terms.license":
        return replace(dataset, license=value, license_evidence=evidence)
    if field == "hub.license_tag":
        license = find_license_of_tag(value if isinstance(value, str) else None, None, registry)
        return replace(dataset, license=license, license_evidence=evidence)
    return dataset


def _replace_availability(dataset: Dataset, status: str, evidence: tuple[Evidence, ...]) -> Dataset:
    """Who could obtain it then is not on record; whether it was there is."""
    return replace(
        dataset, status=cast(Any, status), availability="unknown", availability_evidence=evidence
    )
