"""registry/models/<owner>/README.md: the owner's models at a glance."""

from collections import Counter
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from audit.core.escape import escape_markdown
from audit.core.grouping import group_pairs, list_alphabetically
from audit.core.markdown import (
    GENERATED_NOTICE,
    TableRow,
    build_anchor,
    format_markdown_link,
    join_blocks,
    render_table,
)
from audit.core.references import get_own_name, get_owner
from audit.definitions.common_uses import COMMON_USES
from audit.definitions.permissions import find_told_permission
from audit.licenses.uses import TOLD_WORDS
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.model_page import has_weights
from audit.publish.pages.phrases import LABEL_WORDS, format_count, format_size, list_size_notes
from audit.publish.pages.terms import format_terms
from audit.records.model import Model
from audit.records.registry import Registry

PATH_TO_REGISTRY = "../../"


def render_owner_pages(pages: JudgedRegistry) -> dict[str, str]:
    """The page of every owner, by path below the registry."""
    return {
        f"models/{owner}/README.md": _render_owner_page(owner, models, pages)
        for owner, models in _group_models_by_owner(pages.registry).items()
    }


def _group_models_by_owner(registry: Registry) -> Mapping[str, Sequence[Model]]:
    models = list_alphabetically(registry.models)
    return group_pairs((get_owner(model.id), model) for model in models)


def _render_owner_page(owner: str, models: Sequence[Model], pages: JudgedRegistry) -> str:
    """The page of one owner, its models in alphabetical order."""
    blocks = [GENERATED_NOTICE, f"# {escape_markdown(owner)}", _format_page_links(models, pages)]
    return join_blocks([*blocks, _render_overview(models, pages), *list_size_notes(models)])


def _format_page_links(models: Sequence[Model], pages: JudgedRegistry) -> str:
    links = (
        f"[All models]({PATH_TO_REGISTRY}README.md)",
        f"[Subscribe]({PATH_TO_REGISTRY}feeds/README.md)",
        _format_label_counts(models, pages),
    )
    return " · ".join(links)


def _format_label_counts(models: Sequence[Model], pages: JudgedRegistry) -> str:
    found = Counter(pages.find_label(model) for model in models)
    labels = [_format_label_count(label, found[label]) for label in LABEL_WORDS if found[label]]
    return f"{format_count(len(models), 'model')}: {', '.join(labels)}"


def _format_label_count(label: str, count: int) -> str:
    return f"{count:,} [{label}]({PATH_TO_REGISTRY}labels/{label}.md)"


def _render_overview(models: Sequence[Model], pages: JudgedRegistry) -> str:
    header = (
        "Model",
        "Label",
        "Commercial use",
        "Terms of the weights",
        "Modality",
        "Size",
        "Released",
    )
    return render_table(header, [_build_overview_row(model, pages) for model in models])


def _build_overview_row(model: Model, pages: JudgedRegistry) -> TableRow:
    terms = "no weights"
    if has_weights(model):
        terms = format_terms(model.weights.license, pages.registry)
    return (
        _format_name(model),
        pages.find_label(model),
        _format_commercial_use(model, pages.registry),
        terms,
        escape_markdown(", ".join(model.modalities)),
        format_size(model),
        model.released.date if model.released else "",
    )


def _format_commercial_use(model: Model, registry: Registry) -> str:
    """The word of the row that the site and `search` show, too."""
    return TOLD_WORDS[find_told_permission(model, registry, COMMON_USES[0].use)]


def _format_name(model: Model) -> str:
    """The link to the model's page. The anchor is that of its section on older pages."""
    name = get_own_name(model.id)
    link = format_markdown_link(name, f"{quote(name)}.md")
    return f'<a id="{build_anchor(model.id)}"></a>{link}'
