"""All records together."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from audit.core.references import split_reference
from audit.records.dataset import Dataset
from audit.records.license import License
from audit.records.model import Family, Model

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

    def get(self, ref: str) -> Record | None:
        """The record of a reference such as `models/owner/name`, by its present or a former id."""
        folder, id = split_reference(self.find_current_ref(ref))
        return self._records_by_folder.get(folder, {}).get(id)

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
