"""The cells of the European Open Source AI Index, each judged from recorded facts.

Choices:

* A report or paper is open only when the data information is sufficient: the index asks that it
  covers the data too.
* Architecture alone fills the hardware cell half: no record holds facts about the hardware.
* The index's cell for peer-reviewed papers is filled from the research paper; records do not say
  whether it was reviewed.
* Weights behind any gate are partly shared. Where there is no base model, its cells mirror those of
  the model itself.
"""

from collections.abc import Callable
from dataclasses import replace

from audit.definitions.base import Answer, FactUsed, Step
from audit.definitions.held_licenses import combine_dataset_licenses
from audit.definitions.lineage import Lineage, trace_lineage
from audit.definitions.rules import COMPONENT_WORDS, ComponentFacts, get_component_facts
from audit.licenses.terms import evaluate_openness
from audit.records.model import ComponentStatus, Model, Registry

_NEEDS_VERBS: dict[Answer, str] = {
    "no": "release",
    "partly": "complete",
    "unknown": "establish the state of",
}
_CELL_ANSWERS: dict[ComponentStatus, Answer] = {
    "released": "yes",
    "partial": "partly",
    "described": "no",
    "withdrawn": "no",
    "not-released": "no",
    "not-found": "no",
    "unknown": "unknown",
    "not-applicable": "not-applicable",
}
_DOCUMENT_ANSWERS: dict[ComponentStatus, Answer] = {**_CELL_ANSWERS, "described": "partly"}
_ARCHITECTURE_ANSWERS: dict[ComponentStatus, Answer] = {
    **_CELL_ANSWERS,
    "released": "partly",
    "described": "partly",
}
_ANSWER_ORDER: tuple[Answer, ...] = ("no", "unknown", "partly", "yes", "not-applicable")
_DOCUMENTED_CODE = ("training-code", "inference-code", "data-preprocessing-code")
MIN_LICENSED_PARTS = 2
"""Of three parts, how many must be open for half a point."""
_LICENSED_WORDS = "weights, training code and training data"
_LICENSES_NEEDED: dict[Answer, str] = {
    "unknown": f"establish the licenses of {_LICENSED_WORDS}",
    "partly": "put weights, training code and data under open licenses",
    "no": "put weights, training code and data under open licenses",
}
_LICENSED_COMPONENTS = ("model-parameters-final", "training-code", "datasets")


def judge_cells(model: Model, registry: Registry) -> tuple[Step, ...]:
    """The twelve cells of today, in the order of the index. Raises InvalidExpressionError."""
    return (
        _judge_bases_cell("datasources_basemodel", model, registry, _judge_sources_cell),
        _judge_sources_cell("datasources_endmodel", model),
        _judge_bases_cell("weights_basemodel", model, registry, _judge_weights_cell),
        _judge_weights_cell("weights_endmodel", model),
        _judge_component_cell("trainingcode", model, "training-code", _CELL_ANSWERS),
        _judge_code_cell("code", model),
        _judge_architecture_cell("hardware_architecture", model),
        _judge_report_cell("preprint", model, "technical-report"),
        _judge_report_cell("paper", model, "research-paper"),
        _judge_component_cell("modelcard", model, "model-card", _DOCUMENT_ANSWERS),
        _judge_component_cell("datasheet", model, "data-card", _DOCUMENT_ANSWERS),
        _judge_licenses_cell("licenses", model, registry),
    )


def _judge_component_cell(
    cell: str, model: Model, name: str, answers: dict[ComponentStatus, Answer]
) -> Step:
    part = get_component_facts(model, name)
    reason = f"{COMPONENT_WORDS[name]}: {part.state_words}"
    return _build_cell(cell, answers[part.status], reason, name, (part.as_fact(),))


def _judge_sources_cell(cell: str, model: Model) -> Step:
    return _judge_component_cell(cell, model, "datasets", _CELL_ANSWERS)


def _judge_weights_cell(cell: str, model: Model) -> Step:
    step = _judge_component_cell(cell, model, "model-parameters-final", _CELL_ANSWERS)
    if step.answer != "yes" or model.hub is None or model.hub.gated is False:
        return step
    gate = FactUsed(model.ref, "hub.gated", model.hub.gated, model.hub.evidence)
    return _lower_for_gate(step, gate)


def _lower_for_gate(step: Step, gate: FactUsed) -> Step:
    facts = (*step.facts, gate)
    if gate.value == "unknown":
        reason = f"{step.reason}; whether a gate stands before them is unknown"
        needs = "look whether the download is gated"
        return replace(step, answer="unknown", reason=reason, facts=facts, needs=needs)
    reason = f"{step.reason}, behind a gate ({gate.value})"
    return replace(step, answer="partly", reason=reason, facts=facts, needs="remove the gate")


def _judge_bases_cell(
    cell: str, model: Model, registry: Registry, judge_end: Callable[[str, Model], Step]
) -> Step:
    """The worst of all bases; without a base, as the model itself."""
    lineage = trace_lineage(model, registry)
    open_ids = _list_open_ends(lineage)
    if open_ids:
        return _build_open_lineage_cell(cell, open_ids)
    if not lineage.ancestors:
        step = judge_end(cell, model)
        return replace(step, reason=f"no base model, so as the model itself; {step.reason}")
    steps = [_name_base(judge_end(cell, base), base.id) for base in lineage.ancestors]
    return min(steps, key=_rank_cell)


