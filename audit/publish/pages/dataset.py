"""registry/datasets/<owner>/README.md.

Can it be obtained, under which terms, and what was trained on it.
"""

from collections.abc import Iterator, Sequence

from audit.core.escape import escape_markdown
from audit.core.grouping import list_alphabetically
from audit.core.markdown import (
    GENERATED_NOTICE,
    TableRow,
    build_anchor,
    format_markdown_link,
    join_blocks,
    render_table,
)
from audit.core.references import get_own_name, get_owner
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.dataset_groups import (
    ModelsByDataset,
    find_derived_models,
    group_datasets_by_publisher,
    group_datasets_by_source,
    group_models_by_dataset,
)
from audit.publish.pages.history import render_history_block
from audit.publish.pages.phrases import (
    GATE_WORDS,
    format_count,
    format_dataset_link,
    format_evidence_links,
    format_model_link,
    list_links_folded,
)
from audit.publish.pages.terms import format_terms, format_terms_links
from audit.publish.urls import build_hub_url
from audit.records.dataset import Dataset
from audit.records.evidence import Evidence
from audit.records.registry import Registry

PATH_TO_REGISTRY = "../../"
_INDEX_OPENING = (
    GENERATED_NOTICE,
    "# Datasets",
    "[All models](../README.md)",
    "What models were trained on: whether it can be obtained, and under which terms.",
)
_INDEX_HEADER = ("Dataset", "Status", "Terms", "Models")
_PUBLISHER_LINKS = (
    "[All datasets](../README.md)",
    f"[All models]({PATH_TO_REGISTRY}README.md)",
    f"[Subscribe]({PATH_TO_REGISTRY}feeds/README.md)",
)
MAX_MODEL_LINKS = 30
"""Shown before the fold."""
AVAILABILITY_WORDS = {
    "open": "anybody may obtain it and share it on",
    "public": "anybody may obtain it",
    "obtainable": "obtainable from its holder, perhaps under conditions",
    "unshareable": "not shareable",
    "unknown": "who may obtain it was not established",
}
LOST_STATUSES = ("withdrawn",)


def render_dataset_pages(pages: JudgedRegistry) -> dict[str, str]:
    """The page of every publisher, and their index, by path below the registry."""
    if not pages.registry.datasets:
        return {}
    models = group_models_by_dataset(pages.registry)
    found = {"datasets/README.md": _render_dataset_index(pages.registry, models)}
    for publisher, datasets in group_datasets_by_publisher(pages.registry).items():
        page = _render_publisher_page(publisher, datasets, models, pages)
        found[f"datasets/{publisher}/README.md"] = page
    return found


def _render_dataset_index(registry: Registry, models: ModelsByDataset) -> str:
    datasets = list_alphabetically(registry.datasets)
    rows = [_build_index_row(dataset, registry, models) for dataset in datasets]
    return join_blocks([*_INDEX_OPENING, render_table(_INDEX_HEADER, rows)])


def _build_index_row(dataset: Dataset, registry: Registry, models: ModelsByDataset) -> TableRow:
    section = f"{get_owner(dataset.id)}/README.md#{build_anchor(dataset.id)}"
    return (
        format_markdown_link(dataset.id, section),
        _format_state(dataset),
        format_terms(dataset.license, registry),
        f"{len(models.get(dataset.id, [])):,}",
    )


def _format_state(dataset: Dataset) -> str:
    began = dataset.availability.since
    return f"{dataset.status} since {began}" if began else dataset.status


def _render_publisher_page(
    publisher: str, datasets: Sequence[Dataset], models: ModelsByDataset, pages: JudgedRegistry
) -> str:
    heading = f"# Datasets of {escape_markdown(publisher)}"
    blocks = [GENERATED_NOTICE, heading, " · ".join(_PUBLISHER_LINKS)]
    if len(datasets) > 1:
        blocks.append(_render_overview(datasets, pages.registry))
    for dataset in datasets:
        blocks.append(_render_dataset_section(dataset, models.get(dataset.id, []), pages))
    return join_blocks(blocks)


def _render_overview(datasets: Sequence[Dataset], registry: Registry) -> str:
    rows = [_build_overview_row(dataset, registry) for dataset in datasets]
    return render_table(("Dataset", "Status", "Terms"), rows)


