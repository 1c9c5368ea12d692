"""The cell of the European Open Source AI Index that asks for open licenses."""

from collections.abc import Sequence

from audit.definitions.base import Answer, FactUsed, Step
from audit.definitions.held_licenses import combine_dataset_licenses
from audit.definitions.rules import ComponentFacts, get_component_facts
from audit.licenses.terms import evaluate_openness
from audit.records.model import Model
from audit.records.registry import Registry

MIN_LICENSED_PARTS = 2
"""Of three parts, how many must be open for half a point."""
_LICENSED_WORDS = "weights, training code and training data"
_LICENSES_NEEDED: dict[Answer, str] = {
    "unknown": f"establish the licenses of {_LICENSED_WORDS}",
    "partly": "put weights, training code and data under open licenses",
    "no": "put weights, training code and data under open licenses",
}
_LICENSED_COMPONENTS = ("model-parameters-final", "training-code", "datasets")


def judge_licenses_cell(cell: str, model: Model, registry: Registry) -> Step:
    """Open when all that is available of weights, training code and data is under open licenses.

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
    if name != "datasets" or not model.components[name].datasets:
        return part
    license = combine_dataset_licenses(model.components[name], registry)
    return part._replace(license=license)


def _combine_licensed_parts(answers: list[Answer]) -> Answer:
    """Of what is available: unknown while a part is, since it may be all open or not."""
    available = [answer for answer in answers if answer != "not-applicable"]
    if not available:
        return "no"
    if available.count("yes") == len(available):
        return "yes"
    if "no" not in available and "unknown" in available:
        return "unknown"
    sure = _count_open(available)
    if sure >= MIN_LICENSED_PARTS:
        return "partly"
    could_be = sure + available.count("unknown")
    return "unknown" if could_be >= MIN_LICENSED_PARTS else "no"


def _count_open(answers: Sequence[Answer]) -> int:
    return answers.count("yes") + answers.count("partly")


def _build_license_fact(part: ComponentFacts) -> FactUsed:
    shown = part.license or "unknown"
    return FactUsed(part.record, f"{part.name}.license", shown, part.evidence)


def _judge_licensed_part(part: ComponentFacts, registry: Registry) -> Answer:
    """Whether a part is shared under an open license, or may be; not-applicable without it."""
    if part.status in ("unknown", "not-found"):
        return "unknown"
    if part.status not in ("released", "partial"):
        return "not-applicable"
    terms = evaluate_openness(part.license, registry)
    if terms != "yes":
        return terms
    return "yes" if part.status == "released" else "partly"
