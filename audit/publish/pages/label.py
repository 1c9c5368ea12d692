"""registry/labels/<label>.md.

Every model of one label, with its terms and what stands between it and more.
"""

from collections.abc import Mapping

from audit.core.escape import escape_markdown
from audit.core.grouping import list_alphabetically
from audit.core.markdown import GENERATED_NOTICE, TableRow, join_blocks, render_table
from audit.definitions.base import Verdict
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.phrases import (
    LABEL_WORDS,
    OSAID_WORDS,
    format_claims,
    format_count,
    format_gate,
    format_model_link,
    is_claim_contradicted,
)
from audit.publish.pages.terms import format_terms_links
from audit.records.model import Model
from audit.records.registry import Registry

PATH_TO_REGISTRY = "../"
GATED_VALUES = ("auto", "manual", "gated")
_USUAL_HEADER = ("Model", "Terms of the weights", "OSAID 1.0")
_HEADERS = {
    "undetermined": ("Model", "Not known yet", "Terms of the weights"),
    "open-weight-or-better": ("Model", "Terms of the weights", "Not known yet"),
    "open-source": (
        "Model",
        "Terms of the weights",
        "Its maker calls it",
        "No primary source yet for",
    ),
}


def render_label_pages(pages: JudgedRegistry) -> dict[str, str]:
    """One page per label, by path below the registry.

    A label without models has one too, so that links to it hold.
    """
    return {
        f"labels/{label}.md": _render_label_page(label, models, pages)
        for label, models in _group_models_by_label(pages).items()
    }


def _group_models_by_label(pages: JudgedRegistry) -> dict[str, list[Model]]:
    by_label: dict[str, list[Model]] = {label: [] for label in LABEL_WORDS}
    for model in list_alphabetically(pages.registry.models):
        by_label[pages.find_label(model)].append(model)
    return by_label


def _render_label_page(label: str, models: list[Model], pages: JudgedRegistry) -> str:
    count = format_count(len(models), "model")
    blocks = [
        GENERATED_NOTICE,
        f"# {label.capitalize()}",
        _format_page_links(label),
        f"{LABEL_WORDS[label]} {count}.",
    ]
    if models:
        blocks.append(_render_model_table(label, models, pages))
    return join_blocks(blocks)


def _render_model_table(label: str, models: list[Model], pages: JudgedRegistry) -> str:
    rows = [_build_model_row(label, model, pages) for model in models]
    return render_table(_HEADERS.get(label, _USUAL_HEADER), rows)


def _format_page_links(label: str) -> str:
    links = [f"[All models]({PATH_TO_REGISTRY}README.md)"]
    links += [f"[{other}]({other}.md)" for other in LABEL_WORDS if other != label]
    return " · ".join(links)


def _build_model_row(label: str, model: Model, pages: JudgedRegistry) -> TableRow:
    name = format_model_link(model.id, pages.registry, PATH_TO_REGISTRY)
    terms = _format_weights_terms(model, pages.registry)
    return name, *_list_label_cells(label, model, terms, pages.verdicts[model.id])


def _list_label_cells(
    label: str, model: Model, terms: str, verdicts: Mapping[str, Verdict]
) -> TableRow:
    """What a page of this label says of a model, in the order of its header."""
    osaid = verdicts["osaid-1.0"]
    if label == "undetermined":
        return _format_first_missing(verdicts["spectrum"]), terms
    if label == "open-weight-or-better":
        return terms, _format_first_missing(osaid)
    if label == "open-source":
        return terms, format_claims(model), ", ".join(osaid.second_hand)
    return terms, _format_osaid_verdict(model, osaid)


def _format_weights_terms(model: Model, registry: Registry) -> str:
    terms = "no weights"
    if model.weights.status in ("released", "partial"):
        terms = format_terms_links(model.weights.license, registry, PATH_TO_REGISTRY)
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
