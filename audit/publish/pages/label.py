"""registry/labels/<label>.md.

Every model of one label, with its terms and what stands between it and more. A page that would be
too large is a table of makers, and has a page for each initial below `labels/<label>/`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from audit.core.escape import escape_markdown
from audit.core.grouping import group_pairs, list_alphabetically
from audit.core.markdown import (
    GENERATED_NOTICE,
    TableRow,
    format_markdown_link,
    join_blocks,
    render_table,
)
from audit.core.references import get_owner
from audit.definitions.base import Verdict
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.phrases import (
    LABEL_WORDS,
    OSAID_WORDS,
    format_claims,
    format_count,
    format_gate,
    format_model_link,
    format_size,
    is_claim_contradicted,
    list_size_notes,
)
from audit.publish.pages.terms import format_terms_links
from audit.records.model import Model
from audit.records.registry import Registry

MAX_PAGE_BYTES = 80_000
"""Hosts render slowly what is larger, and stop at a few times as much."""
DIGITS = "0-9"
GATED_VALUES = ("auto", "manual", "gated")
_COMMON_HEADER = ("Model", "Size", "Modality", "Released")
_USUAL_HEADER = ("Terms of the weights", "OSAID 1.0")
_HEADERS = {
    "undetermined": ("Not known yet", "Terms of the weights"),
    "open-weight-or-better": ("Terms of the weights", "Not known yet"),
    "open-source": ("Terms of the weights", "Its maker calls it", "No primary source yet for"),
}


def render_label_pages(pages: JudgedRegistry) -> dict[str, str]:
    """The pages of every label, by path below the registry.

    A label without models has one too, so that links to it hold.
    """
    found: dict[str, str] = {}
    for label, models in _group_models_by_label(pages).items():
        whole = _render_label_page(label, models, pages)
        if len(whole.encode()) < MAX_PAGE_BYTES:
            found[f"labels/{label}.md"] = whole
        else:
            found |= _render_label_in_parts(label, models, pages)
    return found


def _group_models_by_label(pages: JudgedRegistry) -> dict[str, list[Model]]:
    by_label: dict[str, list[Model]] = {label: [] for label in LABEL_WORDS}
    for model in list_alphabetically(pages.registry.models):
        by_label[pages.find_label(model)].append(model)
    return by_label


def _render_label_page(label: str, models: Sequence[Model], pages: JudgedRegistry) -> str:
    blocks = list(_list_opening(label, len(models)))
    if models:
        blocks.append(_render_model_table(label, models, pages, "../"))
        blocks += list_size_notes(models)
    return join_blocks(blocks)


def _list_opening(label: str, count: int) -> Iterator[str]:
    yield GENERATED_NOTICE
    yield f"# {label.capitalize()}"
    links = ["[All models](../README.md)"]
    links += [f"[{other}]({other}.md)" for other in LABEL_WORDS if other != label]
    yield " · ".join(links)
    yield f"{LABEL_WORDS[label]} {format_count(count, 'model')}."


def _render_label_in_parts(
    label: str, models: Sequence[Model], pages: JudgedRegistry
) -> dict[str, str]:
    """A table of makers by their initial, and a page for each initial."""
    parts = group_pairs((_find_initial(model), model) for model in models)
    rows = [_build_part_row(label, initial, parts[initial]) for initial in sorted(parts)]
    opening = _list_opening(label, len(models))
    whole = join_blocks([*opening, render_table(("Initial", "Models", "Makers"), rows)])
    shown = {
        f"labels/{label}/{initial}.md": _render_part(label, initial, members, pages)
        for initial, members in parts.items()
    }
    return {f"labels/{label}.md": whole} | shown


def _find_initial(model: Model) -> str:
    """Of its maker; digits stand together."""
    initial = model.id[0].lower()
    return initial if initial.isalpha() else DIGITS


def _build_part_row(label: str, initial: str, models: Sequence[Model]) -> TableRow:
    counts = Counter(get_owner(model.id) for model in models)
    makers = ", ".join(f"{escape_markdown(owner)} {count}" for owner, count in counts.items())
    link = format_markdown_link(initial.upper(), f"{label}/{initial}.md")
    return f"**{link}**", f"{len(models):,}", makers


def _render_part(label: str, initial: str, models: Sequence[Model], pages: JudgedRegistry) -> str:
    blocks = (
        GENERATED_NOTICE,
        f"# {label.capitalize()}: makers with {initial.upper()}",
        f"[All models](../../README.md) · [All that are {label}](../{label}.md)",
        _render_model_table(label, models, pages, "../../"),
        *list_size_notes(models),
    )
    return join_blocks(blocks)


def _render_model_table(
    label: str, models: Sequence[Model], pages: JudgedRegistry, path_to_registry: str
) -> str:
    rows = [_build_model_row(label, model, pages, path_to_registry) for model in models]
    return render_table((*_COMMON_HEADER, *_HEADERS.get(label, _USUAL_HEADER)), rows)


def _build_model_row(
    label: str, model: Model, pages: JudgedRegistry, path_to_registry: str
) -> TableRow:
    terms = _format_weights_terms(model, pages.registry, path_to_registry)
    return (
        format_model_link(model.id, pages.registry, path_to_registry),
        format_size(model),
        escape_markdown(", ".join(model.modalities)),
        model.released.date if model.released else "",
        *_list_label_cells(label, model, terms, pages.verdicts[model.id]),
    )


def _list_label_cells(
    label: str, model: Model, terms: str, verdicts: Mapping[str, Verdict]
) -> TableRow:
    """What only a page of this label says of a model, in the order of its header."""
    osaid = verdicts["osaid-1.0"]
    if label == "undetermined":
        return _format_first_missing(verdicts["spectrum"]), terms
    if label == "open-weight-or-better":
        return terms, _format_first_missing(osaid)
    if label == "open-source":
        return terms, format_claims(model), ", ".join(osaid.second_hand)
    return terms, _format_osaid_verdict(model, osaid)


def _format_weights_terms(model: Model, registry: Registry, path_to_registry: str) -> str:
    terms = "no weights"
    if model.weights.status in ("released", "partial"):
        terms = format_terms_links(model.weights.license, registry, path_to_registry)
    if model.hub and model.hub.gated in GATED_VALUES:
        terms += f", gate: {format_gate(model)}"
    return terms


def _format_first_missing(verdict: Verdict) -> str:
    if not verdict.missing:
        return ""
    return escape_markdown(verdict.missing[0].removeprefix("establish "))


def _format_osaid_verdict(model: Model, verdict: Verdict) -> str:
    """The verdict with the first thing that stands against it.

    A mark where its maker says open source.
    """
    words = OSAID_WORDS.get(verdict.value, verdict.value)
    if reason := _find_first_refusal(verdict):
        words += f": {escape_markdown(reason)}"
    if is_claim_contradicted(verdict.value, model):
        words += f" ⚠ called {format_claims(model)}"
    return words


def _find_first_refusal(verdict: Verdict) -> str | None:
    refusals = (step.needs for step in verdict.steps if step.answer == "no" and step.needs)
    return next(refusals, None)