def _list_open_ends(lineage: Lineage) -> list[str]:
    """Ids of the models at which the recorded chain breaks off."""
    unstated = [model.id for model in lineage.unstated_models]
    return unstated + [base.id for _, base in lineage.unrecorded_bases]


def _build_open_lineage_cell(cell: str, ids: list[str]) -> Step:
    names = ", ".join(ids)
    reason = f"the lineage of {names} is not recorded"
    return Step(cell, cell, "unknown", reason, needs=f"record the lineage of {names}")


def _name_base(step: Step, id: str) -> Step:
    needs = f"{step.needs} of {id}" if step.needs else ""
    return replace(step, reason=f"base {id}: {step.reason}", subject=id, needs=needs)


def _rank_cell(step: Step) -> int:
    return _ANSWER_ORDER.index(step.answer)


def _judge_code_cell(cell: str, model: Model) -> Step:
    parts = [get_component_facts(model, name) for name in _DOCUMENTED_CODE]
    facts = tuple(part.as_fact() for part in parts)
    if all(part.status in ("not-released", "not-found") for part in parts):
        reason = "no code is released that could be documented"
        return _build_cell(cell, "no", reason, "training-code", facts)
    return build_unknown_cell(cell, "how well the code is documented", facts)


def _judge_architecture_cell(cell: str, model: Model) -> Step:
    return _judge_component_cell(cell, model, "model-architecture", _ARCHITECTURE_ANSWERS)


def _judge_report_cell(cell: str, model: Model, name: str) -> Step:
    step = _judge_component_cell(cell, model, name, _DOCUMENT_ANSWERS)
    if step.answer != "yes":
        return step
    return _weigh_data_information(step, get_component_facts(model, "data-information"))


def _weigh_data_information(step: Step, information: ComponentFacts) -> Step:
    """A report is open only when it covers the data too."""
    answer: Answer = "yes" if information.status == "released" else "partly"
    state = information.state_words.partition(":")[0]
    reason = f"{step.reason}; the data information is {state}"
    facts = (*step.facts, information.as_fact())
    return _build_cell(step.id, answer, reason, information.name, facts)


def _judge_licenses_cell(cell: str, model: Model, registry: Registry) -> Step:
    """Open when weights, training code and training data are all under open licenses.

    Partly when two of them are, at least in part.
    """
    parts = [_find_licensed_part(model, registry, name) for name in _LICENSED_COMPONENTS]
    answers = [_judge_licensed_part(part, registry) for part in parts]
    answer = _combine_licensed_parts(answers)
    reason = f"{_count_open(answers)} of {_LICENSED_WORDS} are known to be under open licenses"
    facts = tuple(_build_license_fact(part) for part in parts)
    needs = _LICENSES_NEEDED.get(answer, "")
    return Step(cell, cell, answer, reason, facts, "terms", needs=needs)


def _find_licensed_part(model: Model, registry: Registry, name: str) -> ComponentFacts:
    """The component, the training data with the terms of all its datasets."""
    part = get_component_facts(model, name)
    if name != "datasets":
        return part
    return replace(part, license=_combine_data_licenses(model, registry))


def _combine_licensed_parts(answers: list[Answer]) -> Answer:
    if answers.count("yes") == len(answers):
        return "yes"
    sure = _count_open(answers)
    if sure >= MIN_LICENSED_PARTS:
        # While the third could still be open, half is what is known.
        return "partly"
    could_be = sure + answers.count("unknown")
    return "unknown" if could_be >= MIN_LICENSED_PARTS else "no"


def _count_open(answers: list[Answer]) -> int:
    return answers.count("yes") + answers.count("partly")


def _build_license_fact(part: ComponentFacts) -> FactUsed:
    shown = part.license or "unknown"
    return FactUsed(part.record, f"{part.name}.license", shown, part.evidence)


def _judge_licensed_part(part: ComponentFacts, registry: Registry) -> Answer:
    """Whether a part is shared under an open license, or may be."""
    terms = evaluate_openness(part.license, registry)
    if part.status not in ("released", "partial", "unknown") or terms == "no":
        return "no"
    if part.status == "unknown" or terms == "unknown":
        return "unknown"
    return "yes" if part.status == "released" else "partly"


def _combine_data_licenses(model: Model, registry: Registry) -> str | None:
    """One expression for all training datasets; without any, the component's own license."""
    component = model.components["datasets"]
    if not component.datasets:
        return component.license
    return combine_dataset_licenses(component, registry)


def build_unknown_cell(cell: str, what: str, facts: tuple[FactUsed, ...] = ()) -> Step:
    """A cell about which no record holds a fact."""
    return Step(cell, cell, "unknown", f"no recorded fact says: {what}", facts)


def _build_cell(
    cell: str, answer: Answer, reason: str, name: str, facts: tuple[FactUsed, ...]
) -> Step:
    verb = _NEEDS_VERBS.get(answer)
    needs = f"{verb} {COMPONENT_WORDS[name]}" if verb else ""
    return Step(cell, cell, answer, reason, facts, needs=needs)
