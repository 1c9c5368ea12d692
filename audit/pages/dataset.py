"""registry/datasets/<owner>/README.md: can it be obtained, under which terms, and what was trained on it."""

from collections import defaultdict
from collections.abc import Sequence

from audit.pages.history import history_lines
from audit.pages.judged import Judged
from audit.pages.markdown import GENERATED, anchor, link, table, text
from audit.pages.words import GATES
from audit.records.types import Dataset

MAX_MODELS = 60
ACCESS = {
    "open": "anybody may obtain it and share it on",
    "public": "anybody may obtain it",
    "obtainable": "obtainable from its holder, perhaps under conditions",
    "unshareable": "not shareable",
    "unknown": "who may obtain it was not established",
}


def dataset_pages(pages: Judged) -> dict[str, str]:
    """The page of every publisher, and their index, by path below the registry."""
    owners: dict[str, list[Dataset]] = defaultdict(list)
    for id in sorted(pages.registry.datasets, key=str.lower):
        owners[id.partition("/")[0]].append(pages.registry.datasets[id])
    used = _used(pages)
    found = {f"datasets/{owner}/README.md": _page(owner, datasets, used, pages) for owner, datasets in owners.items()}
    if found:
        found["datasets/README.md"] = _index(pages, used)
    return found


def _used(pages: Judged) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for model in sorted(pages.registry.models.values(), key=lambda each: each.id.lower()):
        for id in model.components["datasets"].datasets:
            found[id].append(model.id)
    return found


def _index(pages: Judged, used: dict[str, list[str]]) -> str:
    rows = []
    for id in sorted(pages.registry.datasets, key=str.lower):
        each = pages.registry.datasets[id]
        target = f"{id.partition('/')[0]}/README.md#{anchor(id)}"
        rows.append((link(id, target), each.status, text(each.license or "unknown"), str(len(used.get(id, [])))))
    head = [GENERATED, "# Datasets", "[All models](../README.md)"]
    return "\n\n".join([*head, table(("Dataset", "Status", "Terms", "Models trained on it"), rows)]) + "\n"


def _page(owner: str, datasets: Sequence[Dataset], used: dict[str, list[str]], pages: Judged) -> str:
    head = [GENERATED, f"# Datasets of {text(owner)}", "[All datasets](../README.md) · [All models](../../README.md) · [Subscribe](../../feeds/README.md)"]
    return "\n\n".join([*head, *(_section(each, used.get(each.id, []), pages) for each in datasets)]) + "\n"


def _section(dataset: Dataset, models: Sequence[str], pages: Judged) -> str:
    since = f" since {dataset.since}" if dataset.since else ""
    sources = ", ".join(link(each.key, each.url) for each in dataset.status_evidence)
    lines = [
        f'<a id="{anchor(dataset.id)}"></a>\n\n## {text(dataset.name)}: {dataset.status}{since}',
        f"Record: {link(dataset.id, dataset.id.rpartition('/')[2] + '.json')}. {ACCESS[dataset.access].capitalize()} ({sources}).",
        f"Terms of the collection: {text(dataset.license or 'unknown')}.",
    ]
    if dataset.hub:
        gate = "none" if dataset.hub.gated is False else GATES.get(dataset.hub.gated, "not seen")
        lines.append(f"On the Hub as {link(dataset.hub.repo, 'https://huggingface.co/datasets/' + dataset.hub.repo)}, gate: {gate}.")
    if dataset.note:
        lines.append(text(dataset.note))
    if dataset.derived_from:
        lines.append("Built from " + ", ".join(map(text, dataset.derived_from)) + ".")
    if models:
        shown = ", ".join(link(id, f"../../models/{id.partition('/')[0]}/README.md#{anchor(id)}") for id in models[:MAX_MODELS])
        lines.append(f"Models trained on it: {shown}" + (f" and {len(models) - MAX_MODELS} more." if len(models) > MAX_MODELS else "."))
    lines += ["\n".join(f"* {each}" for each in history)] if (history := history_lines(dataset.ref, pages)) else []
    return "\n\n".join(lines)
