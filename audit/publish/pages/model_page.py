"""registry/models/<owner>/<name>.md: what a model is, what one may do, what is missing, and why."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from audit.core.escape import escape_markdown
from audit.core.grouping import group_pairs
from audit.core.markdown import GENERATED_NOTICE, format_markdown_link, join_blocks
from audit.core.references import get_own_name, get_owner
from audit.core.wording import join_first
from audit.definitions.base import Verdict
from audit.definitions.depth import find_depth
from audit.definitions.questions import answer_four_questions
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.history import render_history_block
from audit.publish.pages.model_facts import (
    format_component_name,
    format_conflict,
    render_facts_with_evidence,
)
from audit.publish.pages.phrases import (
    format_claims,
    format_dataset_link,
    format_gate,
    format_model_link,
    is_claim_contradicted,
)
from audit.publish.pages.terms import format_terms_links
from audit.publish.pages.uses import render_uses_line
from audit.publish.pages.verdicts import render_verdict_line
from audit.publish.urls import build_hub_url
from audit.records.component import ComponentStatus
from audit.records.model import Model
from audit.records.registry import Registry

PATH_TO_REGISTRY = "../../"
MAX_MISSING_ITEMS = 3
MAX_DATASET_LINKS = 8
_QUESTION_WORDS = {
    "learned-from": "See what it learned from?",
    "rebuild": "Rebuild it?",
    "commercial": "Commercial use:",
    "safety": "Audit it for safety?",
}
_STATUS_WORDS: Mapping[ComponentStatus, str] = {
    "released": "Released",
    "partial": "In part",
    "described": "Described only",
    "withdrawn": "Withdrawn",
    "not-released": "Not released",
    "not-found": "Looked for and not found",
}


def render_model_pages(pages: JudgedRegistry) -> dict[str, str]:
    """The page of every model, by path below the registry, beside its record.

    Where somebody looks under another name of a model, a page leads on.
    """
    models = pages.registry.models
    present = {id.lower() for id in models}
    shown = {f"{model.ref}.md": _render_model_page(model, pages) for model in models.values()}
    for name, id in sorted(pages.registry.earlier_names.items()):
        # Many file systems do not tell case apart.
        if "/" in name and name.lower() not in present:
            shown[f"models/{name}.md"] = _render_forwarding_page(name, id, pages)
    return shown


def _render_forwarding_page(name: str, id: str, pages: JudgedRegistry) -> str:
    """What stands under a former name, or that of a mirror."""
    link = format_model_link(id, pages.registry, PATH_TO_REGISTRY)
    words = f"Another name of {link}: its facts and its history stand there."
    return join_blocks((GENERATED_NOTICE, f"# {escape_markdown(name)}", words))


def _render_model_page(model: Model, pages: JudgedRegistry) -> str:
    """The page, without its parts that have nothing to say."""
    parts = [
        GENERATED_NOTICE,
        f"# {escape_markdown(model.id)}: {pages.find_label(model)}",
        _format_page_links(model),
        _render_summary(model, pages.registry),
        _render_questions(model, pages.registry),
        _render_key_lines(model, pages),
        _render_missing(pages.verdicts[model.id]["osaid-1.0"]),
        render_history_block(model.ref, pages),
        render_facts_with_evidence(model, pages.registry),
    ]
    return join_blocks(part for part in parts if part)


def _format_page_links(model: Model) -> str:
    owner = escape_markdown(get_owner(model.id))
    links = (
        f"[All models]({PATH_TO_REGISTRY}README.md)",
        f"[All of {owner}](README.md)",
        f"[Subscribe]({PATH_TO_REGISTRY}feeds/README.md)",
        f"[Record]({quote(get_own_name(model.id))}.json)",
    )
    return " · ".join(links)


def has_weights(model: Model) -> bool:
    """Whether its weights were published, whole or in part."""
    return model.weights.status in ("released", "partial")


def _render_summary(model: Model, registry: Registry) -> str:
    """Who, where, when and from what, on one line."""
    phrases = [f"{escape_markdown(model.name)} by {escape_markdown(model.developer)}"]
    if model.hub:
        phrases.append(_describe_repository(model, model.hub.repo))
    if model.released:
        phrases.append(f"released {model.released.date}")
    if model.base_models is not None:
        phrases.append(_describe_origin(model, registry))
    phrases += _list_name_phrases(model, registry)
    phrases.append(f"record: {find_depth(model).value}")
    return " · ".join(phrases)


def _list_name_phrases(model: Model, registry: Registry) -> Iterator[str]:
    """Names of before, mirrors, and what replaced it."""
    for relation, words in (("former", "formerly"), ("mirror", "also at")):
        names = [other.name for other in model.other_names if other.relation == relation]
        if relation == "former":
            names = list(dict.fromkeys([*model.former_ids, *names]))
        if names:
            yield f"{words} {', '.join(map(escape_markdown, names))}"
    if model.successor:
        successor = format_model_link(model.successor.id, registry, PATH_TO_REGISTRY)
        yield f"replaced by {successor}"


def _describe_repository(model: Model, repo: str) -> str:
    link = format_markdown_link(repo, build_hub_url(repo))
    return f"{link} on the Hub, gate: {format_gate(model)}"


def _describe_origin(model: Model, registry: Registry) -> str:
    if not model.base_models:
        return "trained from scratch"
    return f"derived from {_format_base_links(model, registry)}"


def _format_base_links(model: Model, registry: Registry) -> str:
    return ", ".join(
        f"{format_model_link(base.id, registry, PATH_TO_REGISTRY)} ({base.relation})"
        for base in model.base_models or ()
    )


def _render_questions(model: Model, registry: Registry) -> str:
    return " · ".join(
        f"{_QUESTION_WORDS[question.id]} **{question.words}**"
        for question in answer_four_questions(model, registry)
    )


def _render_key_lines(model: Model, pages: JudgedRegistry) -> str:
    """Terms, uses, what is there, and the verdicts: one line each."""
    verdicts = render_verdict_line(pages.verdicts[model.id], pages.registry)
    lines = [
        *_list_waiting_lines(pages.verdicts[model.id]["spectrum"]),
        *_list_weights_lines(model, pages.registry),
        *_list_component_lines(model),
        *_list_dataset_lines(model, pages.registry),
        f"* Verdicts: {verdicts}",
        *_list_claim_lines(model, pages),
    ]
    return "\n".join(lines)


def _list_waiting_lines(spectrum: Verdict) -> list[str]:
    if spectrum.value != "undetermined" or not spectrum.missing:
        return []
    fact = spectrum.missing[0].removeprefix("establish ")
    return [f"* The label waits for: {escape_markdown(fact)}"]


def _list_weights_lines(model: Model, registry: Registry) -> list[str]:
    if not has_weights(model):
        return []
    terms = format_terms_links(model.weights.license, registry, PATH_TO_REGISTRY)
    return [
        f"* Terms of the weights: {terms}{format_conflict(model.weights)}",
        f"* What you may do: {render_uses_line(model, registry)}",
    ]


def _list_component_lines(model: Model) -> Iterator[str]:
    """Which components are released, in part, only described or withheld."""
    told = [part for part in model.components.values() if part.status in _STATUS_WORDS]
    by_status = group_pairs((part.status, part.name) for part in told)
    for status, words in _STATUS_WORDS.items():
        if status in by_status:
            yield f"* {words}: {', '.join(map(format_component_name, by_status[status]))}"


def _list_dataset_lines(model: Model, registry: Registry) -> Iterator[str]:
    datasets = model.components["datasets"].datasets
    if datasets:
        links = [format_dataset_link(id, registry, PATH_TO_REGISTRY) for id in datasets]
        yield f"* Training data: {join_first(links, MAX_DATASET_LINKS)}"


def _list_claim_lines(model: Model, pages: JudgedRegistry) -> list[str]:
    if not model.claims:
        return []
    osaid = pages.verdicts[model.id]["osaid-1.0"].value
    contradicted = is_claim_contradicted(osaid, model)
    mark = " ⚠ OSAID 1.0 does not bear that out" if contradicted else ""
    return [f"* Its maker calls it {format_claims(model)}{mark}"]


def _render_missing(verdict: Verdict) -> str:
    heading, items = "For a better OSAID verdict", list(verdict.to_improve)
    if not items:
        heading = "Still to establish for OSAID"
        items = [fact.removeprefix("establish ") for fact in verdict.missing]
    return f"{heading}: {_join_missing(items)}." if items else ""


def _join_missing(items: Sequence[str]) -> str:
    shown = "; ".join(map(escape_markdown, items[:MAX_MISSING_ITEMS]))
    hidden = len(items) - MAX_MISSING_ITEMS
    return f"{shown}; and {hidden} more" if hidden > 0 else shown
