"""datasets/: what models were trained on: whether it can be had, and under which terms."""

from collections.abc import Iterator
from typing import Any

from audit.core.grouping import list_alphabetically
from audit.publish.pages.dataset import AVAILABILITY_WORDS
from audit.publish.pages.dataset_groups import group_datasets_by_source, group_models_by_dataset
from audit.publish.site.changes import show_event
from audit.publish.site.html import SitePage, find_way_up, render_page
from audit.publish.site.linked_data import describe_dataset
from audit.publish.site.paths import find_dataset_page
from audit.publish.site.report_forms import list_forms
from audit.publish.site.site_data import SiteData
from audit.publish.urls import build_hub_url
from audit.records.dataset import Dataset
from audit.records.registry import Registry


def render_dataset_pages(data: SiteData) -> Iterator[SitePage]:
    """The list, and a page for each."""
    datasets = list_alphabetically(data.registry.datasets)
    models = group_models_by_dataset(data.registry)
    counted = [(each, len(models.get(each.id, ()))) for each in datasets]
    yield render_page("datasets.html.j2", "datasets/index.html", data, datasets=counted)
    for dataset in datasets:
        yield _render_dataset(dataset, data)


def _render_dataset(dataset: Dataset, data: SiteData) -> SitePage:
    events = data.judged.events.get(dataset.ref, ())
    path = find_dataset_page(dataset.id)
    return render_page(
        "dataset.html.j2",
        path,
        data,
        dataset.ref,
        linked=describe_dataset(dataset, data.registry, find_way_up(path)),
        dataset=dataset,
        available=AVAILABILITY_WORDS[dataset.availability.class_],
        hub=build_hub_url(dataset.hub.repo, "datasets") if dataset.hub else "",
        events=[show_event(event, data.registry) for event in events],
        forms=list_forms(dataset.ref, data.address),
        is_license_recorded=dataset.license in data.registry.licenses,
        **_find_relatives(dataset, data.registry),
    )


def _find_relatives(dataset: Dataset, registry: Registry) -> dict[str, Any]:
    """What it was built from, what was built from it, and what was trained on it."""
    return {
        "origins": [(id, id in registry.datasets) for id in dataset.derived_from],
        "derived": group_datasets_by_source(registry).get(dataset.id, ()),
        "models": group_models_by_dataset(registry).get(dataset.id, ()),
    }
