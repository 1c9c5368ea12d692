"""Which models and datasets rest on which: what the pages of datasets group by."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from audit.core.grouping import group_pairs, list_alphabetically
from audit.core.references import get_owner
from audit.records.dataset import Dataset
from audit.records.registry import Registry

ModelsByDataset = Mapping[str, Sequence[str]]


def group_datasets_by_publisher(registry: Registry) -> Mapping[str, Sequence[Dataset]]:
    """Datasets by who published them, in alphabetical order."""
    datasets = list_alphabetically(registry.datasets)
    return group_pairs((get_owner(dataset.id), dataset) for dataset in datasets)


@lru_cache(maxsize=4)
def group_models_by_dataset(registry: Registry) -> ModelsByDataset:
    """Models by the datasets that they state."""
    return group_pairs(_pair_datasets_with_models(registry))


def _pair_datasets_with_models(registry: Registry) -> Iterator[tuple[str, str]]:
    for model in list_alphabetically(registry.models):
        for id in model.components["datasets"].datasets:
            yield id, model.id


@lru_cache(maxsize=4)
def group_datasets_by_source(registry: Registry) -> Mapping[str, list[str]]:
    """Datasets by what they were built from, in alphabetical order."""
    return group_pairs(_pair_sources_with_datasets(registry))


def _pair_sources_with_datasets(registry: Registry) -> Iterator[tuple[str, str]]:
    for dataset in list_alphabetically(registry.datasets):
        for source in dict.fromkeys(dataset.derived_from):
            yield source, dataset.id


def find_derived_models(models: set[str], registry: Registry) -> set[str]:
    """Models with one of these among their bases, at any distance."""
    by_base = _group_models_by_base(registry)
    found: set[str] = set()
    waiting = list(models)
    while waiting:
        more = set(by_base.get(waiting.pop(), ())) - models - found
        found |= more
        waiting += more
    return found


@lru_cache(maxsize=4)
def _group_models_by_base(registry: Registry) -> Mapping[str, list[str]]:
    """Models by each of their bases."""
    return group_pairs(_pair_bases_with_models(registry))


def _pair_bases_with_models(registry: Registry) -> Iterator[tuple[str, str]]:
    for model in registry.models.values():
        for base in model.base_models or ():
            yield base.id, model.id
