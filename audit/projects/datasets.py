"""What the registry says of the datasets that a project uses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from audit.core.grouping import group_pairs
from audit.drift.finding import Finding
from audit.projects.finding.mention import Mention
from audit.records.dataset import Dataset
from audit.records.registry import Registry


@dataclass(frozen=True)
class WatchedDataset:
    """One dataset of the project."""

    name: str
    places: tuple[Mention, ...]
    dataset: Dataset
    drift: tuple[Finding, ...] = ()


def judge_project_datasets(
    mentions: Iterable[Mention], registry: Registry, findings: Sequence[Finding]
) -> list[WatchedDataset]:
    """The recorded datasets that are named, with their state and terms."""
    found = group_pairs(
        (find_dataset_id(each, registry), each) for each in mentions if each.kind == "dataset"
    )
    return [
        _judge_dataset(registry.datasets[id], tuple(places), findings)
        for id, places in sorted(found.items())
        if id
    ]


def find_dataset_id(mention: Mention, registry: Registry) -> str:
    """The id of today; empty for one that no record knows."""
    lower = mention.model.lower()
    for dataset in registry.datasets.values():
        if lower in _list_lower_names(dataset):
            return dataset.id
    return ""


def _list_lower_names(dataset: Dataset) -> list[str]:
    return [name.lower() for name in (dataset.id, *dataset.former_ids)]


def _judge_dataset(
    dataset: Dataset, places: tuple[Mention, ...], findings: Sequence[Finding]
) -> WatchedDataset:
    drift = tuple(each for each in findings if each.record == dataset.ref)
    return WatchedDataset(places[0].model, places, dataset, drift)


def serialize_watched_dataset(watched: WatchedDataset) -> dict[str, Any]:
    """One dataset for programs."""
    dataset = watched.dataset
    return {
        "dataset": watched.name,
        "id": dataset.id,
        "places": [f"{place.file}:{place.line}" for place in watched.places],
        "status": dataset.status,
        "class": dataset.availability.class_,
        "license": dataset.license,
        "drift": [finding.kind for finding in watched.drift],
    }
