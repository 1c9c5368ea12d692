"""CycloneDX 1.6 and 1.7: the bill as a plain document.

The components say it twice, in fields that every reader keeps (name, purl, license) and in
properties: readers such as Dependency-Track drop the model card.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator

from audit import __version__
from audit.publish.bom.contents import BomContents, BomModel, Document, list_datasets
from audit.publish.bom.cyclonedx_components import (
    build_dataset_component,
    build_model_component,
    build_model_ref,
    name_dataset_ref,
)

VERSIONS = ("1.6", "1.7")
TOOL = "open-model-registry"
PROJECT_REF = "project"


def build_cyclonedx(contents: BomContents, version: str) -> Document:
    """The bill. Raises InvalidExpressionError for an unknown license."""
    return _number(
        {
            "$schema": f"http://cyclonedx.org/schema/bom-{version}.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": version,
            "version": 1,
            "metadata": _build_metadata(contents),
            "components": list(_list_components(contents)),
            "dependencies": list(_list_dependencies(contents)),
        }
    )


def _number(document: Document) -> Document:
    """The document with a serial number that follows from what it says."""
    head, rest = dict(list(document.items())[:3]), dict(list(document.items())[3:])
    return {**head, "serialNumber": f"urn:uuid:{derive_uuid(document)}", **rest}


def derive_uuid(document: object) -> uuid.UUID:
    """The same number for the same content, on every machine."""
    content = json.dumps(document, sort_keys=True).encode()
    return uuid.uuid5(uuid.NAMESPACE_URL, hashlib.sha256(content).hexdigest())


def _build_metadata(contents: BomContents) -> Document:
    tool = {"type": "application", "name": TOOL, "version": __version__}
    return {
        "timestamp": f"{contents.data_date}T00:00:00Z",
        "tools": {"components": [tool]},
        "component": _build_subject(contents),
    }


def _build_subject(contents: BomContents) -> Document:
    """What the bill is about: a project, or the model itself where there is one alone."""
    if _is_about_a_model(contents):
        return build_model_component(contents.models[0], contents.registry)
    name = contents.project or "models"
    return {"type": "application", "bom-ref": PROJECT_REF, "name": name}


def _is_about_a_model(contents: BomContents) -> bool:
    return not contents.project and len(contents.models) == 1


def _list_components(contents: BomContents) -> Iterator[Document]:
    if not _is_about_a_model(contents):
        yield from (build_model_component(each, contents.registry) for each in contents.models)
    yield from (build_dataset_component(each, contents.registry) for each in contents.datasets)


def _list_dependencies(contents: BomContents) -> Iterator[Document]:
    """A project needs its models and datasets, a model what it was trained on."""
    if not _is_about_a_model(contents):
        used = [build_model_ref(each) for each in contents.models]
        used += [name_dataset_ref(each) for each in contents.used_datasets]
        yield _build_dependency(PROJECT_REF, used)
    for each in contents.models:
        yield _build_dependency(build_model_ref(each), _list_data_refs(each, contents))
    yield from (_build_dependency(name_dataset_ref(each), ()) for each in contents.datasets)


def _list_data_refs(entry: BomModel, contents: BomContents) -> list[str]:
    if entry.model is None:
        return []
    return [name_dataset_ref(each) for each in list_datasets(entry.model, contents.registry)]


def _build_dependency(ref: str, needed: Iterable[str]) -> Document:
    wanted = sorted(set(needed))
    return {"ref": ref, "dependsOn": wanted} if wanted else {"ref": ref}
