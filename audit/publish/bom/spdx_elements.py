"""Models, datasets, licenses and what binds them as elements of SPDX 3.0.1."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from audit.publish.bom.contents import (
    BomModel,
    BomPlace,
    build_purl,
    find_dataset_address,
    find_download,
    find_pinned_commit,
)
from audit.publish.bom.facts import (
    PREFIX,
    Fact,
    describe_evidence,
    list_dataset_facts,
    list_entry_facts,
    list_shown_evidence,
)
from audit.publish.bom.license_words import find_license_url, is_own_id, read_license
from audit.records.dataset import Dataset
from audit.records.license import License
from audit.records.model import BaseModelLink, Model
from audit.records.registry import Registry

CREATION_INFO = "_:creation"
NO_LICENSE_ID = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoneLicense"
NO_ASSERTION_ID = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"
Fields = dict[str, Any]


@dataclass
class SpdxElements:
    """The elements of a document as they are added, each under a name of its own."""

    name_space: str
    registry: Registry
    graph: list[Fields] = field(default_factory=list)
    _added: set[str] = field(default_factory=set)

    def name_id(self, *parts: str) -> str:
        """The id of an element of this document."""
        return f"{self.name_space}#{'/'.join(quote(part, safe='') for part in parts)}"

    def has(self, id: str) -> bool:
        """Whether an element was added already."""
        return id in self._added

    def add(self, name: str | Sequence[str], type: str, fields: Fields) -> str:
        """Add an element once; its id."""
        parts = (name,) if isinstance(name, str) else name
        id = self.name_id(*parts)
        if id not in self._added:
            self._added.add(id)
            known = {key: value for key, value in fields.items() if value}
            head = {"type": type, "spdxId": id, "creationInfo": CREATION_INFO}
            self.graph.append(head | known)
        return id

    def relate(self, start: str, relation: str, ends: Sequence[str], comment: str = "") -> None:
        """Bind an element to others; nothing where there is none."""
        if ends:
            fields = {"from": start, "relationshipType": relation, "to": list(ends)}
            self.add_numbered("relationship", "Relationship", {**fields, "comment": comment})

    def add_numbered(self, name: str, type: str, fields: Fields) -> str:
        """Add an element that nothing refers to; its id."""
        return self.add((name, str(len(self.graph))), type, fields)


def build_model_package(entry: BomModel, elements: SpdxElements) -> str:
    """Add a model with its license and maker; its id."""
    known = _describe_model(entry.model, elements) if entry.model else {}
    fields = _name_model(entry.name, entry.purl, entry.revision) | known
    package = elements.add(("model", entry.key), "ai_AIPackage", fields)
    _add_facts(package, list_entry_facts(entry, elements.registry), elements)
    for place in entry.places:
        _add_annotation(package, _describe_place(place), elements)
    if entry.model is not None:
        _bind_license(package, entry.model.weights.license, elements)
    return package


def _name_model(name: str, purl: str, commit: str) -> Fields:
    return {
        "name": name,
        "software_primaryPurpose": "model",
        "software_packageUrl": purl,
        "software_packageVersion": commit,
    }


def _describe_place(place: BomPlace) -> str:
    words = f"named in {place.file}:{place.line}"
    return f"{words} ({place.use})" if place.use else words


def bind_bases(entry: BomModel, elements: SpdxElements) -> None:
    """Add what a model was made of, and bind it to that."""
    if entry.model is not None:
        package = elements.name_id("model", entry.key)
        _bind_bases(package, entry.model, elements, {entry.model.id})


def _describe_model(model: Model, elements: SpdxElements) -> Fields:
    """The fields that the format has; what else is known stands in annotations."""
    maker = elements.add(("maker", model.developer), "Organization", {"name": model.developer})
    return {
        "suppliedBy": maker,
        "software_downloadLocation": find_download(model),
        "ai_domain": list(model.modalities),
        "ai_hyperparameter": _list_sizes(model),
        "externalRef": _list_references(model),
    }


def _list_sizes(model: Model) -> list[Fields]:
    if not model.parameters.total:
        return []
    value = str(model.parameters.total)
    return [{"type": "DictionaryEntry", "key": "parameters", "value": value}]


def _list_references(model: Model) -> list[Fields]:
    return [
        {
            "type": "ExternalRef",
            "externalRefType": "documentation",
            "locator": [row.url],
            "comment": describe_evidence(row),
        }
        for row in list_shown_evidence(model)
    ]


def _add_facts(subject: str, facts: Iterable[Fact], elements: SpdxElements) -> None:
    """All facts as one annotation, a line each."""
    lines = [f"{PREFIX}{name}={value}" for name, value in facts]
    _add_annotation(subject, "\n".join(lines), elements)


def _add_annotation(subject: str, statement: str, elements: SpdxElements) -> None:
    fields = {"annotationType": "other", "subject": subject, "statement": statement}
    elements.add_numbered("annotation", "Annotation", fields)


def _bind_license(package: str, expression: str | None, elements: SpdxElements) -> None:
    """What a reviewer concluded."""
    elements.relate(package, "hasConcludedLicense", [_add_license(expression, elements)])


def _add_license(expression: str | None, elements: SpdxElements) -> str:
    found = read_license(expression, elements.registry)
    if found.form == "unknown":
        return NO_ASSERTION_ID
    if found.form == "none":
        return NO_LICENSE_ID
    own = [license for license in found.records if is_own_id(license.id)]
    entries = [_build_custom_entry(license, elements) for license in own]
    return elements.add(
        ("license", found.expression),
        "simplelicensing_LicenseExpression",
        {
            "simplelicensing_licenseExpression": found.expression,
            "simplelicensing_customIdToUri": entries,
        },
    )


def _build_custom_entry(license: License, elements: SpdxElements) -> Fields:
    """An id that the SPDX list lacks, and the element that says where its text is."""
    url = find_license_url(license)
    text = elements.add(
        ("license-text", license.id),
        "simplelicensing_SimpleLicensingText",
        {
            "name": license.name,
            "simplelicensing_licenseText": f"{license.name}: {url}" if url else license.name,
        },
    )
    return {"type": "DictionaryEntry", "key": license.id, "value": text}


def _bind_bases(package: str, model: Model, elements: SpdxElements, seen: set[str]) -> None:
    """Each base is an ancestor of what was made of it."""
    for link in model.base_models or ():
        if link.id not in seen:
            base = _add_base(link, elements, {*seen, link.id})
            elements.relate(base, "ancestorOf", [package], link.relation)


def _add_base(link: BaseModelLink, elements: SpdxElements, seen: set[str]) -> str:
    """A base with its own bases, once, even where several models were made of it."""
    id = elements.name_id("model", link.id)
    base = elements.registry.models.get(link.id)
    if elements.has(id):
        return id
    if base is None:
        return elements.add(("model", link.id), "ai_AIPackage", _name_model(link.id, "", ""))
    commit = find_pinned_commit(base)
    fields = _name_model(link.id, build_purl(base.hub, commit), commit)
    elements.add(("model", link.id), "ai_AIPackage", fields | _describe_model(base, elements))
    _bind_license(id, base.weights.license, elements)
    _bind_bases(id, base, elements, seen)
    return id


def build_dataset_package(dataset: Dataset, elements: SpdxElements) -> str:
    """Add a dataset; its id. Its type is required: nobody recorded it, so that none is asserted."""
    fields: Fields = {
        "name": dataset.id,
        "software_primaryPurpose": "data",
        "software_downloadLocation": find_dataset_address(dataset),
        "dataset_datasetType": ["noAssertion"],
    }
    if dataset.publisher:
        name = dataset.publisher
        fields["suppliedBy"] = elements.add(("maker", name), "Organization", {"name": name})
    package = elements.add(("dataset", dataset.id), "dataset_DatasetPackage", fields)
    _add_facts(package, list_dataset_facts(dataset), elements)
    _bind_license(package, dataset.license, elements)
    return package