def _build_overview_row(dataset: Dataset, registry: Registry) -> TableRow:
    return (
        format_markdown_link(dataset.name, f"#{build_anchor(dataset.id)}"),
        _format_state(dataset),
        format_terms(dataset.license, registry),
    )


def _render_dataset_section(dataset: Dataset, models: Sequence[str], pages: JudgedRegistry) -> str:
    parts = [
        _format_dataset_heading(dataset),
        "\n".join(f"* {line}" for line in _list_fact_lines(dataset, pages.registry)),
        escape_markdown(dataset.availability.note or ""),
        *_render_trained_models(dataset, models, pages.registry),
        render_history_block(dataset.ref, pages),
        _format_record_line(dataset),
    ]
    return "\n\n".join(part for part in parts if part)


def _format_dataset_heading(dataset: Dataset) -> str:
    anchor = build_anchor(dataset.id)
    name = escape_markdown(dataset.name)
    return f'<a id="{anchor}"></a>\n\n## {name}: {_format_state(dataset)}'


def _format_record_line(dataset: Dataset) -> str:
    file = get_own_name(dataset.id)
    record = format_markdown_link(dataset.id, f"{file}.json")
    return f"Record: {record}{_format_last_seen(dataset)}."


def _list_fact_lines(dataset: Dataset, registry: Registry) -> list[str]:
    availability = AVAILABILITY_WORDS[dataset.availability.class_].capitalize()
    terms = format_terms_links(dataset.license, registry, PATH_TO_REGISTRY)
    return [
        f"{availability}{_format_sources(dataset.availability.evidence)}",
        f"Terms of the collection: {terms}{_format_sources(dataset.license_evidence)}",
        *_list_page_lines(dataset),
        *_list_origin_lines(dataset, registry),
    ]


def _list_page_lines(dataset: Dataset) -> Iterator[str]:
    if dataset.hub:
        url = build_hub_url(dataset.hub.repo, "datasets")
        link = format_markdown_link(dataset.hub.repo, url)
        yield f"{link} on the Hub, gate: {_format_dataset_gate(dataset.hub.gated)}"
    if dataset.url:
        yield format_markdown_link("its own page", dataset.url)


def _list_origin_lines(dataset: Dataset, registry: Registry) -> Iterator[str]:
    if dataset.derived_from:
        yield f"Built from {_format_dataset_links(dataset.derived_from, registry)}"
    if derived := group_datasets_by_source(registry).get(dataset.id):
        yield f"Built into {_format_dataset_links(derived, registry)}"


def _format_dataset_gate(gated: str | bool) -> str:
    return "none" if gated is False else GATE_WORDS.get(str(gated), "not seen")


def _format_dataset_links(ids: Sequence[str], registry: Registry) -> str:
    return ", ".join(format_dataset_link(id, registry, PATH_TO_REGISTRY) for id in ids)


def _render_trained_models(
    dataset: Dataset, models: Sequence[str], registry: Registry
) -> list[str]:
    """What was trained on it; for a dataset that is gone, what that touches."""
    if not models:
        return []
    links = [format_model_link(id, registry, PATH_TO_REGISTRY) for id in models]
    words = _describe_trained_models(dataset, models, registry)
    shown, *folded = list_links_folded(links, MAX_MODEL_LINKS)
    return [f"{words}: {shown}.", *folded]


def _describe_trained_models(dataset: Dataset, models: Sequence[str], registry: Registry) -> str:
    words = _count_trained_models(models, registry)
    if dataset.status not in LOST_STATUSES:
        return words
    return (
        f"**What its withdrawal touched:** {words}. "
        "That part of their training data can no longer be obtained from its publisher"
    )


def _count_trained_models(models: Sequence[str], registry: Registry) -> str:
    verb = "was" if len(models) == 1 else "were"
    words = f"{format_count(len(models), 'model')} here {verb} trained on it"
    if derived := find_derived_models(set(models), registry):
        words += f", and {format_count(len(derived), 'model')} derived from those"
    return words


def _format_last_seen(dataset: Dataset) -> str:
    seen = max((evidence.seen for evidence in dataset.evidence), default="")
    return f", evidence last read {seen}" if seen else ""


def _format_sources(evidence: Sequence[Evidence]) -> str:
    return f" ({format_evidence_links(evidence)})" if evidence else ""
