"""registry/datasets/<owner>/README.md: can it be obtained, under which terms, and what was trained on it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from audit.core.markdown import GENERATED, anchor, folded, link, table, text
from audit.publish.pages.context import Judged
from audit.publish.pages.history import history_lines
from audit.publish.pages.links import dataset_link, model_link, numbered
from audit.publish.pages.phrases import GATES
from audit.publish.pages.terms import terms_links, terms_words
from audit.records.model import Dataset, Evidence, Registry

UP = "../../"
MAX_MODELS = 30
"""Shown before the fold."""
ACCESS = {
    "open": "anybody may obtain it and share it on",
    "public": "anybody may obtain it",
    "obtainable": "obtainable from its holder, perhaps under conditions",
    "unshareable": "not shareable",
    "unknown": "who may obtain it was not established",
}
LOST = ("withdrawn",)


def dataset_pages(pages: Judged) -> dict[str, str]:
    """The page of every publisher, and their index, by path below the registry."""
    owners: dict[str, list[Dataset]] = defaultdict(list)
    for id in sorted(pages.registry.datasets, key=str.lower):
        owners[id.partition("/")[0]].append(pages.registry.datasets[id])
    used = _used(pages.registry)
    found = {f"datasets/{owner}/README.md": _page(owner, datasets, used, pages) for owner, datasets in owners.items()}
    if found:
        found["datasets/README.md"] = _index(pages.registry, used)
    return found


def _used(registry: Registry) -> Mapping[str, list[str]]:
    """Models by the datasets that they state."""
    found: dict[str, list[str]] = defaultdict(list)
    for model in sorted(registry.models.values(), key=lambda each: each.id.lower()):
        for id in model.components["datasets"].datasets:
            found[id].append(model.id)
    return found


def _index(registry: Registry, used: Mapping[str, list[str]]) -> str:
    rows = []
    for id in sorted(registry.datasets, key=str.lower):
        each = registry.datasets[id]
        target = f"{id.partition('/')[0]}/README.md#{anchor(id)}"
        rows.append((link(id, target), _state(each), terms_words(each.license, registry), f"{len(used.get(id, [])):,}"))
    head = [GENERATED, "# Datasets", "[All models](../README.md)", "What models were trained on: whether it can be obtained, and under which terms."]
    return "\n\n".join([*head, table(("Dataset", "Status", "Terms", "Models"), rows)]) + "\n"


def _state(dataset: Dataset) -> str:
    return f"{dataset.status} since {dataset.since}" if dataset.since else dataset.status


def _page(owner: str, datasets: Sequence[Dataset], used: Mapping[str, list[str]], pages: Judged) -> str:
    head = [GENERATED, f"# Datasets of {text(owner)}", f"[All datasets](../README.md) · [All models]({UP}README.md) · [Subscribe]({UP}feeds/README.md)"]
    if len(datasets) > 1:
        rows = [(link(each.name, f"#{anchor(each.id)}"), _state(each), terms_words(each.license, pages.registry)) for each in datasets]
        head.append(table(("Dataset", "Status", "Terms"), rows))
    return "\n\n".join([*head, *(_section(each, used.get(each.id, []), pages) for each in datasets)]) + "\n"


def _section(dataset: Dataset, models: Sequence[str], pages: Judged) -> str:
    history = history_lines(dataset.ref, pages)
    parts = [
        f'<a id="{anchor(dataset.id)}"></a>\n\n## {text(dataset.name)}: {_state(dataset)}',
        "\n".join(f"* {line}" for line in _lines(dataset, pages.registry)),
        text(dataset.note) if dataset.note else "",
        *_models(dataset, models, pages),
        "History:\n\n" + "\n".join(f"* {each}" for each in history) if history else "",
        f"Record: {link(dataset.id, dataset.id.rpartition('/')[2] + '.json')}{_seen(dataset)}.",
    ]
    return "\n\n".join(part for part in parts if part)


def _lines(dataset: Dataset, registry: Registry) -> list[str]:
    lines = [
        f"{ACCESS[dataset.access].capitalize()}{_links(dataset.status_evidence)}",
        f"Terms of the collection: {terms_links(dataset.license, registry, UP)}{_links(dataset.license_evidence)}",
    ]
    if dataset.hub:
        gate = "none" if dataset.hub.gated is False else GATES.get(dataset.hub.gated, "not seen")
        lines.append(f"{link(dataset.hub.repo, 'https://huggingface.co/datasets/' + dataset.hub.repo)} on the Hub, gate: {gate}")
    if dataset.url:
        lines.append(link("its own page", dataset.url))
    if dataset.derived_from:
        lines.append("Built from " + ", ".join(dataset_link(id, registry, UP) for id in dataset.derived_from))
    if parts := _built_from(registry).get(dataset.id):
        lines.append("Built into " + ", ".join(dataset_link(id, registry, UP) for id in parts))
    return lines


def _models(dataset: Dataset, models: Sequence[str], pages: Judged) -> list[str]:
    """What was trained on it; for a dataset that is gone, what that touches."""
    if not models:
        return []
    registry = pages.registry
    derived = _derived(set(models), registry)
    links = [model_link(id, registry, UP) for id in models]
    head = f"{numbered(len(models), 'model')} here {'was' if len(models) == 1 else 'were'} trained on it"
    if derived:
        head += f", and {numbered(len(derived), 'model')} derived from those"
    if dataset.status in LOST:
        head = f"**What its withdrawal touched:** {head}. That part of their training data can no longer be obtained from its publisher"
    shown = f"{head}: {', '.join(links[:MAX_MODELS])}."
    return [shown, folded(f"{len(links) - MAX_MODELS:,} more", ", ".join(links[MAX_MODELS:]))] if len(links) > MAX_MODELS else [shown]


def _derived(models: set[str], registry: Registry) -> set[str]:
    """Models with one of these among their bases, at any distance."""
    found: set[str] = set()
    waiting = list(models)
    while waiting:
        more = set(_children(registry).get(waiting.pop(), ())) - models - found
        found |= more
        waiting += more
    return found


@lru_cache(maxsize=4)
def _children(registry: Registry) -> Mapping[str, list[str]]:
    """Models by each of their bases."""
    found: dict[str, list[str]] = defaultdict(list)
    for model in registry.models.values():
        for base in model.bases or ():
            found[base.id].append(model.id)
    return found


@lru_cache(maxsize=4)
def _built_from(registry: Registry) -> Mapping[str, list[str]]:
    """Datasets by what they were built from, in alphabetical order."""
    found: dict[str, list[str]] = defaultdict(list)
    for id in sorted(registry.datasets, key=str.lower):
        for part in dict.fromkeys(registry.datasets[id].derived_from):
            found[part].append(id)
    return found


def _seen(dataset: Dataset) -> str:
    seen = max((each.seen for each in dataset.evidence), default="")
    return f", evidence last read {seen}" if seen else ""


def _links(evidence: Sequence[Evidence]) -> str:
    shown = ", ".join(link(each.key, each.url) for each in evidence)
    return f" ({shown})" if shown else ""
