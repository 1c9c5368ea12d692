"""The checks that the definitions share: is a component there, and under which terms."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

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
_WITH_TERMS = frozenset(
    status
    for status, (answer, _) in _ANSWERS_BY_STATUS.items()
    if answer not in ("no", "not-applicable")
)
"""States of what is there, or may be: it stands under terms."""
MODELS_KEPT = 64
"""Models whose components stay reduced: one is judged by all definitions, beside its bases."""
WORDS_CACHE_SIZE = 4096
"""Sentences kept: the parts of thousands of models are in a few hundred states."""
JudgedWords = tuple[Answer, str, str]
"""The answer of a step, its reason, and what it needs."""
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


class ComponentFacts(NamedTuple):
    """A component or the data information, reduced to what rules ask."""

    name: str
    status: ComponentStatus
    state_words: str
    license: str | None
    fact: FactUsed
    """Its state as a fact that a step rests on."""

    @property
    def record(self) -> str:
        """The record that states it; the model's own where none does."""
        return self.fact.record

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Where its state was read."""
        return self.fact.evidence


def get_component_facts(model: Model, name: str) -> ComponentFacts:
    """A component of the model, or its data information."""
    return _keep_component_facts(model)[name]


class _KnownFacts(dict[str, ComponentFacts]):
    """The components of one model by name, each reduced when it is first asked for."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self._model = model
        self._ref = model.ref

    def __missing__(self, name: str) -> ComponentFacts:
        if name == DATA_INFORMATION:
            found = _get_data_information_facts(self._model)
        else:
            found = _reduce_component(self._model.components[name], self._ref)
        self[name] = found
        return found


@lru_cache(maxsize=MODELS_KEPT)
def _keep_component_facts(model: Model) -> _KnownFacts:
    return _KnownFacts(model)


def _reduce_component(component: Component, model: str) -> ComponentFacts:
    status, name = _read_status(component), component.name
    words = _describe_state(component, status)
    fact = FactUsed(component.origin or model, name, words, component.evidence)
    return ComponentFacts(name, status, words, component.license, fact)


def _describe_state(component: Component, status: ComponentStatus) -> str:
    words = _ANSWERS_BY_STATUS[status][1]
    if status == "unknown":
        return words
    if status == "withdrawn" and component.since:
        return f"{words} since {component.since}"
    if status == "not-found" and component.looked_in:
        last = max(place.seen for place in component.looked_in)
        return f"{words} by {last} in {len(component.looked_in)} places"
    return words


def _read_status(component: Component) -> ComponentStatus:
    """The recorded status: a model without parameters is no model that could be open."""
    status = component.status
    if status == "not-applicable" and component.name == "model-parameters-final":
        return "not-released"
    return status


def _get_data_information_facts(model: Model) -> ComponentFacts:
    information = model.data_information
    status, words = _STATUS_BY_SUFFICIENCY[information.sufficient]
    if information.reason:
        words = f"{words}: {information.reason.rstrip('.')}"
    record = information.origin or model.ref
    fact = FactUsed(record, DATA_INFORMATION, words, information.evidence)
    return ComponentFacts(DATA_INFORMATION, status, words, information.license, fact)


def judge_availability(model: Model, name: str) -> Answer:
    """Whether a component is there: only `released` counts."""
    return _ANSWERS_BY_STATUS[get_component_facts(model, name).status][0]


def apply_rule(rule: ComponentRule, model: Model, registry: Registry, subject: str = "") -> Step:
    """Apply one rule to the model, or, as `subject`, to a base in its chain."""
    part = get_component_facts(model, rule.component)
    if rule.demand == "available":
        return build_availability_step(rule, part, subject)
    return build_terms_step(rule, part, subject, registry)


def apply_availability_rule(
    id: str, clause: str, model: Model, name: str, subject: str = ""
) -> Step:
    """A step that asks only whether a component is released."""
    rule = _build_availability_rule(id, clause, name)
    return build_availability_step(rule, get_component_facts(model, name), subject)


