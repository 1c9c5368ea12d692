"""The registry as it stood on a past day: the events after that day are taken back, latest first.

What no event and no date speaks of is taken as it is recorded today; the answer says which facts were put back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from audit.licenses.hub_tags import license_of_tag
from audit.records.model import Component, Dataset, Evidence, Gate, Model, Registry, Status

WEIGHTS = "model-parameters-final"
NOT_YET = "not released yet"
_CHANGED, _UNDONE = "confirmed", "returned"
_GONE = {"weights-gone", "data-gone", "repo-disabled"}


@dataclass(frozen=True)
class PutBack:
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
    put_back: tuple[PutBack, ...]

    def about(self, refs: Iterable[str]) -> tuple[PutBack, ...]:
        """What was put back in these records."""
        wanted = set(refs)
        return tuple(each for each in self.put_back if each.record in wanted)


def as_of(registry: Registry, events: Iterable[Mapping[str, Any]], day: str) -> PastRegistry:
    """The registry on `day` (YYYY-MM-DD). `events` is the history; what was only suspected never counted."""
    models, datasets = dict(registry.models), dict(registry.datasets)
    put_back: list[PutBack] = []
    for event in sorted(events, key=lambda each: str(each["time"]), reverse=True):
        date = str(event.get("date") or event["time"][:10])
        side = _side(date, day)
        if event["status"] not in (_CHANGED, _UNDONE) or side == "before":
            continue
        value = None if side == "unclear" else event["before"] if event["status"] == _CHANGED else event["after"]
        folder, _, id = str(event["record"]).partition("/")
        if folder == "models" and id in models:
            models[id] = _model(models[id], event, value, registry)
        elif folder == "datasets" and id in datasets:
            datasets[id] = _dataset(datasets[id], event, value, registry)
        else:
            continue
        put_back.append(PutBack(event["record"], event["field"], _words(value), date, event["evidence"]["url"]))
    for id, model in models.items():
        side = _side(model.released.date, day) if model.released else "before"
        if model.released and side != "before":
            models[id], words = _unreleased(model, side)
            put_back.append(PutBack(model.ref, f"components.{WEIGHTS}.status", words, model.released.date, _url(model.released.evidence)))
    return PastRegistry(replace(registry, models=models, datasets=datasets), tuple(put_back))


def _side(date: str, day: str) -> Literal["before", "after", "unclear"]:
    """On which side of the end of `day` a change lies; a month or a year that contains the day does not say."""
    known = day[: len(date)]
    if date == known and len(date) < len(day):
        return "unclear"
    return "after" if date > known else "before"


def _words(value: Any) -> str:
    return "not known for that day" if value is None else "no" if value is False else str(value)


def _unreleased(model: Model, side: str) -> tuple[Model, str]:
    status, words = ("not-released", NOT_YET) if side == "after" else ("unknown", "not known for that day")
    evidence = model.released.evidence if model.released else ()
    return _with_weights(model, replace(model.weights, status=cast(Status, status), license=None, evidence=evidence)), words


def _url(evidence: tuple[Evidence, ...]) -> str:
    return evidence[0].url if evidence else ""


def _evidence(event: Mapping[str, Any]) -> tuple[Evidence, ...]:
    found = event["evidence"]
    return (Evidence("history", found["url"], found["seen"][:10], "primary", found["revision"], record=event["record"]),)


def _model(model: Model, event: Mapping[str, Any], value: Any, registry: Registry) -> Model:
    field, evidence = str(event["field"]), _evidence(event)
    if event["kind"] in _GONE:
        return _with_weights(model, replace(model.weights, status=_status(value), evidence=evidence))
    if field.startswith("components."):
        _, name, what = field.split(".", 2)
        component = model.components[name]
        changed = (
            replace(component, license=value, evidence=evidence) if what == "license" else replace(component, status=value or "unknown", evidence=evidence)
        )
        return replace(model, components={**model.components, name: _plain(changed)})
    if field == "hub.license_tag":
        license = license_of_tag(value if isinstance(value, str) else None, None, registry)
        return _with_weights(model, replace(model.weights, license=license, evidence=evidence))
    if field == "hub.gated" and model.hub:
        return replace(model, hub=replace(model.hub, gated=_gate(value), evidence=evidence))
    return model


def _plain(component: Component) -> Component:
    """A dispute between today's sources says nothing about the past."""
    return replace(component, conflict=None)


def _with_weights(model: Model, weights: Component) -> Model:
    return replace(model, components={**model.components, WEIGHTS: _plain(weights)})


def _status(value: Any) -> Status:
    return "unknown" if value is None else "not-released" if value == "not publicly reachable" or value == "disabled" else "released"


def _gate(value: Any) -> Gate:
    return "unknown" if value is None else cast(Gate, value)


def _dataset(dataset: Dataset, event: Mapping[str, Any], value: Any, registry: Registry) -> Dataset:
    field, evidence = str(event["field"]), _evidence(event)
    if event["kind"] in _GONE:
        there = {"not-released": "withdrawn", "unknown": "unknown"}.get(_status(value), "released")
        return _with_availability(dataset, there, evidence)
    if field == "availability.status":
        return _with_availability(dataset, value or "unknown", evidence)
    if field == "terms.license":
        return replace(dataset, license=value, license_evidence=evidence)
    if field == "hub.license_tag":
        license = license_of_tag(value if isinstance(value, str) else None, None, registry)
        return replace(dataset, license=license, license_evidence=evidence)
    return dataset


def _with_availability(dataset: Dataset, status: str, evidence: tuple[Evidence, ...]) -> Dataset:
    """Who could obtain it then is not on record; whether it was there is."""
    return replace(dataset, status=cast(Any, status), access="unknown", status_evidence=evidence)
