"""The catalog's first table: who makes models, of which families, and under which labels."""

from collections import Counter
from collections.abc import Mapping, Sequence

from audit.core.escape import escape_markdown
from audit.core.grouping import group_pairs, list_alphabetically
from audit.core.markdown import (
    TableRow,
    format_markdown_link,
    render_folded_block,
    render_table,
)
from audit.core.references import get_owner
from audit.core.wording import count_things
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.phrases import LABEL_WORDS
from audit.records.model import Model

MIN_MODELS = 10
"""Makers of fewer stand behind the fold."""
MAX_FAMILIES = 8
ModelsByOwner = Mapping[str, Sequence[Model]]
_HEADER = ("Maker", "Models", "Families", "Labels", "Newest")


def render_makers(pages: JudgedRegistry) -> list[str]:
    """The makers of many models with their families, and the others by name."""
    models = list_alphabetically(pages.registry.models)
    by_owner = group_pairs((get_owner(model.id), model) for model in models)
    blocks = [_render_large_makers(by_owner, pages), _render_small_makers(by_owner)]
    return ['<a id="makers"></a>\n\n## Makers and families', *filter(None, blocks)]


def _render_large_makers(by_owner: ModelsByOwner, pages: JudgedRegistry) -> str:
    rows = [
        _build_maker_row(owner, models, pages)
        for owner, models in by_owner.items()
        if len(models) >= MIN_MODELS
    ]
    return render_table(_HEADER, rows) if rows else ""


def _render_small_makers(by_owner: ModelsByOwner) -> str:
    makers = [
        f"{_link_owner(owner)} {len(models)}"
        for owner, models in by_owner.items()
        if len(models) < MIN_MODELS
    ]
    title = f"{count_things(len(makers), 'maker')} of fewer than {MIN_MODELS} models"
    return render_folded_block(title, ", ".join(makers)) if makers else ""


def _build_maker_row(owner: str, models: Sequence[Model], pages: JudgedRegistry) -> TableRow:
    dates = [model.released.date for model in models if model.released]
    return (
        _link_owner(owner),
        f"{len(models):,}",
        _list_families(models, pages),
        _count_labels(models, pages),
        max(dates, default=""),
    )


def _list_families(models: Sequence[Model], pages: JudgedRegistry) -> str:
    """The largest families by name, each with its number of models."""
    counts = Counter(model.family for model in models if model.family)
    shown = [
        f"{escape_markdown(pages.registry.families[family].name)} {count}"
        for family, count in counts.most_common(MAX_FAMILIES)
        if family
    ]
    hidden = len(counts) - len(shown)
    return ", ".join([*shown, f"{hidden} more"] if hidden else shown)


def _count_labels(models: Sequence[Model], pages: JudgedRegistry) -> str:
    counts = Counter(pages.find_label(model) for model in models)
    return ", ".join(f"{counts[label]:,} {label}" for label in LABEL_WORDS if counts[label])


def _link_owner(name: str) -> str:
    return format_markdown_link(name, f"models/{name}/README.md")
