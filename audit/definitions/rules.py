"""The checks that the definitions share: is a component there, and under which terms."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from audit.core.three_valued import Truth
from audit.definitions.base import Answer, FactUsed, Step
from audit.definitions.license_facts import (
    DEMAND_WORDS,
    Demand,
    describe_terms_needed,
    judge_terms,
    list_license_facts,
)
from audit.licenses.expression import NO_LICENSE
from audit.records.component import Component, ComponentStatus
from audit.records.evidence import Evidence
from audit.records.model import Model
from audit.records.registry import Registry

DATA_INFORMATION = "data-information"
"""OSAID's own element, beside the 17 components."""

COMPONENT_WORDS = {
    DATA_INFORMATION: "the data information",
    "model-architecture": "the model architecture as code",
    "training-code": "the training code",
    "inference-code": "the inference code",
    "evaluation-code": "the evaluation code",
    "supporting-libraries-and-tools": "the supporting libraries and tools",
    "data-preprocessing-code": "the data preprocessing code",
    "model-parameters-final": "the weights",
    "model-parameters-intermediate": "the intermediate checkpoints",
    "evaluation-data": "the evaluation data",
    "datasets": "the training datasets",
    "model-metadata": "the model metadata",
    "technical-report": "the technical report",
    "research-paper": "the research paper",
    "evaluation-results": "the evaluation results",
    "model-card": "the model card",
    "data-card": "the data card",
    "sample-model-outputs": "sample model outputs",
}
_ANSWERS_BY_STATUS: dict[ComponentStatus, tuple[Answer, str]] = {
    "released": ("yes", "released"),
    "partial": ("no", "released in part only"),
    "described": ("no", "described, not published"),
    "withdrawn": ("no", "withdrawn"),
    "not-released": ("no", "not released"),
    "not-found": ("no", "not found"),
    "unknown": ("unknown", "not known to be released or withheld"),
    "not-applicable": ("not-applicable", "something that this model does not have"),
}
_STATUS_BY_SUFFICIENCY: dict[str, tuple[ComponentStatus, str]] = {
    "yes": ("released", "sufficient"),
    "no": ("not-released", "not sufficient"),
    "unknown": ("unknown", "not judged yet"),
}


@dataclass(frozen=True)
class ComponentRule:
    """One line of a definition: what it asks of which component."""

    id: str
    clause: str
    component: str
    demand: Demand


@dataclass(frozen=True)
class ComponentFacts:
    """A component or the data information, reduced to what rules ask."""

    name: str
    status: ComponentStatus
    state_words: str
    license: str | None
    record: str
    evidence: tuple[Evidence, ...]

    @cached_property
    def fact(self) -> FactUsed:
        """Its state as a fact that a step rests on."""
        return FactUsed(self.record, self.name, self.state_words, self.evidence)


@lru_cache(maxsize=1024)
def get_component_facts(model: Model, name: str) -> ComponentFacts:
    """A component of the model, or its data information."""
    if name == DATA_INFORMATION:
        return _get_data_information_facts(model)
    component = model.components[name]
    status = _read_status(component)
    words = _describe_state(component, status)
    record = component.origin or model.ref
    return ComponentFacts(name, status, words, component.license, record, component.evidence)


def _describe_state(component: Component, status: ComponentStatus) -> str:
    words = _ANSWERS_BY_STATUS[status][1]
    if status == "withdrawn" and component.since:
        return f"{words} since {component.since}"
    if status == "not-found" and component.looked_in:
        last = max(place.seen for place in component.looked_in)
        return f"{words} by {last} in {len(component.looked_in)} places"
    return words


def _read_status(component: Component) -> ComponentStatus:
    """The recorded status: a model without parameters is no model that could be open."""
    if component.name == "model-parameters-final" and component.status == "not-applicable":
        return "not-released"
    return component.status


