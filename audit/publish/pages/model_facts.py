"""Every known fact of a model with its evidence, folded.

As a list, because a wide table hides the evidence on a phone.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from audit.core.escape import escape_markdown
from audit.core.markdown import format_markdown_link, render_folded_block
from audit.drift.searched_places import find_next_look
from audit.publish.pages.phrases import format_evidence_links, format_gate, format_model_link
from audit.publish.pages.terms import format_terms
from audit.records.component import COMPONENTS, Component, DataInformation
from audit.records.evidence import Evidence
from audit.records.model import Model
from audit.records.registry import Registry

PATH_TO_REGISTRY = "../../"
_SHORT_COMPONENT_NAMES = {
    "model-parameters-final": "weights",
    "model-parameters-intermediate": "intermediate checkpoints",
}
_SUFFICIENT_WORDS = {"yes": "sufficient", "no": "not sufficient"}


class ShownFact(NamedTuple):
    """One line of the list."""

    name: str
    state: str
    """Markdown."""
    evidence: Sequence[Evidence]
    license: str | None = None


def render_facts_with_evidence(model: Model, registry: Registry) -> str:
    """The folded list; what nobody knows is on its last line but one."""
    known = [component for component in model.components.values() if component.status != "unknown"]
    facts = [*map(_describe_component, known), *_list_further_facts(model, registry)]
    lines = [
        *(_format_fact(fact, registry) for fact in facts),
        *_list_unknown_line(model),
        f"record: {_format_record_link(model)}",
    ]
    return render_folded_block(_format_title(model, len(known)), _render_list(lines))


def _render_list(lines: Iterable[str]) -> str:
    return "\n".join(f"* {line}" for line in lines)


def _list_unknown_line(model: Model) -> list[str]:
    components = model.components.values()
    unknown = [component.name for component in components if component.status == "unknown"]
    return [f"unknown: {_list_component_names(tuple(unknown))}"] if unknown else []


@lru_cache(maxsize=1024)
def _list_component_names(names: tuple[str, ...]) -> str:
    return ", ".join(map(format_component_name, names))


@lru_cache(maxsize=64)
def format_component_name(name: str) -> str:
    """A component's name for people."""
    return _SHORT_COMPONENT_NAMES.get(name, name.replace("-", " "))


def format_conflict(component: Component) -> str:
    """What its sources disagree about, in brackets; empty where they agree."""
    if not component.conflict:
        return ""
    return f" (sources disagree: {escape_markdown(component.conflict.why)})"


def _format_title(model: Model, known: int) -> str:
    seen = max((evidence.seen for evidence in model.evidence), default="")
    last_read = f", last read {seen}" if seen else ""
    return f"Facts and evidence: {known} of {len(COMPONENTS)} components known{last_read}"


def _format_record_link(model: Model) -> str:
    return format_markdown_link(model.id, f"{model.id.rpartition('/')[2]}.json")


def _describe_component(component: Component) -> ShownFact:
    state: str = component.status
    if component.since:
        state += f" since {component.since}"
    if component.url:
        state = format_markdown_link(state, component.url)
    state += format_conflict(component)
    state += _format_next_look(component)
    name = format_component_name(component.name)
    return ShownFact(name, state, component.evidence, component.license)


def _format_next_look(component: Component) -> str:
    """The day by which a person looks again where no machine watches; empty where none has to."""
    due = find_next_look(component)
    return f" (places that no machine watches: look again by {due})" if due else ""


def _list_further_facts(model: Model, registry: Registry) -> Iterator[ShownFact]:
    """What is not a component: data information, dates, what was seen on the Hub, bases."""
    yield from _list_information_fact(model.data_information)
    if model.released:
        yield ShownFact("release date", model.released.date, model.released.evidence)
    if model.hub and model.hub.evidence:
        yield ShownFact("on the Hub", _format_hub_state(model), model.hub.evidence)
    yield from _list_base_facts(model, registry)


def _list_information_fact(information: DataInformation) -> Iterator[ShownFact]:
    if information.sufficient != "unknown":
        state = _SUFFICIENT_WORDS[information.sufficient]
        yield ShownFact("data information", state, information.evidence, information.license)


def _list_base_facts(model: Model, registry: Registry) -> Iterator[ShownFact]:
    if model.from_scratch:
        yield ShownFact("base model", "none, trained from scratch", model.from_scratch.evidence)
    for base in model.base_models or ():
        link = format_model_link(base.id, registry, PATH_TO_REGISTRY)
        yield ShownFact(f"base model ({base.relation})", link, base.evidence)


def _format_hub_state(model: Model) -> str:
    tag = model.hub.license_tag if model.hub else None
    shown_tag = "none" if tag is False else escape_markdown(tag or "not seen")
    return f"gate {format_gate(model)}, license tag {shown_tag}"


def _format_fact(fact: ShownFact, registry: Registry) -> str:
    terms = f", {format_terms(fact.license, registry)}" if fact.license else ""
    sources = f" — {format_evidence_links(fact.evidence)}" if fact.evidence else ""
    return f"{fact.name}: {fact.state}{terms}{sources}"
