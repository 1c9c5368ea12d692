"""The cells of the European Open Source AI Index: 12 today, 14 before 2026-03-13; open 1, partly 0.5, closed 0.

Source: Language-Technology-Assessment/main-database. The index scores by reading; these are its cells as far as recorded facts
reach. A cell without a fact is unknown, not closed, and the score is the mean of the known cells. Choices:

* A report or paper is open only when the data information is sufficient: the index asks that it covers the data too.
* Architecture alone fills the hardware cell half: no record holds facts about the hardware.
* The index's cell for peer-reviewed papers is filled from the research paper; records do not say whether it was reviewed.
* Weights behind any gate are partly shared. Where there is no base model, its cells mirror those of the model itself.
"""

from collections.abc import Callable

from audit.definitions.base import Answer, FactUsed, Measure, Step, Verdict, needs_of
from audit.definitions.lineage import lineage_of
from audit.definitions.rules import WORDS, part_of
from audit.licenses.terms import is_open
from audit.records.model import Model, Registry, Status

FRAMEWORK = "osai-index"
VERSION = "2026-03-13"
FORMER_CELLS = ("package", "api")
"""Removed on 2026-03-13; no record holds facts about them, and absent is not closed."""
_CELL: dict[Status, Answer] = {
    "released": "yes",
    "partial": "partly",
    "described": "no",
    "not-released": "no",
    "unknown": "unknown",
    "not-applicable": "not-applicable",
}
_DOCUMENT: dict[Status, Answer] = {**_CELL, "described": "partly"}
_ORDER: tuple[Answer, ...] = ("no", "unknown", "partly", "yes", "not-applicable")
_POINTS: dict[Answer, float] = {"yes": 1.0, "partly": 0.5, "no": 0.0}
_LICENSED = ("model-parameters-final", "training-code", "datasets")


def judge(model: Model, registry: Registry) -> Verdict:
    """The score over the known cells as text; the measures hold the numbers for 12 and for 14 cells. Raises BadExpression."""
    current = _cells(model, registry)
    former = tuple(_no_fact(name, f"{name} (a cell until 2026-03-13)") for name in FORMER_CELLS)
    score = _score("12 cells", current)
    known = sum(step.answer in _POINTS for step in current)
    value = f"{score.value / known:.2f} over {known} of {len(current)} cells" if known else "undetermined"
    measures = (score, _known("12 cells", current), _score("14 cells", current + former), _known("14 cells", current + former))
    return Verdict(FRAMEWORK, VERSION, value, current + former, needs_of(current, "unknown"), needs_of(current, "no", "partly"), measures)


def _cells(model: Model, registry: Registry) -> tuple[Step, ...]:
    return (
        _of_bases("datasources_basemodel", model, registry, _sources),
        _sources("datasources_endmodel", model),
        _of_bases("weights_basemodel", model, registry, _weights),
        _weights("weights_endmodel", model),
        _component("trainingcode", model, "training-code", _CELL),
        _code("code", model),
        _architecture("hardware_architecture", model),
        _report("preprint", model, "technical-report"),
        _report("paper", model, "research-paper"),
        _component("modelcard", model, "model-card", _DOCUMENT),
        _component("datasheet", model, "data-card", _DOCUMENT),
        _licenses("licenses", model, registry),
    )


def _component(cell: str, model: Model, name: str, answers: dict[Status, Answer]) -> Step:
    part = part_of(model, name)
    return _cell(cell, answers[part.status], f"{WORDS[name]}: {part.state}", name, (FactUsed(part.record, name, part.state, part.evidence),))


def _sources(cell: str, model: Model) -> Step:
    return _component(cell, model, "datasets", _CELL)


def _weights(cell: str, model: Model) -> Step:
    step = _component(cell, model, "model-parameters-final", _CELL)
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
    return Step(cell, step.clause, "partly", f"{step.reason}, behind a gate ({model.hub.gated})", (*step.facts, gate), needs="remove the gate")