def _get_data_information_facts(model: Model) -> ComponentFacts:
    information = model.data_information
    status, words = _STATUS_BY_SUFFICIENCY[information.sufficient]
    if information.reason:
        words = f"{words}: {information.reason.rstrip('.')}"
    return ComponentFacts(
        DATA_INFORMATION,
        status,
        words,
        information.license,
        information.origin or model.ref,
        information.evidence,
    )


def judge_availability(model: Model, name: str) -> Answer:
    """Whether a component is there: only `released` counts."""
    return _ANSWERS_BY_STATUS[get_component_facts(model, name).status][0]


def apply_rule(rule: ComponentRule, model: Model, registry: Registry, subject: str = "") -> Step:
    """Apply one rule to the model, or, as `subject`, to a base in its chain."""
    part = get_component_facts(model, rule.component)
    if rule.demand == "available":
        return _build_availability_step(rule, part, subject)
    return build_terms_step(rule, part, subject, registry)


def apply_availability_rule(
    id: str, clause: str, model: Model, name: str, subject: str = ""
) -> Step:
    """A step that asks only whether a component is released."""
    rule = ComponentRule(id, clause, name, "available")
    return _build_availability_step(rule, get_component_facts(model, name), subject)


@lru_cache(maxsize=1024)
def _name_component(component: str, subject: str) -> str:
    whose = f" of {subject}" if subject else ""
    return f"{COMPONENT_WORDS[component]}{whose}"


def _build_availability_step(rule: ComponentRule, part: ComponentFacts, subject: str) -> Step:
    thing = _name_component(rule.component, subject)
    answer = _ANSWERS_BY_STATUS[part.status][0]
    return Step(
        rule.id,
        rule.clause,
        answer,
        f"{thing}: {part.state_words}",
        (part.fact,),
        subject=subject,
        needs=_describe_availability_needed(answer, part, thing),
    )


def _describe_availability_needed(answer: Answer, part: ComponentFacts, thing: str) -> str:
    if answer not in ("no", "unknown"):
        return ""
    if part.name == DATA_INFORMATION:
        return f"complete {thing}" if answer == "no" else f"establish whether {thing} is sufficient"
    if part.status == "not-found":
        # Who says that something is missing says how that is known.
        return f"release {thing} ({part.state_words})"
    if answer == "no":
        return f"release {thing}"
    verb = "are" if COMPONENT_WORDS[part.name].endswith(("s", "weights")) else "is"
    return f"establish whether {thing} {verb} released"


def build_terms_step(
    rule: ComponentRule, part: ComponentFacts, subject: str, registry: Registry
) -> Step:
    """Whether the terms meet the rule's demand; what is not there has none."""
    if _ANSWERS_BY_STATUS[part.status][0] in ("no", "not-applicable"):
        return _build_termless_step(rule, subject)
    thing = _name_component(rule.component, subject)
    answer = judge_terms(part.license, rule.demand, registry)
    found = _describe_terms_found(answer, part.license)
    return Step(
        rule.id,
        rule.clause,
        answer,
        f"{thing}: {DEMAND_WORDS[rule.demand]} needed; {found}",
        list_terms_facts(part, registry),
        "terms",
        subject,
        describe_terms_needed(answer, rule.demand, thing, part.license),
    )


def _build_termless_step(rule: ComponentRule, subject: str) -> Step:
    thing = _name_component(rule.component, subject)
    reason = f"{thing}: not available, so there are no terms to judge"
    return Step(rule.id, rule.clause, "not-applicable", reason, aspect="terms", subject=subject)


def list_terms_facts(part: ComponentFacts, registry: Registry) -> tuple[FactUsed, ...]:
    """The license of a component, then the records of the licenses that it names."""
    shown = part.license or "unknown"
    declared = FactUsed(part.record, f"{part.name}.license", shown, part.evidence)
    return declared, *list_license_facts(part.license, registry)


def _describe_terms_found(answer: Truth, license: str | None) -> str:
    if license is None:
        return "license unknown"
    if license == NO_LICENSE:
        return "published without a license"
    if answer == "unknown":
        return f"what {license} grants is unknown"
    return f"{license} meets it" if answer == "yes" else f"{license} does not"