@lru_cache(maxsize=WORDS_CACHE_SIZE)
def _build_availability_rule(id: str, clause: str, component: str) -> ComponentRule:
    return ComponentRule(id, clause, component, "available")


def _name_component(component: str, subject: str) -> str:
    whose = f" of {subject}" if subject else ""
    return f"{COMPONENT_WORDS[component]}{whose}"


def build_availability_step(rule: ComponentRule, part: ComponentFacts, subject: str) -> Step:
    """Whether a component is released, whatever its terms."""
    answer, reason, needs = _judge_state(rule.component, part.status, part.state_words, subject)
    facts = (part.fact,)
    return Step(rule.id, rule.clause, answer, reason, facts, "available", subject, needs)


@lru_cache(maxsize=WORDS_CACHE_SIZE)
def _judge_state(
    component: str, status: ComponentStatus, state_words: str, subject: str
) -> JudgedWords:
    thing = _name_component(component, subject)
    answer = _ANSWERS_BY_STATUS[status][0]
    needs = _describe_availability_needed(component, status, state_words, thing)
    return answer, f"{thing}: {state_words}", needs


def _describe_availability_needed(
    component: str, status: ComponentStatus, state_words: str, thing: str
) -> str:
    answer = _ANSWERS_BY_STATUS[status][0]
    if answer not in ("no", "unknown"):
        return ""
    if component == DATA_INFORMATION:
        return f"complete {thing}" if answer == "no" else f"establish whether {thing} is sufficient"
    if status == "not-found":
        # Who says that something is missing says how that is known.
        return f"release {thing} ({state_words})"
    if answer == "no":
        return f"release {thing}"
    verb = "are" if COMPONENT_WORDS[component].endswith(("s", "weights")) else "is"
    return f"establish whether {thing} {verb} released"


def build_terms_step(
    rule: ComponentRule, part: ComponentFacts, subject: str, registry: Registry
) -> Step:
    """Whether the terms meet the rule's demand; what is not there has none."""
    if part.status not in _WITH_TERMS:
        return _build_termless_step(rule.id, rule.clause, rule.component, subject)
    held = (rule.component, subject)
    answer, reason, needs = _judge_license(part.license, rule.demand, held, registry)
    facts = list_terms_facts(part, registry)
    return Step(rule.id, rule.clause, answer, reason, facts, "terms", subject, needs)


@lru_cache(maxsize=WORDS_CACHE_SIZE)
def _judge_license(
    license: str | None, demand: Demand, held: tuple[str, str], registry: Registry
) -> JudgedWords:
    """`held`: what stands under the license, and whose it is, as in `_name_component`."""
    thing = _name_component(*held)
    answer = judge_terms(license, demand, registry)
    found = _describe_terms_found(answer, license)
    needs = describe_terms_needed(answer, demand, thing, license)
    return answer, f"{thing}: {DEMAND_WORDS[demand]} needed; {found}", needs


@lru_cache(maxsize=WORDS_CACHE_SIZE)
def _build_termless_step(id: str, clause: str, component: str, subject: str) -> Step:
    thing = _name_component(component, subject)
    reason = f"{thing}: not available, so there are no terms to judge"
    return Step(id, clause, "not-applicable", reason, aspect="terms", subject=subject)


def list_terms_facts(part: ComponentFacts, registry: Registry) -> tuple[FactUsed, ...]:
    """The license of a component, then the records of the licenses that it names."""
    fact, license = part.fact, part.license
    declared = FactUsed(fact.record, f"{part.name}.license", license or "unknown", fact.evidence)
    return (declared, *list_license_facts(license, registry)) if license else (declared,)


def _describe_terms_found(answer: Truth, license: str | None) -> str:
    if license is None:
        return "license unknown"
    if license == NO_LICENSE:
        return "published without a license"
    if answer == "unknown":
        return f"what {license} grants is unknown"
    return f"{license} meets it" if answer == "yes" else f"{license} does not"
