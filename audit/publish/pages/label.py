"""registry/labels/<label>.md: every model of one label, with its terms and what stands between it and more."""

from audit.core.escape import escape_markdown
from audit.core.markdown import GENERATED_NOTICE, render_table
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

PATH_TO_REGISTRY = "../"
GATED_VALUES = ("auto", "manual", "gated")


def render_label_pages(pages: JudgedRegistry) -> dict[str, str]:
    """One page per label, by path below the registry; a label without models has one too, so that links to it hold."""
    by_label: dict[str, list[Model]] = {label: [] for label in LABEL_WORDS}
    for id in sorted(pages.registry.models, key=str.lower):
        by_label[pages.find_label(pages.registry.models[id])].append(pages.registry.models[id])
    return {
        f"labels/{label}.md": _render_label_page(label, models, pages)
        for label, models in by_label.items()
    }


def _render_label_page(label: str, models: list[Model], pages: JudgedRegistry) -> str:
    others = " · ".join(f"[{other}]({other}.md)" for other in LABEL_WORDS if other != label)
    head = [
        GENERATED_NOTICE,
        f"# {label.capitalize()}",
        f"[All models]({PATH_TO_REGISTRY}README.md) · {others}",
        f"{LABEL_WORDS[label]} {format_count(len(models), 'model')}.",
    ]
    rows = [_build_model_row(label, model, pages) for model in models]
    return (
        "\n\n".join([*head, *([render_table(_build_header(label), rows)] if rows else [])]) + "\n"
    )


def _build_header(label: str) -> tuple[str, ...]:
    if label == "undetermined":
        return "Model", "Not known yet", "Terms of the weights"
    if label == "open-source":
        return "Model", "Terms of the weights", "Its maker calls it", "No primary source yet for"
    return "Model", "Terms of the weights", "OSAID 1.0"


def _build_model_row(label: str, model: Model, pages: JudgedRegistry) -> tuple[str, ...]:
    verdicts = pages.verdicts[model.id]
    gate = f", gate: {format_gate(model)}" if model.hub and model.hub.gated in GATED_VALUES else ""
    weights = (
        format_terms_links(model.weights.license, pages.registry, PATH_TO_REGISTRY)
        if model.weights.status in ("released", "partial")
        else "no weights"
    )
    name, terms = format_model_link(model.id, pages.registry, PATH_TO_REGISTRY), f"{weights}{gate}"
    if label == "undetermined":
        return name, _format_first_missing(verdicts["spectrum"]), terms
    if label == "open-source":
        return name, terms, format_claims(model), ", ".join(verdicts["osaid-1.0"].second_hand)
    return name, terms, _format_osaid_verdict(model, verdicts["osaid-1.0"])


def _format_first_missing(verdict: Verdict) -> str:
    return escape_markdown(verdict.missing[0].removeprefix("establish ")) if verdict.missing else ""


def _format_osaid_verdict(model: Model, verdict: Verdict) -> str:
    """The verdict with the first thing that stands against it; a mark where its maker says open source."""
    against = next(
        (
            f": {escape_markdown(step.needs)}"
            for step in verdict.steps
            if step.answer == "no" and step.needs
        ),
        "",
    )
    mark = (
        f" ⚠ called {format_claims(model)}" if is_claim_contradicted(verdict.value, model) else ""
    )
    return f"{OSAID_WORDS.get(verdict.value, verdict.value)}{against}{mark}"
