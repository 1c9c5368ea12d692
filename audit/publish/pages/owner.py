"""registry/models/<owner>/README.md: the owner's models at a glance, then one section per model, each fact with its evidence."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from audit.core.escape import escape_markdown
from audit.core.markdown import (
    GENERATED_NOTICE,
    build_anchor,
    format_markdown_link,
    render_folded_block,
    render_table,
)
from audit.definitions.base import Verdict
from audit.definitions.questions import answer_four_questions
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.history import render_history_lines
from audit.publish.pages.phrases import (
    LABEL_WORDS,
    format_claims,
    format_count,
    format_dataset_link,
    format_gate,
    format_model_link,
    is_claim_contradicted,
)
from audit.publish.pages.terms import format_terms, format_terms_links
from audit.publish.pages.uses import render_uses_line
from audit.publish.pages.verdicts import render_verdict_line
from audit.publish.urls import build_hub_url
from audit.records.model import COMPONENTS, Component, Evidence, Model, Registry

PATH_TO_REGISTRY = "../../"
MAX_MISSING_ITEMS = 3
MAX_DATASET_LINKS = 8
_QUESTION_WORDS = {
    "learned-from": "See what it learned from?",
    "rebuild": "Rebuild it?",
    "commercial": "Use it commercially?",
    "safety": "Audit it for safety?",
}


def render_owner_pages(pages: JudgedRegistry) -> dict[str, str]:
    """The page of every owner, by path below the registry."""
    owners: dict[str, list[Model]] = defaultdict(list)
    for id in sorted(pages.registry.models, key=str.lower):
        owners[id.partition("/")[0]].append(pages.registry.models[id])
    return {
        f"models/{owner}/README.md": _render_owner_page(owner, models, pages)
        for owner, models in owners.items()
    }


def _render_owner_page(owner: str, models: Sequence[Model], pages: JudgedRegistry) -> str:
    """The page of one owner, its models in alphabetical order."""
    head = [
        GENERATED_NOTICE,
        f"# {escape_markdown(owner)}",
        f"[All models]({PATH_TO_REGISTRY}README.md) · [Subscribe]({PATH_TO_REGISTRY}feeds/README.md) · {_format_label_counts(models, pages)}",
    ]
    if len(models) > 1:
        head.append(_render_overview(models, pages))
    return "\n\n".join([*head, *(_render_model_section(model, pages) for model in models)]) + "\n"


def _format_label_counts(models: Sequence[Model], pages: JudgedRegistry) -> str:
    found = Counter(pages.find_label(model) for model in models)
    labels = ", ".join(
        f"{found[label]:,} [{label}]({PATH_TO_REGISTRY}labels/{label}.md)"
        for label in LABEL_WORDS
        if found[label]
    )
    return f"{format_count(len(models), 'model')}: {labels}"


def _render_overview(models: Sequence[Model], pages: JudgedRegistry) -> str:
    rows = [
        (
            format_markdown_link(model.name, f"#{build_anchor(model.id)}"),
            pages.find_label(model),
            format_terms(model.weights.license, pages.registry)
            if _has_weights(model)
            else "no weights",
            model.released.date if model.released else "",
        )
        for model in models
    ]
    return render_table(("Model", "Label", "Terms of the weights", "Released"), rows)


def _render_model_section(model: Model, pages: JudgedRegistry) -> str:
    verdicts = pages.verdicts[model.id]
    parts = [
        f'<a id="{build_anchor(model.id)}"></a>\n\n## {escape_markdown(model.name)}: {pages.find_label(model)}',
        _render_summary(model, pages.registry),
        _render_questions(model, pages.registry),
        _render_key_lines(model, pages),
        _render_missing(verdicts["osaid-1.0"]),
        _render_history(model, pages),
        _render_facts_with_evidence(model, pages.registry),
    ]
    return "\n\n".join(part for part in parts if part)


def _render_summary(model: Model, registry: Registry) -> str:
    """Who, where, when and from what, on one line."""
    said = [f"By {escape_markdown(model.developer)}"]
    if model.hub:
        said.append(
            f"{format_markdown_link(model.hub.repo, build_hub_url(model.hub.repo))} on the Hub, gate: {format_gate(model)}"
        )
    if model.released:
        said.append(f"released {model.released.date}")
    if model.base_models:
        said.append(
            "derived from "
            + ", ".join(
                f"{format_model_link(base.id, registry, PATH_TO_REGISTRY)} ({base.relation})"
                for base in model.base_models
            )
        )
    elif model.base_models == ():
        said.append("trained from scratch")
    return " · ".join(said)


def _render_questions(model: Model, registry: Registry) -> str:
    return " · ".join(
        f"{_QUESTION_WORDS[each.id]} **{each.answer}**"
        for each in answer_four_questions(model, registry)
    )


def _render_key_lines(model: Model, pages: JudgedRegistry) -> str:
    """Terms, uses, what is there, and the verdicts: one line each."""
    lines = []
    spectrum = pages.verdicts[model.id]["spectrum"]
    if spectrum.value == "undetermined" and spectrum.missing:
        lines.append(
            f"* The label waits for: {escape_markdown(spectrum.missing[0].removeprefix('establish '))}"
        )
    if _has_weights(model):
        lines.append(
            f"* Terms of the weights: {format_terms_links(model.weights.license, pages.registry, PATH_TO_REGISTRY)}{_format_conflict(model.weights)}"
        )
        lines.append(f"* May you … {render_uses_line(model, pages.registry)}")
    lines += _list_component_lines(model, pages.registry)
    lines.append(f"* Verdicts: {render_verdict_line(pages.verdicts[model.id], pages.registry)}")
    if model.claims:
        differs = (
            " ⚠ OSAID 1.0 does not bear that out"
            if is_claim_contradicted(pages.verdicts[model.id]["osaid-1.0"].value, model)
            else ""
        )
        lines.append(f"* Its maker calls it {format_claims(model)}{differs}")
    return "\n".join(lines)


def _list_component_lines(model: Model, registry: Registry) -> list[str]:
    """Which components are released, in part, only described or withheld; how many nobody knows."""
    words = {
        "released": "Released",
        "partial": "In part",
        "described": "Described only",
        "not-released": "Not released",
    }
    lines = []
    for status, head in words.items():
        if names := [
            _format_component_name(name)
            for name in COMPONENTS
            if model.components[name].status == status
        ]:
            lines.append(f"* {head}: {', '.join(names)}")
    if datasets := model.components["datasets"].datasets:
        more = (
            f" and {len(datasets) - MAX_DATASET_LINKS} more"
            if len(datasets) > MAX_DATASET_LINKS
            else ""
        )
        lines.append(
            f"* Training data: {', '.join(format_dataset_link(id, registry, PATH_TO_REGISTRY) for id in datasets[:MAX_DATASET_LINKS])}{more}"
        )
    return lines


def _format_component_name(name: str) -> str:
    return {
        "model-parameters-final": "weights",
        "model-parameters-intermediate": "intermediate checkpoints",
    }.get(name, name.replace("-", " "))


def _render_missing(verdict: Verdict) -> str:
    if verdict.to_improve:
        head, items = "For a better OSAID verdict", verdict.to_improve
    else:
        head, items = (
            "Still to establish for OSAID",
            tuple(each.removeprefix("establish ") for each in verdict.missing),
        )
    more = f"; and {len(items) - MAX_MISSING_ITEMS} more" if len(items) > MAX_MISSING_ITEMS else ""
    return (
        f"{head}: {'; '.join(map(escape_markdown, items[:MAX_MISSING_ITEMS]))}{more}."
        if items
        else ""
    )


def _render_history(model: Model, pages: JudgedRegistry) -> str:
    lines = render_history_lines(model.ref, pages)
    return "History:\n\n" + "\n".join(f"* {line}" for line in lines) if lines else ""


def _render_facts_with_evidence(model: Model, registry: Registry) -> str:
    """Every known fact with its evidence, folded; as a list, because a wide table hides the evidence on a phone."""
    known = [each for each in model.components.values() if each.status != "unknown"]
    unknown = [
        _format_component_name(each.name)
        for each in model.components.values()
        if each.status == "unknown"
    ]
    lines = [
        _format_fact(
            _format_component_name(each.name),
            _format_status(each),
            each.evidence,
            each.license,
            registry,
        )
        for each in known
    ]
    lines += _list_further_facts(model, registry)
    seen = max((each.seen for each in model.evidence), default="")
    title = f"Facts and evidence: {len(known)} of {len(COMPONENTS)} components known{f', last read {seen}' if seen else ''}"
    last = [f"unknown: {', '.join(unknown)}"] if unknown else []
    record = f"record: {format_markdown_link(model.id, model.id.rpartition('/')[2] + '.json')}"
    return render_folded_block(title, "\n".join(f"* {line}" for line in [*lines, *last, record]))


def _list_further_facts(model: Model, registry: Registry) -> Iterator[str]:
    """What is no component: data information, dates, what was seen on the Hub, bases."""
    information = model.data_information
    if information.sufficient != "unknown":
        said = {"yes": "sufficient", "no": "not sufficient"}[information.sufficient]
        yield _format_fact(
            "data information", said, information.evidence, information.license, registry
        )
    if model.released:
        yield _format_fact(
            "release date", model.released.date, model.released.evidence, None, registry
        )
    if model.hub and model.hub.evidence:
        yield _format_fact(
            "on the Hub",
            f"gate {format_gate(model)}, license tag {_format_license_tag(model)}",
            model.hub.evidence,
            None,
            registry,
        )
    if model.from_scratch_evidence:
        yield _format_fact(
            "base model", "none, trained from scratch", model.from_scratch_evidence, None, registry
        )
    for base in model.base_models or ():
        yield _format_fact(
            f"base model ({base.relation})",
            format_model_link(base.id, registry, PATH_TO_REGISTRY),
            base.evidence,
            None,
            registry,
        )


def _format_fact(
    name: str, state: str, evidence: Sequence[Evidence], license: str | None, registry: Registry
) -> str:
    terms = f", {format_terms(license, registry)}" if license else ""
    sources = f" — {_format_evidence_links(evidence)}" if evidence else ""
    return f"{name}: {state}{terms}{sources}"


def _format_license_tag(model: Model) -> str:
    tag = model.hub.license_tag if model.hub else None
    return "none" if tag is False else escape_markdown(tag or "not seen")


def _format_status(component: Component) -> str:
    shown = (
        format_markdown_link(component.status, component.url) if component.url else component.status
    )
    return f"{shown}{_format_conflict(component)}"


def _format_conflict(component: Component) -> str:
    return (
        f" (sources disagree: {escape_markdown(component.conflict.why)})"
        if component.conflict
        else ""
    )


def _has_weights(model: Model) -> bool:
    return model.weights.status in ("released", "partial")


def _format_evidence_links(evidence: Sequence[Evidence]) -> str:
    return ", ".join(format_markdown_link(each.key, each.url) for each in evidence)
