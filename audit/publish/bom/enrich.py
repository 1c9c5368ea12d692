"""Add to a bill that somebody else wrote what the registry knows of its models and datasets."""

import copy
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from audit.publish.bom.contents import BomContents, BomModel, Document, list_datasets, read_commit
from audit.publish.bom.cyclonedx import VERSIONS
from audit.publish.bom.cyclonedx_components import (
    build_dataset_component,
    build_properties,
    describe_model,
    name_dataset_ref,
)
from audit.publish.bom.entries import (
    NOTHING_SAID,
    BomEntry,
    ReadBom,
    is_own,
    list_objects,
    read_field,
)
from audit.publish.bom.facts import Fact, list_dataset_facts, list_entry_facts
from audit.publish.bom.read_cyclonedx import list_components, read_component, read_licenses
from audit.records.dataset import Dataset
from audit.records.model import Model
from audit.records.registry import Registry


def find_model(entry: BomEntry, registry: Registry) -> Model | None:
    """The record of a model of a bill. A package of another kind is none, whatever its name."""
    if entry.kind == "other":
        return registry.find_model(entry.name) if _is_recorded_id(entry.name, registry) else None
    if entry.kind == "dataset":
        return None
    found = map(registry.find_model, filter(None, (entry.purl, entry.location, entry.name)))
    return next(filter(None, found), None)


def _is_recorded_id(name: str, registry: Registry) -> bool:
    """Whether it is an id with an owner, of today or of before."""
    known, lower = registry.known_names, name.lower()
    return "/" in name and (lower in known.by_id or lower in known.by_former_name)


def find_dataset(entry: BomEntry, registry: Registry) -> Dataset | None:
    """The record of a dataset of a bill."""
    if entry.kind != "dataset":
        return None
    repo = entry.purl.partition("@")[0].rpartition("datasets/")[2]
    named = map(registry.datasets_by_name.get, (repo.lower(), entry.name.lower()))
    return next(filter(None, named), None)


def build_contents(found: ReadBom, registry: Registry, data_date: str) -> BomContents:
    """The models and datasets of a bill as the contents of one of ours."""
    models = tuple(dict.fromkeys(_list_models(found, registry)))
    datasets = (find_dataset(entry, registry) for entry in found.entries)
    used = {each.id: each for each in datasets if each}
    name = found.name or "models"
    return BomContents(registry, models, data_date, name, tuple(used.values()))


def _list_models(found: ReadBom, registry: Registry) -> Iterator[BomModel]:
    for entry in found.entries:
        model = find_model(entry, registry)
        if model or entry.kind == "model":
            name = model.id if model else entry.name
            # Nobody says that a name alone is one of the Hub: it can be one of another service.
            is_elsewhere = model is None and not entry.is_on_hub
            yield BomModel(name, model, read_commit(entry.version), is_elsewhere=is_elsewhere)


def add_to_cyclonedx(found: ReadBom, registry: Registry, version: str) -> Document:
    """The same document with what we know; what it says itself is left as it is.

    Raises InvalidExpressionError for an unknown license.
    """
    document = copy.deepcopy(found.document)
    _mark_edition(document, version)
    stated: dict[str, Dataset] = {}
    for component in list(list_components(document)):
        stated |= _add_to_component(component, registry)
    _add_datasets(document, stated, registry)
    return document


def _mark_edition(document: Document, version: str) -> None:
    """The version of the format, and the number of the next edition."""
    document["specVersion"] = version
    if "$schema" in document:
        document["$schema"] = f"http://cyclonedx.org/schema/bom-{version}.schema.json"
    number = document.get("version")
    document["version"] = number + 1 if isinstance(number, int) else 2


def _add_to_component(component: Document, registry: Registry) -> dict[str, Dataset]:
    """Add what is known of one component; the datasets that its model states, by id."""
    entry = read_component(component)
    model, dataset = find_model(entry, registry), find_dataset(entry, registry)
    if model is not None:
        _add_to_model(component, model, registry)
        return {each.id: each for each in list_datasets(model, registry)}
    if dataset is not None:
        _replace_own_properties(component, list_dataset_facts(dataset))
    return {}


def _add_to_model(component: Document, model: Model, registry: Registry) -> None:
    known = describe_model(model, registry)
    concluded = ("concluded-license", model.weights.license or "unknown")
    facts = list_entry_facts(BomModel(model.id, model), registry)
    _replace_own_properties(component, [*facts, concluded])
    for name, value in known.items():
        if name == "externalReferences":
            _add_references(component, value)
        elif name != "licenses" or read_licenses(component) in NOTHING_SAID:
            _fill_field(component, name, value)


def _fill_field(component: Document, name: str, value: Any) -> None:
    """A license that says nothing is no license; what else is there stays."""
    if name == "licenses" or name not in component:
        component[name] = value


def _add_references(component: Document, known: Sequence[dict[str, str]]) -> None:
    present = list_objects(component, "externalReferences")
    new = [each for each in known if each not in present]
    if new:
        component["externalReferences"] = [*present, *new]


def _replace_own_properties(component: Document, facts: Iterable[Fact]) -> None:
    """Ours are written anew, so that a second pass adds nothing twice."""
    kept = _list_foreign_properties(component)
    component["properties"] = [*kept, *build_properties(facts)]


def _list_foreign_properties(component: Document) -> list[Document]:
    rows = list_objects(component, "properties")
    return [row for row in rows if not is_own(read_field(row, "name"))]


def _add_datasets(document: Document, stated: dict[str, Dataset], registry: Registry) -> None:
    """The datasets to which model cards refer."""
    present = {read_field(each, "bom-ref") for each in list_components(document)}
    missing = [each for _, each in sorted(stated.items()) if name_dataset_ref(each) not in present]
    if missing:
        new = [build_dataset_component(each, registry) for each in missing]
        document["components"] = [*list_objects(document, "components"), *new]


def choose_version(found: ReadBom) -> str:
    """The version in which a document is written again: its own, or the oldest that we write."""
    version = found.format.removeprefix("CycloneDX ")
    return version if version in VERSIONS else VERSIONS[0]
