"""All records together."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from audit.core.grouping import group_pairs
from audit.core.references import split_reference
from audit.records.dataset import Dataset
from audit.records.license import License
from audit.records.model import Family, Model
from audit.records.model_names import KnownNames, find_model_id

Record = Model | Family | Dataset | License


@dataclass(frozen=True, eq=False)
class Registry:
    """All records, valid and merged.

    Two registries are the same only if they are one, so that answers can be remembered by registry.
    """

    models: dict[str, Model]
    families: dict[str, Family]
    datasets: dict[str, Dataset]
    licenses: dict[str, License]
    digest: str = ""
    """Of the files that it was read from; empty where it was made or changed in memory."""

    def get(self, ref: str) -> Record | None:
        """The record of a reference such as `models/owner/name`, by its present or a former id."""
        folder, id = split_reference(self.find_current_ref(ref))
        return self._records_by_folder.get(folder, {}).get(id)

    def find_model(self, name: str) -> Model | None:
        """The one model that a name means, in any form in which people write it."""
        id = find_model_id(name, self.known_names)
        return self.models[id] if id else None

    @cached_property
    def known_names(self) -> KnownNames:
        """Every name by which a model may be asked for."""
        families: dict[str, list[str]] = {}
        for model in self.models.values():
            if model.family:
                families.setdefault(model.family, []).append(model.id)
        return KnownNames(tuple(self.models), self.earlier_names, families)

    @cached_property
    def earlier_names(self) -> Mapping[str, str]:
        """Id of today by former ids, former names on the Hub and mirrors."""
        return dict(self._list_earlier_names())

    def _list_earlier_names(self) -> Iterator[tuple[str, str]]:
        for model in self.models.values():
            for name in model.earlier_names:
                # A mirror, or a name that was given anew, may have a record of its own.
                if name not in self.models:
                    yield name, model.id

    @cached_property
    def ownerless_names(self) -> frozenset[str]:
        """Names without owner, in small letters, that mean one model."""
        counts = Counter(id.lower().rpartition("/")[2] for id in self.models)
        unique = {name for name, count in counts.items() if count == 1}
        return self._former_ownerless_names | unique

    @property
    def _former_ownerless_names(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self.earlier_names if "/" not in name)

    @cached_property
    def datasets_by_repo(self) -> Mapping[str, list[Dataset]]:
        """The datasets of each repository on the Hub, by its name in small letters."""
        datasets = self.datasets.values()
        return group_pairs((each.hub.repo.lower(), each) for each in datasets if each.hub)

    @cached_property
    def datasets_by_name(self) -> Mapping[str, Dataset]:
        """Each dataset by its id and its former ones in small letters; an id of today goes first."""
        datasets = self.datasets.values()
        former = {old.lower(): each for each in datasets for old in each.former_ids}
        return former | {each.id.lower(): each for each in datasets}

    @cached_property
    def models_by_dataset(self) -> Mapping[str, list[Model]]:
        """The models whose record names a dataset as training data, by its id."""
        return group_pairs(self._list_trained_models())

    def _list_trained_models(self) -> Iterator[tuple[str, Model]]:
        for model in self.models.values():
            for id in dict.fromkeys(model.components["datasets"].datasets):
                yield id, model

    @property
    def _records_by_folder(self) -> Mapping[str, Mapping[str, Record]]:
        return {
            "models": self.models,
            "families": self.families,
            "datasets": self.datasets,
            "licenses": self.licenses,
        }

    def find_current_ref(self, ref: str) -> str:
        """The reference of today of a record that may have been renamed; else the same."""
        return self._current_refs.get(ref, ref)

    def find_first_ref(self, ref: str) -> str:
        """The reference under which a record was first published.

        Ids of findings follow from it.
        """
        return self._first_refs.get(ref, ref)

    def list_former_refs(self, ref: str) -> list[str]:
        """The references under which a record of today was published before."""
        folder, id = split_reference(ref)
        record = self._records_by_folder.get(folder, {}).get(id)
        former = () if record is None or isinstance(record, License) else record.former_ids
        return [f"{folder}/{old}" for old in former]

    @cached_property
    def _current_refs(self) -> Mapping[str, str]:
        return {
            f"{record.folder}/{former}": record.ref
            for record in self._list_renamed_records()
            for former in record.former_ids
        }

    @cached_property
    def _first_refs(self) -> Mapping[str, str]:
        return {
            record.ref: f"{record.folder}/{record.former_ids[0]}"
            for record in self._list_renamed_records()
        }

    def _list_renamed_records(self) -> list[Model | Family | Dataset]:
        records: list[Model | Family | Dataset] = [*self.models.values()]
        records += self.families.values()
        records += self.datasets.values()
        return [record for record in records if record.former_ids]
