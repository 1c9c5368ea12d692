"""registry/models/<owner>/README.md: the owner's models at a glance, then one section per model, each fact with its evidence."""

from collections import Counter
from collections.abc import Iterator, Sequence

from audit.core.markdown import GENERATED, anchor, folded, link, table, text
from audit.definitions.base import Verdict
from audit.definitions.questions import four_questions
from audit.publish.pages.context import Judged
from audit.publish.pages.history import history_lines
from audit.publish.pages.links import dataset_link, model_link, numbered
from audit.publish.pages.phrases import LABELS, claim_differs, claim_words, gate_words
from audit.publish.pages.terms import terms_links, terms_words
from audit.publish.pages.uses import uses_line
from audit.publish.pages.verdicts import verdict_line
from audit.records.model import COMPONENTS, Component, Evidence, Model, Registry

HUB = "https://huggingface.co/"
UP = "../../"
MAX_ITEMS = 3
MAX_DATASETS = 8
_QUESTIONS = {"learned-from": "See what it learned from?", "rebuild": "Rebuild it?", "commercial": "Use it commercially?", "safety": "Audit it for safety?"}


def owner_page(owner: str, models: Sequence[Model], pages: Judged) -> str:
    """The page of one owner, its models in alphabetical order."""
    head = [GENERATED, f"# {text(owner)}", f"[All models]({UP}README.md) · [Subscribe]({UP}feeds/README.md) · {_counts(models, pages)}"]
    if len(models) > 1:
        head.append(_overview(models, pages))
    return "\n\n".join([*head, *(_section(model, pages) for model in models)]) + "\n"


def _counts(models: Sequence[Model], pages: Judged) -> str:
    found = Counter(pages.label(model) for model in models)
    labels = ", ".join(f"{found[label]:,} [{label}]({UP}labels/{label}.md)" for label in LABELS if found[label])
    return f"{numbered(len(models), 'model')}: {labels}"


def _overview(models: Sequence[Model], pages: Judged) -> str:
    rows = [
        (
            link(model.name, f"#{anchor(model.id)}"),
            pages.label(model),
            terms_words(model.weights.license, pages.registry) if _has_weights(model) else "no weights",
            model.released.date if model.released else "",
        )
        for model in models
    ]
    return table(("Model", "Label", "Terms of the weights", "Released"), rows)


def _section(model: Model, pages: Judged) -> str:
    verdicts = pages.verdicts[model.id]
    parts = [
        f'<a id="{anchor(model.id)}"></a>\n\n## {text(model.name)}: {pages.label(model)}',
        _facts(model, pages.registry),
        _questions(model, pages.registry),
        _lines(model, pages),
        _missing(verdicts["osaid-1.0"]),
        _history(model, pages),
        _components(model, pages.registry),
    ]
    return "\n\n".join(part for part in parts if part)


def _facts(model: Model, registry: Registry) -> str:
    """Who, where, when and from what, on one line."""
    said = [f"By {text(model.developer)}"]
    if model.hub:
        said.append(f"{link(model.hub.repo, HUB + model.hub.repo)} on the Hub, gate: {gate_words(model)}")
    if model.released:
        said.append(f"released {model.released.date}")
    if model.bases:
        said.append("derived from " + ", ".join(f"{model_link(base.id, registry, UP)} ({base.relation})" for base in model.bases))
    elif model.bases == ():
        said.append("trained from scratch")
    return " · ".join(said)


def _questions(model: Model, registry: Registry) -> str:
    return " · ".join(f"{_QUESTIONS[each.id]} **{each.answer}**" for each in four_questions(model, registry))


def _lines(model: Model, pages: Judged) -> str:
    """Terms, uses, what is there, and the verdicts: one line each."""
    lines = []
    spectrum = pages.verdicts[model.id]["spectrum"]
    if spectrum.value == "undetermined" and spectrum.missing:
        lines.append(f"* The label waits for: {text(spectrum.missing[0].removeprefix('establish '))}")
    if _has_weights(model):
        lines.append(f"* Terms of the weights: {terms_links(model.weights.license, pages.registry, UP)}{_conflict(model.weights)}")
        lines.append(f"* May you … {uses_line(model, pages.registry)}")
    lines += _present(model, pages.registry)
    lines.append(f"* Verdicts: {verdict_line(pages.verdicts[model.id], pages.registry)}")
    if model.claims:
        differs = " ⚠ OSAID 1.0 does not bear that out" if claim_differs(pages.verdicts[model.id]["osaid-1.0"].value, model) else ""
        lines.append(f"* Its maker calls it {claim_words(model)}{differs}")
    return "\n".join(lines)


