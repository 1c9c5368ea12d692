"""registry/labels/<label>.md: every model of one label, with its terms and what stands between it and more."""

from audit.core.markdown import GENERATED, table, text
from audit.definitions.base import Verdict
from audit.publish.pages.context import Judged
from audit.publish.pages.links import model_link, numbered
from audit.publish.pages.phrases import LABELS, OSAID_WORDS, claim_differs, claim_words, gate_words
from audit.publish.pages.terms import terms_links
from audit.records.model import Model

UP = "../"
GATED = ("auto", "manual", "gated")


def label_pages(pages: Judged) -> dict[str, str]:
    """One page per label, by path below the registry; a label without models has one too, so that links to it hold."""
    by_label: dict[str, list[Model]] = {label: [] for label in LABELS}
    for id in sorted(pages.registry.models, key=str.lower):
        by_label[pages.label(pages.registry.models[id])].append(pages.registry.models[id])
    return {f"labels/{label}.md": _page(label, models, pages) for label, models in by_label.items()}


def _page(label: str, models: list[Model], pages: Judged) -> str:
    others = " · ".join(f"[{other}]({other}.md)" for other in LABELS if other != label)
    head = [GENERATED, f"# {label.capitalize()}", f"[All models]({UP}README.md) · {others}", f"{LABELS[label]} {numbered(len(models), 'model')}."]
    rows = [_row(label, model, pages) for model in models]
    return "\n\n".join([*head, *([table(_header(label), rows)] if rows else [])]) + "\n"


def _header(label: str) -> tuple[str, ...]:
    if label == "undetermined":
        return "Model", "Not known yet", "Terms of the weights"
    if label == "open-source":
        return "Model", "Terms of the weights", "Its maker calls it", "No primary source yet for"
    return "Model", "Terms of the weights", "OSAID 1.0"


def _row(label: str, model: Model, pages: Judged) -> tuple[str, ...]:
    verdicts = pages.verdicts[model.id]
    gate = f", gate: {gate_words(model)}" if model.hub and model.hub.gated in GATED else ""
    weights = terms_links(model.weights.license, pages.registry, UP) if model.weights.status in ("released", "partial") else "no weights"
    name, terms = model_link(model.id, pages.registry, UP), f"{weights}{gate}"
    if label == "undetermined":
        return name, _first(verdicts["spectrum"]), terms
    if label == "open-source":
        return name, terms, claim_words(model), ", ".join(verdicts["osaid-1.0"].second_hand)
    return name, terms, _osaid(model, verdicts["osaid-1.0"])


def _first(verdict: Verdict) -> str:
    return text(verdict.missing[0].removeprefix("establish ")) if verdict.missing else ""


def _osaid(model: Model, verdict: Verdict) -> str:
    """The verdict with the first thing that stands against it; a mark where its maker says open source."""
    against = next((f": {text(step.needs)}" for step in verdict.steps if step.answer == "no" and step.needs), "")
    mark = f" ⚠ called {claim_words(model)}" if claim_differs(verdict.value, model) else ""
    return f"{OSAID_WORDS.get(verdict.value, verdict.value)}{against}{mark}"
