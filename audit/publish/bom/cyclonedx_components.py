"""Models and datasets as components of CycloneDX."""

from collections.abc import Iterable, Iterator

from audit.publish.bom.contents import (
    BomModel,
    Document,
    build_purl,
    find_dataset_address,
    find_download,
    find_pinned_commit,
    list_datasets,
)
from audit.publish.bom.facts import (
    PREFIX,
    Fact,
    describe_evidence,
    list_dataset_facts,
    list_entry_facts,
    list_shown_evidence,
)
from audit.publish.bom.license_words import (
    NO_LICENSE_NAME,
    BomLicense,
    find_license_url,
    is_own_id,
    read_license,
)
from audit.records.dataset import Dataset
from audit.records.license import License
from audit.records.model import BaseModelLink, Model
from audit.records.registry import Registry

MODEL_TYPE = "machine-learning-model"
_CONCLUDED = {"acknowledgement": "concluded"}
"""Read and decided by a reviewer; what the Hub's tag declares is a property."""


def build_model_ref(entry: BomModel) -> str:
    """The reference of a model within the bill."""
    return f"model:{entry.key}"


def name_dataset_ref(dataset: Dataset) -> str:
    """The reference of a dataset within the bill."""
    return f"dataset:{dataset.id}"


def build_model_component(entry: BomModel, registry: Registry) -> Document:
    """A model. Raises InvalidExpressionError for an unknown license."""
    model = entry.model
    occurrences = list(_list_occurrences(entry))
    known = {"manufacturer": {"name": model.developer}} if model else {}
    return {
        "type": MODEL_TYPE,
        "bom-ref": build_model_ref(entry),
        **known,
        **_name_component(entry.name),
        **_keep({"version": entry.revision, "purl": entry.purl}),
        **(describe_model(model, registry) if model else {}),
        "properties": build_properties(list_entry_facts(entry, registry)),
        **_keep({"evidence": {"occurrences": occurrences} if occurrences else None}),
    }


def _keep(fields: Document) -> Document:
    """Only what is known: no format has a word for an empty one."""
    return {name: value for name, value in fields.items() if value}


def _name_component(id: str) -> dict[str, str]:
    owner, slash, name = id.partition("/")
    return {"group": owner, "name": name} if slash and owner and name else {"name": id}


def describe_model(model: Model, registry: Registry) -> Document:
    """License, addresses, bases and data of a recorded model."""
    datasets = [{"ref": name_dataset_ref(each)} for each in list_datasets(model, registry)]
    ancestors = list(_list_ancestors(model, registry, {model.id}))
    card = {"modelParameters": {"datasets": datasets}} if datasets else None
    return _keep(
        {
            "licenses": build_licenses(model.weights.license, registry),
            "externalReferences": list(_list_references(model, registry)),
            "pedigree": {"ancestors": ancestors} if ancestors else None,
            "modelCard": card,
        }
    )


def _list_ancestors(model: Model, registry: Registry, seen: set[str]) -> Iterator[Document]:
    """The bases with their own bases; a circle is walked once."""
    for link in model.base_models or ():
        if link.id not in seen:
            yield _build_ancestor(link, registry, {*seen, link.id})


def _build_ancestor(link: BaseModelLink, registry: Registry, seen: set[str]) -> Document:
    component: Document = {"type": MODEL_TYPE, **_name_component(link.id)}
    base = registry.models.get(link.id)
    if base is not None:
        component |= _keep(_describe_base(base, registry, seen))
    component["properties"] = build_properties([("relation", link.relation)])
    return component


def _describe_base(base: Model, registry: Registry, seen: set[str]) -> Document:
    commit = find_pinned_commit(base)
    ancestors = list(_list_ancestors(base, registry, seen))
    return {
        "version": commit,
        "licenses": build_licenses(base.weights.license, registry),
        "purl": build_purl(base.hub, commit),
        "pedigree": {"ancestors": ancestors} if ancestors else None,
    }


def build_dataset_component(dataset: Dataset, registry: Registry) -> Document:
    """A dataset. Raises InvalidExpressionError for an unknown license."""
    url = find_dataset_address(dataset)
    data: Document = {"type": "dataset", "name": dataset.name}
    if url:
        data["contents"] = {"url": url}
    publisher = {"publisher": dataset.publisher} if dataset.publisher else {}
    licenses = build_licenses(dataset.license, registry)
    return {
        "type": "data",
        "bom-ref": name_dataset_ref(dataset),
        **publisher,
        **_name_component(dataset.id),
        **_keep({"licenses": licenses}),
        "properties": build_properties(list_dataset_facts(dataset)),
        "data": [data],
    }


def build_properties(facts: Iterable[Fact]) -> list[dict[str, str]]:
    """Facts under names of ours."""
    return [{"name": f"{PREFIX}{name}", "value": value} for name, value in facts]


def _list_occurrences(entry: BomModel) -> Iterator[Document]:
    for place in entry.places:
        fields = {"location": place.file, "line": place.line, "additionalContext": place.use}
        yield _keep(fields)


def build_licenses(expression: str | None, registry: Registry) -> list[Document]:
    """The choice of licenses as the formats know it; nothing where nobody knows it."""
    found = read_license(expression, registry)
    if found.form == "unknown":
        return []
    if found.form == "none":
        return [{"license": {"name": NO_LICENSE_NAME, **_CONCLUDED}}]
    if found.form == "compound":
        return [{"expression": found.expression, **_CONCLUDED}]
    return [{"license": _build_license(found)}]


def _build_license(found: BomLicense) -> Document:
    (license,) = found.records
    url = _keep({"url": find_license_url(license)})
    if found.form == "listed":
        return {"id": license.id, **_CONCLUDED, **url}
    properties = build_properties([("license-id", license.id)])
    return {"name": license.name, **_CONCLUDED, **url, "properties": properties}


def _list_references(model: Model, registry: Registry) -> Iterator[dict[str, str]]:
    if find_download(model):
        yield {"type": "distribution", "url": find_download(model)}
    for license in read_license(model.weights.license, registry).records:
        yield from _list_license_references(license)
    for row in list_shown_evidence(model):
        yield {"type": "evidence", "url": row.url, "comment": describe_evidence(row)}


def _list_license_references(license: License) -> Iterator[dict[str, str]]:
    """The texts of licenses that readers do not hold themselves."""
    url = find_license_url(license)
    if url and is_own_id(license.id):
        yield {"type": "license", "url": url, "comment": license.name}
