"""What the registry says of the datasets that a project uses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from audit.core.grouping import group_pairs
from audit.drift.finding import Finding
from audit.projects.finding.mention import Mention
from audit.projects.policy import find_harmful_drift
from audit.projects.policy_rules import ProjectPolicy
from audit.projects.watch import WatchedModel
from audit.records.dataset import Dataset
from audit.records.registry import Registry


@dataclass(frozen=True)
class WatchedDataset:
    """One dataset of the project."""

    name: str
    places: tuple[Mention, ...]
    dataset: Dataset | None = None
    """Its record, if there is one."""
    drift: tuple[Finding, ...] = ()
    broken: tuple[str, ...] = ()
    """How it breaks the policy."""

    @property
    def id(self) -> str:
        """That of its record, else as the project writes it."""
        return self.dataset.id if self.dataset else self.name

    @property
    def license(self) -> str | None:
        """The terms on record."""
        return self.dataset.license if self.dataset else None

    @property
    def is_used(self) -> bool:
        """Whether it is more than named to a reader."""
        return any(place.is_use for place in self.places)


def judge_project_datasets(
    mentions: Iterable[Mention],
    registry: Registry,
    findings: Sequence[Finding] = (),
    policy: ProjectPolicy | None = None,
) -> list[WatchedDataset]:
    """The datasets that are named, with their state and terms, and whether the policy is kept."""
    found = group_pairs(
        (find_dataset_id(each, registry) or each.model, each)
        for each in mentions
        if each.kind == "dataset"
    )
    watched = (_build_watched(registry, places, findings) for _, places in sorted(found.items()))
    return [_judge_dataset(each, policy or ProjectPolicy()) for each in watched]


def find_dataset_id(mention: Mention, registry: Registry) -> str:
    """The id of today; empty for one that no record knows."""
    lower = mention.model.lower()
    for dataset in registry.datasets.values():
        if lower in _list_lower_names(dataset):
            return dataset.id
    return _find_bare_id(lower, registry)


def _find_bare_id(name: str, registry: Registry) -> str:
    """The one dataset of this name, whoever owns it."""
    same = [id for id in registry.datasets if id.lower().rpartition("/")[2] == name]
    return same[0] if len(same) == 1 else ""


def _list_lower_names(dataset: Dataset) -> list[str]:
    return [name.lower() for name in (dataset.id, *dataset.former_ids)]


def _build_watched(
    registry: Registry, places: Iterable[Mention], findings: Iterable[Finding]
) -> WatchedDataset:
    where = tuple(places)
    dataset = registry.datasets.get(find_dataset_id(where[0], registry))
    drift = tuple(each for each in findings if dataset and each.record == dataset.ref)
    return WatchedDataset(where[0].model, where, dataset, drift)


def _judge_dataset(watched: WatchedDataset, policy: ProjectPolicy) -> WatchedDataset:
    if not watched.is_used:
        return watched
    return replace(watched, broken=tuple(_list_violations(watched, policy)))


def _list_violations(watched: WatchedDataset, policy: ProjectPolicy) -> Iterator[str]:
    """What a project trains on is data under terms, as the data of its models are."""
    if policy.data_licenses is not None and watched.license not in policy.data_licenses:
        told = f"{watched.license} is not allowed" if watched.license else "is not known"
        yield f"the license of this data: {told}"
    if not policy.allows_drift:
        yield from find_harmful_drift(watched.drift)


def show_as_model(watched: WatchedDataset) -> WatchedModel:
    """The dataset in a report that has rows of models."""
    return WatchedModel(
        watched.name,
        watched.places,
        recorded=watched.dataset is not None,
        id=f"datasets/{watched.id}",
        drift=watched.drift,
        broken=watched.broken,
    )


def serialize_watched_dataset(watched: WatchedDataset) -> dict[str, Any]:
    """One dataset for programs."""
    dataset = watched.dataset
    return {
        "dataset": watched.name,
        "id": dataset.id if dataset else None,
        "places": [f"{place.file}:{place.line}" for place in watched.places],
        "used": watched.is_used,
        "recorded": dataset is not None,
        "status": dataset.status if dataset else None,
        "class": dataset.availability.class_ if dataset else None,
        "license": watched.license,
        "drift": [finding.kind for finding in watched.drift],
        "broken": list(watched.broken),
    }
