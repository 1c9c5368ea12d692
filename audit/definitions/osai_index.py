"""The cells of the European Open Source AI Index: 12 today, 14 before 2026-03-13; open 1, partly 0.5, closed 0.

Source: Language-Technology-Assessment/main-database. The index scores by reading; these are its cells as far as recorded facts
reach. A cell without a fact is unknown, not closed, and the score is the mean of the known cells. Choices:

* A report or paper is open only when the data information is sufficient: the index asks that it covers the data too.
* Architecture alone fills the hardware cell half: no record holds facts about the hardware.
* The index's cell for peer-reviewed papers is filled from the research paper; records do not say whether it was reviewed.
* Weights behind any gate are partly shared. Where there is no base model, its cells mirror those of the model itself.
"""

from collections.abc import Callable

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
from audit.definitions.rules import COMPONENT_WORDS, get_component_facts
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
_LICENSED_COMPONENTS = ("model-parameters-final", "training-code", "datasets")


def judge(model: Model, registry: Registry) -> Verdict:
    """The score over the known cells as text; the measures hold the numbers for 12 and for 14 cells. Raises BadExpression."""
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
    return _build_cell(
        cell,
        answers[part.status],
        f"{COMPONENT_WORDS[name]}: {part.state_words}",
        name,
        (FactUsed(part.record, name, part.state_words, part.evidence),),
    )


def _judge_sources_cell(cell: str, model: Model) -> Step:
    return _judge_component_cell(cell, model, "datasets", _CELL_ANSWERS)


def _judge_weights_cell(cell: str, model: Model) -> Step:
    step = _judge_component_cell(cell, model, "model-parameters-final", _CELL_ANSWERS)
    if step.answer != "yes" or model.hub is None or model.hub.gated is False:
        return step
    gate = FactUsed(model.ref, "hub.gated", model.hub.gated, model.hub.evidence)
    if model.hub.gated == "unknown":
        return Step(
            cell,
            step.clause,
            "unknown",
            f"{step.reason}; whether a gate stands before them is unknown",
            (*step.facts, gate),
            needs="look whether the download is gated",
        )
    return Step(
        cell,
        step.clause,
        "partly",
        f"{step.reason}, behind a gate ({model.hub.gated})",
        (*step.facts, gate),
        needs="remove the gate",
    )


def _judge_bases_cell(
    cell: str, model: Model, registry: Registry, judge_end: Callable[[str, Model], Step]
) -> Step:
    lineage = trace_lineage(model, registry)
    if lineage.unstated_models or lineage.unrecorded_bases:
        names = [each.id for each in lineage.unstated_models] + [
            base.id for _, base in lineage.unrecorded_bases
        ]
        return Step(
            cell,
            cell,
            "unknown",
            f"the lineage of {', '.join(names)} is not recorded",
            needs=f"record the lineage of {', '.join(names)}",
        )
    if not lineage.ancestors:
        step = judge_end(cell, model)
        return Step(
            cell,
            cell,
            step.answer,
            f"no base model, so as the model itself; {step.reason}",
            step.facts,
            needs=step.needs,
        )
    steps = [(judge_end(cell, base), base) for base in lineage.ancestors]
    worst, base = min(steps, key=lambda pair: _ANSWER_ORDER.index(pair[0].answer))
    return Step(
        cell,
        cell,
        worst.answer,
        f"base {base.id}: {worst.reason}",
        worst.facts,
        subject=base.id,
        needs=f"{worst.needs} of {base.id}" if worst.needs else "",
    )


def _judge_code_cell(cell: str, model: Model) -> Step:
    parts = [
        get_component_facts(model, name)
        for name in ("training-code", "inference-code", "data-preprocessing-code")
    ]
    facts = tuple(
        FactUsed(part.record, part.name, part.state_words, part.evidence) for part in parts
    )
    if all(part.status == "not-released" for part in parts):
        return _build_cell(
            cell, "no", "no code is released that could be documented", "training-code", facts
        )
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
    information = get_component_facts(model, "data-information")
    if step.answer != "yes":
        return step
    answer: Answer = "yes" if information.status == "released" else "partly"
    facts = (
        *step.facts,
        FactUsed(
            information.record, "data-information", information.state_words, information.evidence
        ),
    )
    return _build_cell(
        cell,
        answer,
        f"{step.reason}; the data information is {information.state_words.partition(':')[0]}",
        "data-information",
        facts,
    )


def _judge_licenses_cell(cell: str, model: Model, registry: Registry) -> Step:
    """Open when weights, training code and training data are all under open licenses; partly when two are, at least in part."""
    sure = possible = full = 0
    facts: list[FactUsed] = []
    for name in _LICENSED_COMPONENTS:
        part = get_component_facts(model, name)
        license = part.license if name != "datasets" else _combine_data_licenses(model, registry)
        shared = {"released": "yes", "partial": "partly", "unknown": "unknown"}.get(
            part.status, "no"
        )
        terms = evaluate_openness(license, registry)
        sure += shared in ("yes", "partly") and terms == "yes"
        possible += shared != "no" and terms != "no"
        full += shared == "yes" and terms == "yes"
        facts.append(FactUsed(part.record, f"{name}.license", license or "unknown", part.evidence))
    reason = (
        f"{sure} of weights, training code and training data are known to be under open licenses"
    )
    # While the third could still be open, half is what is known; below two, an unknown license could still make half.
    answer: Answer = (
        "yes"
        if full == len(_LICENSED_COMPONENTS)
        else "partly"
        if sure >= 2
        else "unknown"
        if possible >= 2
        else "no"
    )
    needs = (
        "establish the licenses of weights, training code and training data"
        if answer == "unknown"
        else "put weights, training code and data under open licenses"
    )
    return Step(
        cell, cell, answer, reason, tuple(facts), "terms", "", "" if answer == "yes" else needs
    )


def _combine_data_licenses(model: Model, registry: Registry) -> str | None:
    """One expression for all training datasets; the component's own license where it names none."""
    component = model.components["datasets"]
    licenses = {
        registry.datasets[id].license if id in registry.datasets else None
        for id in component.datasets
    }
    if not licenses:
        return component.license
    named = sorted(f"({each})" for each in licenses if each is not None and each != "NONE")
    if "NONE" in licenses:
        return "NONE"
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
