"""registry/models/<owner>/README.md: one section per model, each fact with its evidence."""

from collections.abc import Sequence

from audit.frameworks.base import Verdict
from audit.frameworks.catalogue import judge_all
from audit.frameworks.questions import four_questions
from audit.pages.markdown import GENERATED, anchor, link, table, text
from audit.pages.words import gate_words
from audit.records.types import Component, Evidence, Model, Registry

HUB = "https://huggingface.co/"


def owner_page(owner: str, models: Sequence[Model], registry: Registry) -> str:
    """The page of one owner, its models in alphabetical order."""
    head = [GENERATED, f"# {text(owner)}", "[All models](../../README.md)"]
    return "\n\n".join([*head, *(_section(model, registry) for model in models)]) + "\n"


def _section(model: Model, registry: Registry) -> str:
    verdicts = judge_all(model, registry)
    label = next(each.value for each in verdicts if each.framework == "spectrum")
    parts = [
        f'<a id="{anchor(model.id)}"></a>\n\n## {text(model.name)}: {label}',
        _facts(model),
        _questions(model, registry),
        _components(model),
        _verdicts(verdicts),
    ]
    return "\n\n".join(part for part in parts if part)


def _facts(model: Model) -> str:
    lines = [f"By {text(model.developer)}. Record: {link(model.id, model.id.rpartition('/')[2] + '.json')}."]
    if model.released:
        lines.append(f"Released {model.released.date}{_sources(model.released.evidence)}.")
    if model.bases:
        lines.append("Derived from " + ", ".join(f"{text(base.id)} ({base.relation}){_sources(base.evidence)}" for base in model.bases) + ".")
    if model.hub:
        lines.append(f"On the Hub as {link(model.hub.repo, HUB + model.hub.repo)}, gate: {gate_words(model)}{_sources(model.hub.evidence)}.")
    return "\n".join(lines)


def _questions(model: Model, registry: Registry) -> str:
    return " · ".join(f"{each.question} **{each.answer}**" for each in four_questions(model, registry))


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
