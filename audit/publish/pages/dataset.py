"""registry/datasets/<owner>/README.md: can it be obtained, under which terms, and what was trained on it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from audit.core.escape import escape_markdown
from audit.core.markdown import (
    GENERATED_NOTICE,
    build_anchor,
    format_markdown_link,
    render_folded_block,
    render_table,
)
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.history import render_history_lines
from audit.publish.pages.phrases import (
    GATE_WORDS,
    format_count,
    format_dataset_link,
    format_model_link,
)
from audit.publish.pages.terms import format_terms, format_terms_links
from audit.publish.urls import build_hub_url
from audit.records.model import Dataset, Evidence, Registry

PATH_TO_REGISTRY = "../../"
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
    owners: dict[str, list[Dataset]] = defaultdict(list)
    for id in sorted(pages.registry.datasets, key=str.lower):
        owners[id.partition("/")[0]].append(pages.registry.datasets[id])
    used = _group_models_by_dataset(pages.registry)
    found = {
        f"datasets/{owner}/README.md": _render_publisher_page(owner, datasets, used, pages)
        for owner, datasets in owners.items()
    }
    if found:
        found["datasets/README.md"] = _render_dataset_index(pages.registry, used)
    return found


def _group_models_by_dataset(registry: Registry) -> Mapping[str, list[str]]:
    """Models by the datasets that they state."""
    found: dict[str, list[str]] = defaultdict(list)
    for model in sorted(registry.models.values(), key=lambda each: each.id.lower()):
        for id in model.components["datasets"].datasets:
            found[id].append(model.id)
    return found


def _render_dataset_index(registry: Registry, used: Mapping[str, list[str]]) -> str:
    rows = []
    for id in sorted(registry.datasets, key=str.lower):
        each = registry.datasets[id]
        target = f"{id.partition('/')[0]}/README.md#{build_anchor(id)}"
        rows.append(
            (
                format_markdown_link(id, target),
                _format_state(each),
                format_terms(each.license, registry),
                f"{len(used.get(id, [])):,}",
            )
        )
    head = [
        GENERATED_NOTICE,
        "# Datasets",
        "[All models](../README.md)",
        "What models were trained on: whether it can be obtained, and under which terms.",
    ]
    return "\n\n".join([*head, render_table(("Dataset", "Status", "Terms", "Models"), rows)]) + "\n"


def _format_state(dataset: Dataset) -> str:
    return f"{dataset.status} since {dataset.since}" if dataset.since else dataset.status


def _render_publisher_page(
    owner: str, datasets: Sequence[Dataset], used: Mapping[str, list[str]], pages: JudgedRegistry
) -> str:
    head = [
        GENERATED_NOTICE,
        f"# Datasets of {escape_markdown(owner)}",
        f"[All datasets](../README.md) · [All models]({PATH_TO_REGISTRY}README.md) · [Subscribe]({PATH_TO_REGISTRY}feeds/README.md)",
    ]
    if len(datasets) > 1:
        rows = [
            (
                format_markdown_link(each.name, f"#{build_anchor(each.id)}"),
                _format_state(each),
                format_terms(each.license, pages.registry),
            )
            for each in datasets
        ]
        head.append(render_table(("Dataset", "Status", "Terms"), rows))
    return (
        "\n\n".join(
            [
                *head,
                *(_render_dataset_section(each, used.get(each.id, []), pages) for each in datasets),
            ]
        )
        + "\n"
    )


def _render_dataset_section(dataset: Dataset, models: Sequence[str], pages: JudgedRegistry) -> str:
    history = render_history_lines(dataset.ref, pages)
    parts = [
        f'<a id="{build_anchor(dataset.id)}"></a>\n\n## {escape_markdown(dataset.name)}: {_format_state(dataset)}',
        "\n".join(f"* {line}" for line in _list_fact_lines(dataset, pages.registry)),
        escape_markdown(dataset.note) if dataset.note else "",
        *_render_trained_models(dataset, models, pages),
        "History:\n\n" + "\n".join(f"* {each}" for each in history) if history else "",
        f"Record: {format_markdown_link(dataset.id, dataset.id.rpartition('/')[2] + '.json')}{_format_last_seen(dataset)}.",
    ]
    return "\n\n".join(part for part in parts if part)


def _list_fact_lines(dataset: Dataset, registry: Registry) -> list[str]:
    lines = [
        f"{AVAILABILITY_WORDS[dataset.availability].capitalize()}{_format_evidence_links(dataset.availability_evidence)}",
        f"Terms of the collection: {format_terms_links(dataset.license, registry, PATH_TO_REGISTRY)}{_format_evidence_links(dataset.license_evidence)}",
    ]
    if dataset.hub:
        gate = (
            "none" if dataset.hub.gated is False else GATE_WORDS.get(dataset.hub.gated, "not seen")
        )
        lines.append(
            f"{format_markdown_link(dataset.hub.repo, build_hub_url(dataset.hub.repo, 'datasets'))} on the Hub, gate: {gate}"
        )
    if dataset.url:
        lines.append(format_markdown_link("its own page", dataset.url))
    if dataset.derived_from:
        lines.append(
            "Built from "
            + ", ".join(
                format_dataset_link(id, registry, PATH_TO_REGISTRY) for id in dataset.derived_from
            )
        )
    if parts := _group_datasets_by_source(registry).get(dataset.id):
        lines.append(
            "Built into "
            + ", ".join(format_dataset_link(id, registry, PATH_TO_REGISTRY) for id in parts)
        )
    return lines


def _render_trained_models(
    dataset: Dataset, models: Sequence[str], pages: JudgedRegistry
) -> list[str]:
    """What was trained on it; for a dataset that is gone, what that touches."""
    if not models:
        return []
    registry = pages.registry
    derived = _find_derived_models(set(models), registry)
    links = [format_model_link(id, registry, PATH_TO_REGISTRY) for id in models]
    head = f"{format_count(len(models), 'model')} here {'was' if len(models) == 1 else 'were'} trained on it"
    if derived:
        head += f", and {format_count(len(derived), 'model')} derived from those"
    if dataset.status in LOST_STATUSES:
        head = f"**What its withdrawal touched:** {head}. That part of their training data can no longer be obtained from its publisher"
    shown = f"{head}: {', '.join(links[:MAX_MODEL_LINKS])}."
    return (
        [
            shown,
            render_folded_block(
                f"{len(links) - MAX_MODEL_LINKS:,} more", ", ".join(links[MAX_MODEL_LINKS:])
            ),
        ]
        if len(links) > MAX_MODEL_LINKS
        else [shown]
    )


def _find_derived_models(models: set[str], registry: Registry) -> set[str]:
    """Models with one of these among their bases, at any distance."""
    found: set[str] = set()
    waiting = list(models)
    while waiting:
        more = set(_group_models_by_base(registry).get(waiting.pop(), ())) - models - found
        found |= more
        waiting += more
    return found


@lru_cache(maxsize=4)
def _group_models_by_base(registry: Registry) -> Mapping[str, list[str]]:
    """Models by each of their bases."""
    found: dict[str, list[str]] = defaultdict(list)
    for model in registry.models.values():
        for base in model.base_models or ():
            found[base.id].append(model.id)
    return found


@lru_cache(maxsize=4)
def _group_datasets_by_source(registry: Registry) -> Mapping[str, list[str]]:
    """Datasets by what they were built from, in alphabetical order."""
    found: dict[str, list[str]] = defaultdict(list)
    for id in sorted(registry.datasets, key=str.lower):
        for part in dict.fromkeys(registry.datasets[id].derived_from):
            found[part].append(id)
    return found


def _format_last_seen(dataset: Dataset) -> str:
    seen = max((each.seen for each in dataset.evidence), default="")
    return f", evidence last read {seen}" if seen else ""


def _format_evidence_links(evidence: Sequence[Evidence]) -> str:
    shown = ", ".join(format_markdown_link(each.key, each.url) for each in evidence)
    return f" ({shown})" if shown else ""