def _of_bases(cell: str, model: Model, registry: Registry, judge_end: Callable[[str, Model], Step]) -> Step:
    lineage = lineage_of(model, registry)
    if lineage.unstated or lineage.unrecorded:
        names = [each.id for each in lineage.unstated] + [base.id for _, base in lineage.unrecorded]
        return Step(cell, cell, "unknown", f"the lineage of {', '.join(names)} is not recorded", needs=f"record the lineage of {', '.join(names)}")
    if not lineage.ancestors:
        step = judge_end(cell, model)
        return Step(cell, cell, step.answer, f"no base model, so as the model itself; {step.reason}", step.facts, needs=step.needs)
    steps = [(judge_end(cell, base), base) for base in lineage.ancestors]
    worst, base = min(steps, key=lambda pair: _ORDER.index(pair[0].answer))
    return Step(
        cell,
        cell,
        worst.answer,
        f"base {base.id}: {worst.reason}",
        worst.facts,
        subject=base.id,
        needs=f"{worst.needs} of {base.id}" if worst.needs else "",
    )


def _code(cell: str, model: Model) -> Step:
    parts = [part_of(model, name) for name in ("training-code", "inference-code", "data-preprocessing-code")]
    facts = tuple(FactUsed(part.record, part.name, part.state, part.evidence) for part in parts)
    if all(part.status == "not-released" for part in parts):
        return _cell(cell, "no", "no code is released that could be documented", "training-code", facts)
    return _no_fact(cell, "how well the code is documented", facts)


def _architecture(cell: str, model: Model) -> Step:
    answers: dict[Status, Answer] = {**_CELL, "released": "partly", "described": "partly"}
    return _component(cell, model, "model-architecture", answers)


def _report(cell: str, model: Model, name: str) -> Step:
    step = _component(cell, model, name, _DOCUMENT)
    information = part_of(model, "data-information")
    if step.answer != "yes":
        return step
    answer: Answer = "yes" if information.status == "released" else "partly"
    facts = (*step.facts, FactUsed(information.record, "data-information", information.state, information.evidence))
    return _cell(cell, answer, f"{step.reason}; the data information is {information.state.partition(':')[0]}", "data-information", facts)


def _licenses(cell: str, model: Model, registry: Registry) -> Step:
    """Open when weights, training code and training data are all under open licenses; partly when two are, at least in part."""
    sure = possible = full = 0
    facts: list[FactUsed] = []
    for name in _LICENSED:
        part = part_of(model, name)
        license = part.license if name != "datasets" else _data_license(model, registry)
        shared = {"released": "yes", "partial": "partly", "unknown": "unknown"}.get(part.status, "no")
        terms = is_open(license, registry)
        sure += shared in ("yes", "partly") and terms == "yes"
        possible += shared != "no" and terms != "no"
        full += shared == "yes" and terms == "yes"
        facts.append(FactUsed(part.record, f"{name}.license", license or "unknown", part.evidence))
    reason = f"{sure} of weights, training code and training data are known to be under open licenses"
    # While the third could still be open, half is what is known; below two, an unknown license could still make half.
    answer: Answer = "yes" if full == len(_LICENSED) else "partly" if sure >= 2 else "unknown" if possible >= 2 else "no"
    needs = (
        "establish the licenses of weights, training code and training data"
        if answer == "unknown"
        else "put weights, training code and data under open licenses"
    )
    return Step(cell, cell, answer, reason, tuple(facts), "terms", "", "" if answer == "yes" else needs)


def _data_license(model: Model, registry: Registry) -> str | None:
    """One expression for all training datasets; the component's own license where it names none."""
    component = model.components["datasets"]
    licenses = {registry.datasets[id].license if id in registry.datasets else None for id in component.datasets}
    if not licenses:
        return component.license
    named = sorted(f"({each})" for each in licenses if each is not None and each != "NONE")
    if "NONE" in licenses:
        return "NONE"
    return None if None in licenses else " AND ".join(named)


def _no_fact(cell: str, what: str, facts: tuple[FactUsed, ...] = ()) -> Step:
    return Step(cell, cell, "unknown", f"no recorded fact says: {what}", facts)


def _cell(cell: str, answer: Answer, reason: str, name: str, facts: tuple[FactUsed, ...]) -> Step:
    needs = {"no": f"release {WORDS[name]}", "partly": f"complete {WORDS[name]}", "unknown": f"establish the state of {WORDS[name]}"}.get(answer, "")
    return Step(cell, cell, answer, reason, facts, needs=needs)


def _score(name: str, cells: tuple[Step, ...]) -> Measure:
    return Measure(f"points, {name}", sum(_POINTS.get(step.answer, 0.0) for step in cells), len(cells))


def _known(name: str, cells: tuple[Step, ...]) -> Measure:
    return Measure(f"known, {name}", sum(step.answer in _POINTS for step in cells), len(cells))
