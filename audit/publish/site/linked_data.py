"""What a page says to search engines, as schema.org: the same facts, in a block that runs nothing."""

from collections.abc import Sequence
from typing import Any

from audit.core.references import get_owner
from audit.publish.bom.contents import build_purl
from audit.publish.pages.dataset import AVAILABILITY_WORDS
from audit.publish.pages.phrases import LABEL_WORDS
from audit.publish.pages.terms import replace_license_keys
from audit.publish.site.facet_values import GATE_TITLES
from audit.publish.site.model_view import ModelView
from audit.publish.site.paths import find_license_page, find_model_page
from audit.publish.urls import build_hub_url
from audit.publish.views.model_summary import UNKNOWN, ModelSummary
from audit.records.dataset import Dataset
from audit.records.model import BaseModelLink, Model
from audit.records.registry import Registry

LinkedData = dict[str, Any]
_CONTEXT = {"@context": "https://schema.org"}


def describe_registry(day: str, downloads: Sequence[str]) -> LinkedData:
    """All records as one dataset. `downloads`: addresses as its page writes them."""
    said: LinkedData = {
        **_CONTEXT,
        "@type": "Dataset",
        "name": "Open Model Registry",
        "description": (
            "AI models as lists of facts with their sources: what was released, under which "
            "terms, and what changed since, with verdicts by several definitions of openness."
        ),
        "creator": {"@type": "Organization", "name": "Open Model Registry"},
        "license": {"@type": "CreativeWork", "name": "Apache-2.0"},
        "isAccessibleForFree": True,
        "datePublished": day,
        "distribution": [{"@type": "DataDownload", "contentUrl": path} for path in downloads],
    }
    return _drop_empty(said)


def describe_model(view: ModelView, registry: Registry, up: str) -> LinkedData:
    """A model as a program that others run; schema.org has no word of its own for one."""
    model, row = view.model, view.row
    said = {
        **_CONTEXT,
        "@type": "SoftwareApplication",
        "applicationCategory": "Machine learning model",
        "name": model.name,
        "description": f"{row.label}: {LABEL_WORDS[row.label]}",
        "creator": {"@type": "Organization", "name": model.developer},
        **_describe_place(model),
        **_describe_terms(row, registry, up),
        "isBasedOn": [_describe_base(base, registry, up) for base in model.base_models or ()],
    }
    return _drop_empty(said)


def _describe_place(model: Model) -> LinkedData:
    """Where it lies, and as what."""
    hub = model.hub
    return {
        "identifier": build_purl(hub) or model.id,
        "url": build_hub_url(hub.repo) if hub else "",
        "softwareVersion": hub.revision if hub else "",
    }


def _describe_terms(row: ModelSummary, registry: Registry, up: str) -> LinkedData:
    return {
        "datePublished": row.released,
        "keywords": ", ".join(row.modalities),
        "license": describe_license(row.license, registry, up),
        "conditionsOfAccess": _describe_gate(row.gate),
    }


def _drop_empty(said: LinkedData) -> LinkedData:
    """Without what nobody recorded: `unknown` would be read as a name."""
    return {name: value for name, value in said.items() if value}


def describe_license(expression: str | None, registry: Registry, up: str) -> LinkedData:
    """The terms by name, with the page of a license that is recorded; nothing for unknown ones."""
    if not expression or expression in (UNKNOWN, "NONE"):
        return {}
    said = {"@type": "CreativeWork", "name": replace_license_keys(expression, registry)}
    if expression in registry.licenses:
        said["url"] = f"{up}{find_license_page(expression)}"
    return said


def _describe_gate(gate: str) -> str:
    return "" if gate in (UNKNOWN, "no-repository") else f"Gate: {GATE_TITLES[gate]}"


def _describe_base(base: BaseModelLink, registry: Registry, up: str) -> LinkedData:
    said = {"@type": "SoftwareApplication", "name": base.id}
    if base.id in registry.models:
        said["url"] = f"{up}{find_model_page(base.id)}"
    return said


def describe_dataset(dataset: Dataset, registry: Registry, up: str) -> LinkedData:
    """A dataset with its terms and whether it can be had."""
    available = AVAILABILITY_WORDS[dataset.availability.class_]
    publisher = dataset.publisher or get_owner(dataset.id)
    said: LinkedData = {
        **_CONTEXT,
        "@type": "Dataset",
        "name": dataset.name,
        "description": (
            f"{dataset.name} by {publisher}, data on which models were trained. "
            f"{dataset.status.replace('-', ' ').capitalize()}; {available}."
        ),
        "identifier": dataset.id,
        "creator": {"@type": "Organization", "name": publisher},
        "url": _find_address(dataset),
        "license": describe_license(dataset.license, registry, up),
        "isBasedOn": list(dataset.derived_from),
    }
    return _drop_empty(said)


def _find_address(dataset: Dataset) -> str:
    if dataset.url:
        return dataset.url
    return build_hub_url(dataset.hub.repo, "datasets") if dataset.hub else ""
