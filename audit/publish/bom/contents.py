"""What goes into a bill of materials, whatever its format."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from audit.publish.urls import build_hub_url
from audit.records.dataset import Dataset
from audit.records.hub_pins import DEFAULT_HOST, HubPins
from audit.records.model import Model
from audit.records.registry import Registry

Document = dict[str, Any]
"""A bill, or a part of one, as JSON."""
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, order=True)
class BomPlace:
    """Where a project names a model."""

    file: str
    line: int
    use: str = ""


@dataclass(frozen=True)
class ModelAnswers:
    """What the rules make of a model, in the words of their results."""

    verdicts: Mapping[str, str]
    """Value by definition."""
    commercial: str
    depth: str


@dataclass(frozen=True)
class BomModel:
    """One model of a bill; without a record where the registry does not hold it."""

    name: str
    """The id of its record, else the name as it is written."""
    model: Model | None = None
    revision: str = ""
    """The commit at which it is used; empty where that is not pinned."""
    places: tuple[BomPlace, ...] = ()
    is_elsewhere: bool = False
    """Whether it is a name of another service, and no id of the Hub."""
    answers: ModelAnswers | None = None
    """Where the model was judged already; else a bill judges it itself."""

    @property
    def key(self) -> str:
        """Its name within the bill, which may hold a model at several commits."""
        return f"{self.name}@{self.revision}" if self.revision else self.name

    @property
    def purl(self) -> str:
        """Its package URL; empty for a model without a repository on the Hub."""
        if self.model is not None:
            return build_purl(self.model.hub, self.revision)
        if self.is_elsewhere or "/" not in self.name:
            return ""
        return _format_purl(self.name, self.revision)


@dataclass(frozen=True)
class BomContents:
    """One bill."""

    registry: Registry
    models: tuple[BomModel, ...]
    data_date: str
    """The newest day on which a fact of the records was read: the bill has no clock of its own."""
    project: str = ""
    """Name of the project; empty for a bill of one model."""
    used_datasets: tuple[Dataset, ...] = ()
    """Those that the project names itself."""

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        """Every recorded dataset of the bill once, in alphabetical order."""
        found = {dataset.id: dataset for dataset in self.used_datasets}
        for each in self.models:
            if each.model is not None:
                found |= {data.id: data for data in list_datasets(each.model, self.registry)}
        return tuple(found[id] for id in sorted(found))


def build_purl(hub: HubPins | None, revision: str = "") -> str:
    """The package URL of a repository on the Hub; empty where there is none.

    The type `huggingface` keeps the case of names; its version is a commit in small letters.
    """
    if hub is None or hub.host != DEFAULT_HOST:
        return ""
    return _format_purl(hub.repo, revision)


def _format_purl(repo: str, revision: str) -> str:
    version = f"@{quote(revision.lower(), safe='')}" if revision else ""
    return f"pkg:huggingface/{quote(repo, safe='/')}{version}"


def list_datasets(model: Model, registry: Registry) -> Iterator[Dataset]:
    """The recorded datasets that a model states, each once, in alphabetical order."""
    ids = {id for component in model.components.values() for id in component.datasets}
    yield from (registry.datasets[id] for id in sorted(ids) if id in registry.datasets)


def build_model_contents(
    models: Iterable[Model], registry: Registry, data_date: str
) -> BomContents:
    """The bill of models that are no project's."""
    return BomContents(registry, tuple(map(build_entry, models)), data_date)


def build_entry(model: Model, answers: ModelAnswers | None = None) -> BomModel:
    """A model that is no project's, at the commit that its record pins."""
    return BomModel(model.id, model, find_pinned_commit(model), answers=answers)


def find_pinned_commit(model: Model) -> str:
    """The commit that a record pins; empty where it pins none."""
    return (model.hub.revision or "") if model.hub else ""


def read_commit(words: str) -> str:
    """The commit that words are; empty for a branch or another name, which may move."""
    return words if _COMMIT.fullmatch(words) else ""


def find_download(model: Model) -> str:
    """Where it can be fetched; empty for a model without a repository on the Hub."""
    return build_hub_url(model.hub.repo) if model.hub and build_purl(model.hub) else ""


def find_dataset_address(dataset: Dataset) -> str:
    """Where it can be fetched or read about; empty where no record says so."""
    if dataset.url or dataset.hub is None:
        return dataset.url or ""
    return build_hub_url(dataset.hub.repo, "datasets")
