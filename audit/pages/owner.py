"""registry/models/<owner>/README.md: one section per model, each fact with its evidence."""

from collections.abc import Sequence

from audit.frameworks.base import Verdict
from audit.frameworks.permissions import IntendedUse, allows
from audit.frameworks.questions import four_questions
from audit.pages.history import history_lines
from audit.pages.judged import Judged
from audit.pages.markdown import GENERATED, anchor, link, table, text
from audit.pages.words import gate_words
from audit.records.types import Component, Evidence, Model, Registry

HUB = "https://huggingface.co/"
MAX_ITEMS = 3
_USES = (
    ("use it commercially", IntendedUse(commercial=True)),
    ("fine-tune it", IntendedUse(fine_tune=True)),
    ("share it", IntendedUse(redistribute=True)),
    ("train on its outputs", IntendedUse(train_on_outputs=True)),
)
_PERMISSIONS = {
    "allowed": "yes",
    "allowed-with-obligations": "yes, with obligations",
    "needs-separate-license": "only with a separate license",
    "forbidden": "no",
    "unknown": "not known",
}


def owner_page(owner: str, models: Sequence[Model], pages: Judged) -> str:
    """The page of one owner, its models in alphabetical order."""
    head = [GENERATED, f"# {text(owner)}", "[All models](../../README.md) · [Subscribe](../../feeds/README.md)"]
    return "\n\n".join([*head, *(_section(model, pages) for model in models)]) + "\n"


def _section(model: Model, pages: Judged) -> str:
    verdicts = tuple(pages.verdicts[model.id].values())
    label = pages.label(model)
    parts = [
        f'<a id="{anchor(model.id)}"></a>\n\n## {text(model.name)}: {label}',
        _facts(model),
        _questions(model, pages.registry),
        _uses(model, pages.registry),
        _components(model),
        _verdicts(verdicts),
        _missing(pages.verdicts[model.id]["osaid-1.0"]),
        _history(model, pages),
    ]
    return "\n\n".join(part for part in parts if part)


def _facts(model: Model) -> str:
    lines = [f"By {text(model.developer)}. Record: {link(model.id, model.id.rpartition('/')[2] + '.json')}."]
    if seen := max((each.seen for each in model.evidence), default=""):
        lines[0] += f" Evidence last read {seen}."
    if model.released:
        lines.append(f"Released {model.released.date}{_sources(model.released.evidence)}.")
    if model.bases:
        lines.append("Derived from " + ", ".join(f"{text(base.id)} ({base.relation}){_sources(base.evidence)}" for base in model.bases) + ".")
    if model.hub:
        lines.append(f"On the Hub as {link(model.hub.repo, HUB + model.hub.repo)}, gate: {gate_words(model)}{_sources(model.hub.evidence)}.")
    return "\n".join(lines)


def _questions(model: Model, registry: Registry) -> str:
    return " · ".join(f"{each.question} **{each.answer}**" for each in four_questions(model, registry))


def _uses(model: Model, registry: Registry) -> str:
    """What one may do, for the uses that people ask about first."""
    if model.weights.status not in ("released", "partial"):
        return ""
    said = [f"{name}: {_PERMISSIONS[allows(model, registry, use).value]}" for name, use in _USES]
    return f"You may, by the recorded terms: {'; '.join(said)}."


def _missing(verdict: Verdict) -> str:
    if verdict.to_improve:
        head, items = "For a better OSAID verdict: ", verdict.to_improve
    else:
        head, items = "Not known yet for OSAID: ", verdict.missing
    more = f"; and {len(items) - MAX_ITEMS} more" if len(items) > MAX_ITEMS else ""
    return f"{head}{'; '.join(map(text, items[:MAX_ITEMS]))}{more}." if items else ""


def _history(model: Model, pages: Judged) -> str:
    return "\n".join(f"* {line}" for line in history_lines(model.ref, pages))


def _components(model: Model) -> str:
    known = [each for each in model.components.values() if each.status != "unknown"]
    unknown = [each.name for each in model.components.values() if each.status == "unknown"]
    rows = [(each.name, _status(each), text(each.license or ""), _links(each.evidence)) for each in known]
    shown = table(("Component", "Status", "Terms", "Evidence"), rows)
    return shown + (f"\n\nUnknown: {', '.join(unknown)}." if unknown else "")


def _status(component: Component) -> str:
    shown = link(component.status, component.url) if component.url else component.status
    return f"{shown}, sources disagree: {text(component.conflict.why)}" if component.conflict else shown


def _verdicts(verdicts: Sequence[Verdict]) -> str:
    return table(("Definition", "Verdict"), [(f"{each.framework}", text(str(each.value))) for each in verdicts])


def _sources(evidence: Sequence[Evidence]) -> str:
    """Sources behind a sentence: ` (card, paper)`."""
    return f" ({_links(evidence)})" if evidence else ""


def _links(evidence: Sequence[Evidence]) -> str:
    return ", ".join(link(each.key, each.url) for each in evidence)
