"""Every file of the interface."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from audit.core.grouping import group_pairs, list_alphabetically
from audit.definitions.catalog import DEFINITIONS
from audit.definitions.common_uses import COMMON_USES
from audit.publish.pages.dataset_groups import group_models_by_dataset
from audit.publish.site.api.openapi import API_FOLDER, API_PATHS, build_openapi
from audit.publish.site.api.record_schemas import render_record_schemas
from audit.publish.site.api.schemas import API_VERSION
from audit.publish.site.api.shapes import (
    Shape,
    read_fields,
    shape_clauses,
    shape_dataset,
    shape_event,
    shape_group,
    shape_license,
    shape_model,
    shape_summary,
)
from audit.publish.site.changes import SiteEvent
from audit.publish.site.definitions import count_values
from audit.publish.site.html import SitePage
from audit.publish.site.licenses import LicenseRow
from audit.publish.site.list_pages import summarize_group
from audit.publish.site.model_view import ModelView
from audit.publish.site.paths import find_family_page, find_maker_page
from audit.publish.site.site_data import SiteData
from audit.records.registry import Registry

DATA_LICENSE = "Apache-2.0"


@dataclass(frozen=True)
class ApiInput:
    """What the files are made from beside the records."""

    data: SiteData
    licenses: Sequence[LicenseRow]
    events: Sequence[SiteEvent]


def find_model_json(id: str) -> str:
    """Where the file of a model stands."""
    return f"{API_FOLDER}/models/{quote(id)}.json"


def render_model_json(view: ModelView, data: SiteData) -> SitePage:
    """The file of one model."""
    return render_document(f"models/{view.model.id}.json", data, shape_model(view))


def render_document(path: str, data: SiteData, content: Mapping[str, Any]) -> SitePage:
    """A document with its version and day."""
    head = {"schema_version": API_VERSION, "data_date": data.data_date}
    text = json.dumps(head | dict(content), ensure_ascii=False, separators=(",", ":"))
    return f"{API_FOLDER}/{path}", f"{text}\n".encode()


def render_api_files(found: ApiInput) -> Iterator[SitePage]:
    """Every file but those of the single models."""
    for path, content in _list_documents(found):
        yield render_document(path, found.data, content)
    yield from render_record_schemas()
    described = json.dumps(build_openapi(), ensure_ascii=False, indent=1)
    yield f"{API_FOLDER}/openapi.json", f"{described}\n".encode()


def _list_documents(found: ApiInput) -> Iterator[tuple[str, Shape]]:
    data = found.data
    yield "index.json", _describe_index(found)
    yield "models.json", {"models": [shape_summary(row) for row in data.rows]}
    yield "makers.json", {"makers": list(_list_makers(data))}
    yield "families.json", {"families": list(_list_families(data))}
    yield from _list_license_documents(found)
    yield "datasets.json", {"datasets": list(_list_datasets(data.registry))}
    yield "definitions.json", {"definitions": list(_list_definitions(data))}
    yield from _list_event_documents(found.events)
    yield "identifiers.json", _list_identifiers(data)
    yield "permissions/commercial.json", _list_permissions(data)


def _list_license_documents(found: ApiInput) -> Iterator[tuple[str, Shape]]:
    yield "licenses.json", {"licenses": [shape_license(row) for row in found.licenses]}
    for row in found.licenses:
        clauses = shape_clauses(found.data.registry.licenses[row.id])
        yield f"licenses/{row.id}.json", {"license": shape_license(row), "clauses": clauses}


def _list_permissions(data: SiteData) -> Shape:
    answers = {row.id: row.commercial for row in data.rows}
    return {"use": COMMON_USES[0].noun, "answers": answers}


def _describe_index(found: ApiInput) -> Shape:
    registry = found.data.registry
    counts = {
        "models": len(registry.models),
        "families": len(registry.families),
        "licenses": len(registry.licenses),
        "datasets": len(registry.datasets),
        "events": len(found.events),
    }
    links = [{"name": each.summary, "path": each.path} for each in API_PATHS]
    return {"license": DATA_LICENSE, "counts": counts, "links": links}


def _list_makers(data: SiteData) -> Iterator[Shape]:
    for owner, rows in data.rows_by_owner.items():
        yield shape_group(owner, summarize_group(owner, find_maker_page(owner), rows), rows)


def _list_families(data: SiteData) -> Iterator[Shape]:
    for family in list_alphabetically(data.registry.families):
        rows = data.rows_by_family.get(family.id, ())
        group = summarize_group(family.name, find_family_page(family.id), rows)
        yield shape_group(family.id, group, rows)


def _list_datasets(registry: Registry) -> Iterator[Shape]:
    models = group_models_by_dataset(registry)
    for dataset in list_alphabetically(registry.datasets):
        yield shape_dataset(dataset, models.get(dataset.id, ()))


def _list_definitions(data: SiteData) -> Iterator[Shape]:
    for each in DEFINITIONS:
        counts = dict(sorted(count_values(each, data).items()))
        yield {**read_fields(each, ("id", "name", "version", "source")), "counts": counts}


def _list_event_documents(events: Sequence[SiteEvent]) -> Iterator[tuple[str, Shape]]:
    yield "events.json", {"events": [shape_event(each) for each in events]}
    for month, found in group_pairs((each.month, each) for each in events).items():
        yield f"events/{month}.json", {"events": [shape_event(each) for each in found]}


def _list_identifiers(data: SiteData) -> Shape:
    """Package URLs of models that lie on the Hub, and other names with the id of today."""
    models = data.registry.models
    hosted = (models[row.id] for row in data.rows if models[row.id].hub)
    packages = {f"pkg:huggingface/{each.hub.repo}": each.id for each in hosted if each.hub}
    return {"purl": packages, "names": dict(sorted(data.registry.earlier_names.items()))}