def _present(model: Model, registry: Registry) -> list[str]:
    """Which components are released, in part, only described or withheld; how many nobody knows."""
    words = {"released": "Released", "partial": "In part", "described": "Described only", "not-released": "Not released"}
    lines = []
    for status, head in words.items():
        if names := [_plain(name) for name in COMPONENTS if model.components[name].status == status]:
            lines.append(f"* {head}: {', '.join(names)}")
    if datasets := model.components["datasets"].datasets:
        more = f" and {len(datasets) - MAX_DATASETS} more" if len(datasets) > MAX_DATASETS else ""
        lines.append(f"* Training data: {', '.join(dataset_link(id, registry, UP) for id in datasets[:MAX_DATASETS])}{more}")
    return lines


def _plain(name: str) -> str:
    return {"model-parameters-final": "weights", "model-parameters-intermediate": "intermediate checkpoints"}.get(name, name.replace("-", " "))


def _missing(verdict: Verdict) -> str:
    if verdict.to_improve:
        head, items = "For a better OSAID verdict", verdict.to_improve
    else:
        head, items = "Still to establish for OSAID", tuple(each.removeprefix("establish ") for each in verdict.missing)
    more = f"; and {len(items) - MAX_ITEMS} more" if len(items) > MAX_ITEMS else ""
    return f"{head}: {'; '.join(map(text, items[:MAX_ITEMS]))}{more}." if items else ""


def _history(model: Model, pages: Judged) -> str:
    lines = history_lines(model.ref, pages)
    return "History:\n\n" + "\n".join(f"* {line}" for line in lines) if lines else ""


def _components(model: Model, registry: Registry) -> str:
    """Every known fact with its evidence, folded; as a list, because a wide table hides the evidence on a phone."""
    known = [each for each in model.components.values() if each.status != "unknown"]
    unknown = [_plain(each.name) for each in model.components.values() if each.status == "unknown"]
    lines = [_fact(_plain(each.name), _status(each), each.evidence, each.license, registry) for each in known]
    lines += _further_facts(model, registry)
    seen = max((each.seen for each in model.evidence), default="")
    title = f"Facts and evidence: {len(known)} of {len(COMPONENTS)} components known{f', last read {seen}' if seen else ''}"
    last = [f"unknown: {', '.join(unknown)}"] if unknown else []
    record = f"record: {link(model.id, model.id.rpartition('/')[2] + '.json')}"
    return folded(title, "\n".join(f"* {line}" for line in [*lines, *last, record]))


def _further_facts(model: Model, registry: Registry) -> Iterator[str]:
    """What is no component: data information, dates, what was seen on the Hub, bases."""
    information = model.data_information
    if information.sufficient != "unknown":
        said = {"yes": "sufficient", "no": "not sufficient"}[information.sufficient]
        yield _fact("data information", said, information.evidence, information.license, registry)
    if model.released:
        yield _fact("release date", model.released.date, model.released.evidence, None, registry)
    if model.hub and model.hub.evidence:
        yield _fact("on the Hub", f"gate {gate_words(model)}, license tag {_tag(model)}", model.hub.evidence, None, registry)
    if model.from_scratch_evidence:
        yield _fact("base model", "none, trained from scratch", model.from_scratch_evidence, None, registry)
    for base in model.bases or ():
        yield _fact(f"base model ({base.relation})", model_link(base.id, registry, UP), base.evidence, None, registry)


def _fact(name: str, state: str, evidence: Sequence[Evidence], license: str | None, registry: Registry) -> str:
    terms = f", {terms_words(license, registry)}" if license else ""
    sources = f" — {_links(evidence)}" if evidence else ""
    return f"{name}: {state}{terms}{sources}"


def _tag(model: Model) -> str:
    tag = model.hub.license_tag if model.hub else None
    return "none" if tag is False else text(tag or "not seen")


def _status(component: Component) -> str:
    shown = link(component.status, component.url) if component.url else component.status
    return f"{shown}{_conflict(component)}"


def _conflict(component: Component) -> str:
    return f" (sources disagree: {text(component.conflict.why)})" if component.conflict else ""


def _has_weights(model: Model) -> bool:
    return model.weights.status in ("released", "partial")


def _links(evidence: Sequence[Evidence]) -> str:
    return ", ".join(link(each.key, each.url) for each in evidence)
