"""SPDX 3.0.1 with the profiles AI and Dataset: the bill as a JSON-LD document.

Written as a plain document: tests judge every recorded model by the official schema.
"""

from collections.abc import Iterable, Iterator

from audit import __version__
from audit.publish.bom.contents import BomContents, BomModel, Document, list_datasets
from audit.publish.bom.cyclonedx import TOOL, derive_uuid
from audit.publish.bom.spdx_elements import (
    CREATION_INFO,
    SpdxElements,
    bind_bases,
    build_dataset_package,
    build_model_package,
)
from audit.records.dataset import Dataset

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
SPEC_VERSION = "3.0.1"
PROFILES = ["core", "software", "ai", "dataset", "simpleLicensing"]
AGENT, PROJECT = "agent", "project"


def build_spdx(contents: BomContents) -> Document:
    """The bill. Raises InvalidExpressionError for an unknown license."""
    elements = SpdxElements(_name_space(contents), contents.registry)
    roots = _add_subjects(contents, elements)
    _add_document(contents, elements, roots)
    info = {
        "type": "CreationInfo",
        "@id": CREATION_INFO,
        "specVersion": SPEC_VERSION,
        "created": f"{contents.data_date}T00:00:00Z",
        "createdBy": [elements.name_id(AGENT)],
        "createdUsing": [elements.name_id("tool")],
    }
    return {"@context": CONTEXT, "@graph": [info, *elements.graph]}


def _name_space(contents: BomContents) -> str:
    """A name of the document that follows from what the bill is about, and on which data."""
    subjects = [[each.name, each.revision, *map(str, each.places)] for each in contents.models]
    datasets = [each.id for each in contents.datasets]
    key = [TOOL, __version__, contents.project, contents.data_date, subjects, datasets]
    return f"urn:uuid:{derive_uuid(key)}"


def _add_subjects(contents: BomContents, elements: SpdxElements) -> list[str]:
    """Models, datasets and how they hang together; the ids of what the bill is about."""
    for dataset in contents.datasets:
        build_dataset_package(dataset, elements)
    models = [_add_model(each, contents, elements) for each in contents.models]
    # Bases come last: one that is a model of the bill as well is in it as such.
    for entry in contents.models:
        bind_bases(entry, elements)
    return [_add_project(models, contents, elements)] if contents.project else models


def _add_project(models: list[str], contents: BomContents, elements: SpdxElements) -> str:
    fields = {"name": contents.project, "software_primaryPurpose": "application"}
    project = elements.add(PROJECT, "software_Package", fields)
    elements.relate(project, "dependsOn", models)
    elements.relate(project, "dependsOn", _name_datasets(contents.used_datasets, elements))
    return project


def _add_model(entry: BomModel, contents: BomContents, elements: SpdxElements) -> str:
    package = build_model_package(entry, elements)
    if entry.model is not None:
        datasets = list_datasets(entry.model, contents.registry)
        elements.relate(package, "trainedOn", _name_datasets(datasets, elements))
    return package


def _name_datasets(datasets: Iterable[Dataset], elements: SpdxElements) -> list[str]:
    return [elements.name_id("dataset", each.id) for each in datasets]


def _add_document(contents: BomContents, elements: SpdxElements, roots: list[str]) -> None:
    elements.add(AGENT, "SoftwareAgent", {"name": TOOL})
    elements.add("tool", "Tool", {"name": f"{TOOL} {__version__}"})
    held = [each["spdxId"] for each in elements.graph]
    profiles = {"profileConformance": PROFILES}
    sbom = {"rootElement": roots, "element": held, "software_sbomType": ["analyzed"]}
    root = elements.add("sbom", "software_Sbom", sbom | profiles)
    name = contents.project or ", ".join(_list_names(contents))
    elements.add("document", "SpdxDocument", {"name": name, "rootElement": [root], **profiles})


def _list_names(contents: BomContents) -> Iterator[str]:
    yield from (each.name for each in contents.models)
