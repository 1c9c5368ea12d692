"""Which models and datasets rest on which: what the pages of datasets group by."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from audit.core.references import get_owner
from audit.records.model import Dataset, Registry

ModelsByDataset = Mapping[str, Sequence[str]]


def group_datasets_by_publisher(registry: Registry) -> Mapping[str, Sequence[Dataset]]:
    """Datasets by who published them, in alphabetical order."""
    found: dict[str, list[Dataset]] = defaultdict(list)
    for id in sorted(registry.datasets, key=str.lower):
        found[get_owner(id)].append(registry.datasets[id])
    return found


def group_models_by_dataset(registry: Registry) -> ModelsByDataset:
    """Models by the datasets that they state."""
    found: dict[str, list[str]] = defaultdict(list)
    for model in sorted(registry.models.values(), key=lambda model: model.id.lower()):
        for id in model.components["datasets"].datasets:
            found[id].append(model.id)
    return found


@lru_cache(maxsize=4)
def group_datasets_by_source(registry: Registry) -> Mapping[str, list[str]]:
    """Datasets by what they were built from, in alphabetical order."""
    found: dict[str, list[str]] = defaultdict(list)
    for id in sorted(registry.datasets, key=str.lower):
        for source in dict.fromkeys(registry.datasets[id].derived_from):
            found[source].append(id)
    return found


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
    found: dict[str, list[str]] = defaultdict(list)
    for model in registry.models.values():
        for base in model.base_models or ():
            found[base.id].append(model.id)
    return found
