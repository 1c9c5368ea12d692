"""The names that mean a recorded model or dataset, however the text around them looks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from audit.projects.finding.mention import Kind
from audit.records.registry import Registry

MIN_BARE_LENGTH = 4


@dataclass(frozen=True)
class NameDictionary:
    """Names in small letters."""

    full: Mapping[str, Kind] = field(default_factory=dict)
    """Ids of today, former ids and mirrors, with an owner."""
    bare: frozenset[str] = frozenset()
    """Names without owner that mean one model."""
    bare_data: frozenset[str] = frozenset()
    """Names without owner that mean one dataset."""

    def find_kind(self, owner: str, name: str) -> Kind | None:
        """What `owner/name` is; None for what no record knows."""
        return self.full.get(f"{owner}/{name}".lower())

    def is_bare(self, name: str) -> bool:
        """Whether a name without an owner may mean a model, or one of a library's account."""
        lower = name.lower()
        return lower in self.bare or lower in self._parts

    def is_dataset(self, name: str) -> bool:
        """Whether a name, with or without an owner, is that of a recorded dataset."""
        return name.lower() in self.bare_data or self.full.get(name.lower()) == "dataset"

    @cached_property
    def _parts(self) -> frozenset[str]:
        return frozenset(name.rpartition("/")[2] for name in self.full)


def build_name_dictionary(registry: Registry) -> NameDictionary:
    """The names of a registry. A model's id wins over a dataset's, and a present over a former."""
    full: dict[str, Kind] = {}
    for dataset in registry.datasets.values():
        for id in (dataset.id, *dataset.former_ids):
            full[id.lower()] = "dataset"
    for model in registry.models.values():
        for name in (model.id, *model.earlier_names):
            if "/" in name:
                full[name.lower()] = "model"
    return NameDictionary(full, registry.ownerless_names, _list_bare_datasets(registry))


def _list_bare_datasets(registry: Registry) -> frozenset[str]:
    """Former ids without an owner, and the last parts that only one dataset has."""
    counts = Counter(id.lower().rpartition("/")[2] for id in registry.datasets)
    unique = {name for name, count in counts.items() if count == 1}
    former = (id for each in registry.datasets.values() for id in each.former_ids)
    return frozenset(unique) | {id.lower() for id in former if "/" not in id}
