"""The cells of the European Open Source AI Index.

12 today, 14 before 2026-03-13; open 1, partly 0.5, closed 0.

Source: Language-Technology-Assessment/main-database. The index scores by reading; these are its
cells as far as recorded facts reach. A cell without a fact is unknown, not closed, and the score is
the mean of the known cells. Choices:

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

from audit.core.three_valued import Truth
from audit.definitions.base import (
    Answer,
    Definition,
    FactUsed,
    Measure,
    Step,
    Verdict,
    collect_needs,
)
from audit.definitions.lineage import trace_lineage
from audit.definitions.rules import COMPONENT_WORDS, ComponentFacts, get_component_facts
from audit.licenses.expression import NO_LICENSE
from audit.licenses.terms import evaluate_openness
from audit.records.model import ComponentStatus, Model, Registry

ID = "osai-index"
VERSION = "2026-03-13"
FORMER_CELLS = ("package", "api")
"""Removed on 2026-03-13; no record holds facts about them, and absent is not closed."""
_CELL_ANSWERS: dict[ComponentStatus, Answer] = {
    "released": "yes",
    "partial": "partly",
    "described": "no",
    "not-released": "no",
    "unknown": "unknown",
    "not-applicable": "not-applicable",
}
_DOCUMENT_ANSWERS: dict[ComponentStatus, Answer] = {**_CELL_ANSWERS, "described": "partly"}
_ANSWER_ORDER: tuple[Answer, ...] = ("no", "unknown", "partly", "yes", "not-applicable")
_POINTS: dict[Answer, float] = {"yes": 1.0, "partly": 0.5, "no": 0.0}
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


def judge(model: Model, registry: Registry) -> Verdict:
    """The score over the known cells as text; the measures hold those for 12 and for 14 cells.

    Raises InvalidExpressionError.
    """
    current = _judge_cells(model, registry)
    former = tuple(
        _build_unknown_cell(name, f"{name} (a cell until 2026-03-13)") for name in FORMER_CELLS
    )
    score = _measure_points("12 cells", current)
    known = sum(step.answer in _POINTS for step in current)
    value = (
        f"{score.value / known:.2f} over {known} of {len(current)} cells"
        if known
        else "undetermined"
    )
    measures = (
        score,
        _measure_known_cells("12 cells", current),
        _measure_points("14 cells", current + former),
        _measure_known_cells("14 cells", current + former),
    )
    return Verdict(
        ID,
        VERSION,
        value,
        current + former,
        collect_needs(current, "unknown"),
        collect_needs(current, "no", "partly"),
        measures,
    )


def _judge_cells(model: Model, registry: Registry) -> tuple[Step, ...]:
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
    answer: Answer = "partly"
    reason, needs = f"{step.reason}, behind a gate ({model.hub.gated})", "remove the gate"
    if model.hub.gated == "unknown":
        answer = "unknown"
        reason = f"{step.reason}; whether a gate stands before them is unknown"
        needs = "look whether the download is gated"
    return Step(cell, step.clause, answer, reason, (*step.facts, gate), needs=needs)


def _judge_bases_cell(
    cell: str, model: Model, registry: Registry, judge_end: Callable[[str, Model], Step]
) -> Step:
    """The worst of all bases; without a base, as the model itself."""
    lineage = trace_lineage(model, registry)
    open_names = [each.id for each in lineage.unstated_models]
    open_names += [base.id for _, base in lineage.unrecorded_bases]
    if open_names:
        names = ", ".join(open_names)
        reason, needs = f"the lineage of {names} is not recorded", f"record the lineage of {names}"
        return Step(cell, cell, "unknown", reason, needs=needs)
    if not lineage.ancestors:
        step = judge_end(cell, model)
        return replace(step, reason=f"no base model, so as the model itself; {step.reason}")
    steps = [(judge_end(cell, base), base) for base in lineage.ancestors]
    worst, base = min(steps, key=lambda pair: _ANSWER_ORDER.index(pair[0].answer))
    return replace(
        worst,
        reason=f"base {base.id}: {worst.reason}",
        subject=base.id,
        needs=f"{worst.needs} of {base.id}" if worst.needs else "",
    )


def _judge_code_cell(cell: str, model: Model) -> Step:
    parts = [get_component_facts(model, name) for name in _DOCUMENTED_CODE]
    facts = tuple(part.as_fact() for part in parts)
    if all(part.status == "not-released" for part in parts):
        reason = "no code is released that could be documented"
        return _build_cell(cell, "no", reason, "training-code", facts)
    return _build_unknown_cell(cell, "how well the code is documented", facts)


def _judge_architecture_cell(cell: str, model: Model) -> Step:
    answers: dict[ComponentStatus, Answer] = {
        **_CELL_ANSWERS,
        "released": "partly",
        "described": "partly",
    }
    return _judge_component_cell(cell, model, "model-architecture", answers)


def _judge_report_cell(cell: str, model: Model, name: str) -> Step:
    step = _judge_component_cell(cell, model, name, _DOCUMENT_ANSWERS)
    if step.answer != "yes":
        return step
    information = get_component_facts(model, "data-information")
    answer: Answer = "yes" if information.status == "released" else "partly"
    state = information.state_words.partition(":")[0]
    reason = f"{step.reason}; the data information is {state}"
    facts = (*step.facts, information.as_fact())
    return _build_cell(cell, answer, reason, "data-information", facts)


def _judge_licenses_cell(cell: str, model: Model, registry: Registry) -> Step:
    """Open when weights, training code and training data are all under open licenses.

    Partly when two of them are, at least in part.
    """
    parts = [get_component_facts(model, name) for name in _LICENSED_COMPONENTS]
    licenses = [_find_license(part, model, registry) for part in parts]
    answers = [
        _judge_licensed_part(part.status, evaluate_openness(license, registry))
        for part, license in zip(parts, licenses, strict=True)
    ]
    sure = answers.count("yes") + answers.count("partly")
    answer: Answer = "no"
    if answers.count("yes") == len(answers):
        answer = "yes"
    elif sure >= MIN_LICENSED_PARTS:
        # While the third could still be open, half is what is known.
        answer = "partly"
    elif sure + answers.count("unknown") >= MIN_LICENSED_PARTS:
        answer = "unknown"
    facts = tuple(
        FactUsed(part.record, f"{part.name}.license", license or "unknown", part.evidence)
        for part, license in zip(parts, licenses, strict=True)
    )
    reason = f"{sure} of {_LICENSED_WORDS} are known to be under open licenses"
    needs = _LICENSES_NEEDED.get(answer, "")
    return Step(cell, cell, answer, reason, facts, "terms", needs=needs)


def _judge_licensed_part(status: ComponentStatus, terms: Truth) -> Answer:
    """Whether a part is shared under an open license, or may be."""
    if status not in ("released", "partial", "unknown") or terms == "no":
        return "no"
    if status == "unknown" or terms == "unknown":
        return "unknown"
    return "yes" if status == "released" else "partly"


def _find_license(part: ComponentFacts, model: Model, registry: Registry) -> str | None:
    return _combine_data_licenses(model, registry) if part.name == "datasets" else part.license


def _combine_data_licenses(model: Model, registry: Registry) -> str | None:
    """One expression for all training datasets; without any, the component's own license."""
    component = model.components["datasets"]
    if not component.datasets:
        return component.license
    licenses = set()
    for id in component.datasets:
        dataset = registry.datasets.get(id)
        licenses.add(dataset.license if dataset else None)
    if NO_LICENSE in licenses:
        return NO_LICENSE
    named = sorted(f"({license})" for license in licenses if license is not None)
    return None if None in licenses else " AND ".join(named)


def _build_unknown_cell(cell: str, what: str, facts: tuple[FactUsed, ...] = ()) -> Step:
    return Step(cell, cell, "unknown", f"no recorded fact says: {what}", facts)


def _build_cell(
    cell: str, answer: Answer, reason: str, name: str, facts: tuple[FactUsed, ...]
) -> Step:
    needs = {
        "no": f"release {COMPONENT_WORDS[name]}",
        "partly": f"complete {COMPONENT_WORDS[name]}",
        "unknown": f"establish the state of {COMPONENT_WORDS[name]}",
    }.get(answer, "")
    return Step(cell, cell, answer, reason, facts, needs=needs)


def _measure_points(name: str, cells: tuple[Step, ...]) -> Measure:
    return Measure(
        f"points, {name}", sum(_POINTS.get(step.answer, 0.0) for step in cells), len(cells)
    )


def _measure_known_cells(name: str, cells: tuple[Step, ...]) -> Measure:
    return Measure(f"known, {name}", sum(step.answer in _POINTS for step in cells), len(cells))


DEFINITION = Definition(
    id=ID,
    version=VERSION,
    name="European Open Source AI Index",
    short_name="OSAI index",
    source="https://osai-index.eu/",
    judge=judge,
    positive_values=frozenset(),
)
