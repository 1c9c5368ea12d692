"""The cells of the European Open Source AI Index, each judged from recorded facts.

Choices:

* A released report or paper fills the cell for preprints; what it leaves out shows in the cells of
  the data. The cell for papers asks for peer review, which no record holds: only a model without a
  paper has it known.
* The training code includes that of the data processing, as the index words it.
* How well code is documented, and on which hardware a model was trained, no record says.
* Terms are asked of what is available among weights, training code and training data, as the index
  words it since 2026-03-16. What was only not found counts as unknown there, since its absence would
  help. A card counts as comprehensive when it is released.
* Weights behind any gate are partly shared. Where there is no base model, its cells mirror those of
  the model itself.
"""

from collections.abc import Callable

from audit.definitions.base import Answer, FactUsed, Step
from audit.definitions.lineage import Lineage, trace_parameters
from audit.definitions.osai_index_licenses import judge_licenses_cell
from audit.definitions.rules import COMPONENT_WORDS, get_component_facts
from audit.records.component import ComponentStatus
from audit.records.model import Model
from audit.records.registry import Registry

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
_ANSWER_ORDER: tuple[Answer, ...] = ("no", "unknown", "partly", "yes", "not-applicable")
_DOCUMENT_ORDER: tuple[Answer, ...] = ("not-applicable", "no", "unknown", "partly", "yes")
_TRAINING_CODE = ("training-code", "data-preprocessing-code")
_REPORTS = ("technical-report", "research-paper")


def judge_cells(model: Model, registry: Registry) -> tuple[Step, ...]:
    """The twelve cells of today, in the order of the index. Raises InvalidExpressionError."""
    return (
        _judge_bases_cell("datasources_basemodel", model, registry, _judge_sources_cell),
        _judge_sources_cell("datasources_endmodel", model),
        _judge_bases_cell("weights_basemodel", model, registry, _judge_weights_cell),
        _judge_weights_cell("weights_endmodel", model),
        _judge_training_code_cell("trainingcode", model),
        build_unknown_cell("code", "how well the code is documented"),
        _judge_architecture_cell("hardware_architecture", model),
        _judge_preprint_cell("preprint", model),
        _judge_paper_cell("paper", model),
        _judge_component_cell("modelcard", model, "model-card", _DOCUMENT_ANSWERS),
        _judge_component_cell("datasheet", model, "data-card", _DOCUMENT_ANSWERS),
        judge_licenses_cell("licenses", model, registry),
    )


def _judge_component_cell(
    cell: str, model: Model, name: str, answers: dict[ComponentStatus, Answer]
) -> Step:
    part = get_component_facts(model, name)
    reason = f"{COMPONENT_WORDS[name]}: {part.state_words}"
    return _build_cell(cell, answers[part.status], reason, name, (part.fact,))


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
        return step._replace(answer="unknown", reason=reason, facts=facts, needs=needs)
    reason = f"{step.reason}, behind a gate ({gate.value})"
    return step._replace(answer="partly", reason=reason, facts=facts, needs="remove the gate")


def _judge_bases_cell(
    cell: str, model: Model, registry: Registry, judge_end: Callable[[str, Model], Step]
) -> Step:
    """The worst of all bases; without a base, as the model itself."""
    lineage = trace_parameters(model, registry)
    open_ids = _list_open_ends(lineage)
    if open_ids:
        return _build_open_lineage_cell(cell, open_ids)
    if not lineage.ancestors:
        step = judge_end(cell, model)
        return _rephrase(step, f"no base model, so as the model itself; {step.reason}")
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
    return step._replace(reason=f"base {id}: {step.reason}", subject=id, needs=needs)


def _rephrase(step: Step, reason: str) -> Step:
    return Step(step.id, step.clause, step.answer, reason, step.facts, needs=step.needs)


def _rank_cell(step: Step) -> int:
    return _ANSWER_ORDER.index(step.answer)


def _judge_training_code_cell(cell: str, model: Model) -> Step:
    """Training and data processing together: half where one of them is missing."""
    parts = [get_component_facts(model, name) for name in _TRAINING_CODE]
    answers = {_CELL_ANSWERS[part.status] for part in parts} - {"not-applicable"}
    reason = ", ".join(f"{COMPONENT_WORDS[part.name]}: {part.state_words}" for part in parts)
    facts = tuple(part.fact for part in parts)
    return _build_cell(cell, _combine_code_answers(answers), reason, "training-code", facts)


def _combine_code_answers(answers: set[Answer]) -> Answer:
    if len(answers) == 1:
        return answers.pop()
    if "partly" in answers or answers == {"yes", "no"}:
        # Neither all of it nor none of it, whatever the other part is.
        return "partly"
    return "unknown" if answers else "not-applicable"


def _judge_architecture_cell(cell: str, model: Model) -> Step:
    """Only what is withheld is known: code of the architecture says nothing of the hardware."""
    part = get_component_facts(model, "model-architecture")
    facts = (part.fact,)
    if part.status != "not-released":
        return build_unknown_cell(cell, "on which hardware and how it was trained", facts)
    reason = f"{COMPONENT_WORDS[part.name]}: {part.state_words}"
    return _build_cell(cell, "no", reason, part.name, facts)


def _judge_preprint_cell(cell: str, model: Model) -> Step:
    """The better of report and paper."""
    steps = [_judge_component_cell(cell, model, name, _DOCUMENT_ANSWERS) for name in _REPORTS]
    return max(steps, key=_rank_document)


def _rank_document(step: Step) -> int:
    """An unknown document may be better than one that is known to be missing."""
    return _DOCUMENT_ORDER.index(step.answer)


def _judge_paper_cell(cell: str, model: Model) -> Step:
    step = _judge_component_cell(cell, model, "research-paper", _CELL_ANSWERS)
    if step.answer in ("no", "not-applicable"):
        return step
    return build_unknown_cell(cell, "whether the paper was reviewed by peers", step.facts)


def build_unknown_cell(cell: str, what: str, facts: tuple[FactUsed, ...] = ()) -> Step:
    """A cell about which no record holds a fact."""
    return Step(cell, cell, "unknown", f"no recorded fact says: {what}", facts)


def _build_cell(
    cell: str, answer: Answer, reason: str, name: str, facts: tuple[FactUsed, ...]
) -> Step:
    verb = _NEEDS_VERBS.get(answer)
    needs = f"{verb} {COMPONENT_WORDS[name]}" if verb else ""
    return Step(cell, cell, answer, reason, facts, needs=needs)
